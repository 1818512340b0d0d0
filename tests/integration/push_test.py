# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Metrics that trials push, by diwan.py and by `diwan report-metric`; whole experiments on both launchers.

Usage: push_test.py DIWAN [MPIRUN]
"""
import json
import math
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

DIWAN = os.path.abspath(sys.argv[1])
MPIRUN = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
LAUNCHERS = {"local": [], **({"mpirun": [MPIRUN, "--oversubscribe", "-n", "3"]} if MPIRUN else {})}
SOURCE = str(pathlib.Path(__file__).resolve().parents[2])
HELPER = os.path.join(SOURCE, "python")
PATIENCE_SECONDS = 60
SPEC = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: e}
spec:
  seed: 3
  objective: {type: minimize, objectiveMetricName: loss, additionalMetricNames: [val/loss]}
  metricsCollectorSpec: {collector: {kind: Push}}
  algorithm: {algorithmName: grid}
  maxTrialCount: 3
  parallelTrialCount: 1
  parameters:
    - {name: x, parameterType: int, feasibleSpace: {min: "1", max: "3", step: "1"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {command: %s, env: {PYTHONPATH: %s}}
"""


class Scratch(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="diwan-push-")
        self.addCleanup(scratch.cleanup)
        self.here = pathlib.Path(scratch.name)


class Helper(Scratch):
    """diwan.py as a program has it, without Diwan."""

    def trial(self, **more):
        return {"PATH": os.environ["PATH"], "PYTHONPATH": HELPER, "DIWAN_METRICS": str(self.here / "metrics"),
                "DIWAN_TRIAL_DIR": str(self.here), "DIWAN_CHECKPOINT_DIR": str(self.here / "checkpoint"),
                "KATIB_TRIAL_NAME": "e-1", **more}

    def python(self, program, env=None):
        return subprocess.run([sys.executable, "-c", "import diwan\n" + program], env=env or self.trial(),
                              capture_output=True, text=True, timeout=PATIENCE_SECONDS)

    def says(self, program, env=None):
        run = self.python(program, env)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout.strip()

    def lines(self):
        file = self.here / "metrics"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def test_report_appends_a_line(self):
        before = time.time()
        self.says("diwan.report(step=3, loss=0.25)\n"
                  "diwan.report(4, **{'val/loss': '1e-3', 'é': float('-inf'), 'n': float('nan')})\n"
                  "diwan.report(step=5.0, loss=7)\n"
                  "diwan.report(step=6)")

        first, second, third = self.lines()
        self.assertTrue(before <= first.pop("timestamp") <= time.time())
        self.assertEqual(first, {"step": 3, "loss": 0.25})
        self.assertTrue(math.isnan(second["n"]))
        self.assertEqual((second["step"], second["val/loss"], second["é"]), (4, 0.001, -math.inf))
        self.assertEqual((third["step"], third["loss"]), (5, 7))
        self.assertEqual(os.stat(self.here / "metrics").st_mode & 0o777, 0o600)

    def test_whatever_float_takes_is_a_value(self):
        self.says("class Tensor:\n"
                  "  def __float__(self): return 0.5\n"
                  "class Index:\n"
                  "  def __index__(self): return 9\n"
                  "diwan.report(step=Index(), loss=Tensor(), n=10**300)")

        self.assertEqual([(line["step"], line["loss"], line["n"]) for line in self.lines()], [(9, 0.5, 1e300)])

    def test_what_is_no_number_is_refused_by_name_and_nothing_is_written(self):
        self.says("class Vector:\n"
                  "  def __float__(self): raise RuntimeError('many elements')\n"
                  "for value in 'abc', '', None, [], Vector(), 1j, 10**400:\n"
                  "  for call in (lambda: diwan.report(step=1, good=1, bad=value),\n"
                  "               lambda: diwan.report_metrics({'good': 1, 'bad': value})):\n"
                  "    try: call()\n"
                  "    except ValueError as error: assert \"'bad'\" in str(error), error\n"
                  "    else: assert False, value\n"
                  "for step in 1.5, 'x', float('nan'), float('inf'):\n"
                  "  try: diwan.report(step=step, loss=1)\n"
                  "  except TypeError as error: assert 'step' in str(error), error\n"
                  "  else: assert False, step\n"
                  "try: diwan.report(timestamp=1)\n"
                  "except ValueError: pass\n"
                  "else: assert False")

        self.assertEqual(self.lines(), [])

    def test_lines_of_many_writers_never_mix(self):
        program = "import diwan\nfor i in range(300): diwan.report(step=i, loss=i, filler='1' * 200)"
        writers = [subprocess.Popen([sys.executable, "-c", program], env=self.trial()) for _ in range(6)]
        for writer in writers:
            self.assertEqual(writer.wait(PATIENCE_SECONDS), 0)

        lines = self.lines()

        self.assertEqual(len(lines), 1800)
        self.assertEqual(sorted(line["step"] for line in lines), sorted(list(range(300)) * 6))

    def test_outside_a_trial_a_program_runs_by_itself(self):
        nowhere = {"PATH": os.environ["PATH"], "PYTHONPATH": HELPER}

        self.assertEqual(self.says("diwan.report(loss=1); print(diwan.checkpoint_dir(), diwan.should_stop())", nowhere),
                         "None False")
        self.assertIn("KATIB_TRIAL_NAME", self.python("diwan.report_metrics({'loss': 1})", nowhere).stderr)

    def test_report_metrics_is_katibs(self):
        self.says("diwan.report_metrics({'loss': '0.5', 'acc': 1}, 'katib-db-manager.kubeflow:6789', 120)\n"
                  "diwan.report_metrics(metrics={'loss': 2}, timeout=5)")

        self.assertEqual([{**line, "timestamp": 0} for line in self.lines()],
                         [{"loss": 0.5, "acc": 1, "timestamp": 0}, {"loss": 2, "timestamp": 0}])

    def test_a_full_disk_is_an_error(self):
        run = self.python("diwan.report(loss=1)", self.trial(DIWAN_METRICS="/dev/full"))

        self.assertIn("OSError", run.stderr)

    def test_should_stop_leaves_the_programs_own_handlers_alone(self):
        send = "os.kill(os.getpid(), signal.SIGTERM)\n"
        head = "import os, signal\ncame = []\ndef mine(number, frame): came.append(number)\n"
        for when, program in {
                "no handler": "diwan.should_stop()\n" + send,
                "before": "signal.signal(signal.SIGTERM, mine)\ndiwan.should_stop()\n" + send,
                "after": "diwan.should_stop()\nsignal.signal(signal.SIGTERM, mine)\ndiwan.should_stop()\n" + send,
                "both": "signal.signal(signal.SIGTERM, mine)\ndiwan.should_stop()\n"
                        "old = signal.signal(signal.SIGTERM, lambda n, f: old(n, f))\ndiwan.should_stop()\n" + send,
        }.items():
            with self.subTest(when):
                said = self.says(head + program + "print(diwan.should_stop(), len(came))")

                self.assertEqual(said, "True %d" % (when != "no handler"))

    def test_without_a_call_of_should_stop_term_ends_the_program(self):
        run = self.python("import os, signal\ndiwan.report(loss=1)\nos.kill(os.getpid(), signal.SIGTERM)\nprint('on')")

        self.assertEqual((run.returncode, run.stdout), (-signal.SIGTERM, ""))

    def test_the_file_stop_tells_threads_and_those_that_ignore_the_signal(self):
        (self.here / "stop").touch()

        self.assertEqual(self.says("import threading\nt = threading.Thread(target=lambda: print(diwan.should_stop()))\n"
                                   "t.start(); t.join()"), "True")
        self.assertEqual(self.says("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                                   "print(diwan.should_stop(), signal.getsignal(signal.SIGTERM) == signal.SIG_IGN)"),
                         "True True")


class Runs(Scratch):
    """Whole experiments."""

    def write(self, command):
        (self.here / "e.yaml").write_text(SPEC % (json.dumps(command), json.dumps(HELPER)))

    def diwan(self, *arguments, launcher="local"):
        return subprocess.run([*LAUNCHERS[launcher], DIWAN, *arguments], cwd=self.here, capture_output=True, text=True,
                              timeout=PATIENCE_SECONDS)

    def trials(self, place="e.diwan"):
        return json.loads(self.diwan("trials", place, "-o", "json").stdout)["trials"]

    def wait_for(self, pattern):
        end = time.monotonic() + PATIENCE_SECONDS
        while not list(self.here.glob(pattern)):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def test_what_is_not_finite_is_kept_and_never_wins(self):
        (self.here / "train.py").write_text(
            "import diwan, sys\n"
            "x = int(sys.argv[1])\n"
            "diwan.report(step=1, loss=[0.5, float('nan'), float('-inf')][x - 1], **{'val/loss': x})\n")
        self.write([sys.executable, "train.py", "${trialParameters.x}"])

        for launcher in LAUNCHERS:
            with self.subTest(launcher=launcher):
                run = self.diwan("run", "e.yaml", "--dir", launcher, "--progress", "plain", launcher=launcher)

                self.assertEqual(run.returncode, 0, run.stderr)
                rows = self.trials(launcher)
                self.assertEqual({row["assignments"]["x"]: row["status"] for row in rows},
                                 {1: "Succeeded", 2: "MetricsUnavailable", 3: "MetricsUnavailable"})
                best, = json.loads(self.diwan("best", launcher, "-o", "json").stdout)["best"]
                self.assertEqual((best["assignments"]["x"], best["objective"]), (1, 0.5))
                self.assertEqual(best["metrics"]["val/loss"]["latest"], 1)
                number = {row["assignments"]["x"]: row["number"] for row in rows}
                for x, value in ((2, "nan"), (3, "-inf")):
                    shown = json.loads(self.diwan("metrics", launcher, str(number[x]), "-o", "json").stdout)
                    self.assertEqual([(one["value"], one["step"]) for one in shown["observations"]
                                      if one["metric"] == "loss"], [(value, 1)])

    @unittest.skipUnless(shutil.which("bash"), "bash is not installed")
    def test_a_shell_script_reports_by_report_metric(self):
        (self.here / "trial.sh").write_text(
            "set -e\n"
            "for step in 1 2 3; do (%s report-metric loss=$1.$step val/loss=+1e-1 --step $step &); done\n"
            "while [ $(cat $DIWAN_METRICS 2>/dev/null | wc -l) -lt 3 ]; do sleep 0.02; done\n"
            "if %s report-metric loss=low 2>refused; then exit 9; fi\n" % (DIWAN, DIWAN))
        self.write(["bash", "trial.sh", "${trialParameters.x}"])

        run = self.diwan("run", "e.yaml", "--progress", "plain")

        self.assertEqual(run.returncode, 0, run.stderr)
        shown = json.loads(self.diwan("metrics", "e.diwan", "1", "-o", "json").stdout)["observations"]
        x = self.trials()[0]["assignments"]["x"]
        self.assertEqual(sorted((one["step"], one["value"]) for one in shown if one["metric"] == "loss"),
                         [(step, x + step / 10) for step in (1, 2, 3)])
        refused = (self.here / "refused").read_text()
        self.assertIn("loss=low: the value is no number; give NAME=NUMBER", refused)

    def test_a_stopped_trial_saves_its_work_and_goes_on_from_it(self):
        (self.here / "train.py").write_text(
            "import diwan, sys, time\n"
            "work = diwan.checkpoint_dir() / 'work'\n"
            "if work.exists():\n"
            "    diwan.report(step=2, loss=float(work.read_text()))\n"
            "    sys.exit()\n"
            "diwan.should_stop()\n"
            "diwan.report(step=1, loss=9)\n"
            "while not diwan.should_stop():\n"
            "    time.sleep(0.01)\n"
            "work.write_text('0.5')\n"
            "sys.exit(1)\n")
        self.write([sys.executable, "train.py"])
        first = subprocess.Popen([DIWAN, "run", "e.yaml", "--max-trials", "1", "--progress", "none"], cwd=self.here)
        self.addCleanup(first.kill)
        self.wait_for("e.diwan/trials/*/attempt-1/metrics.jsonl")

        first.send_signal(signal.SIGTERM)
        self.assertEqual(first.wait(PATIENCE_SECONDS), 75)
        second = self.diwan("run", "e.yaml", "--max-trials", "1")

        self.assertEqual(second.returncode, 0, second.stderr)
        row, = self.trials()
        self.assertEqual((row["status"], row["attempts"], row["metrics"]["loss"]["latest"]), ("Succeeded", 2, 0.5))

    def test_the_file_stop_tells_a_trial_that_ignores_the_signal(self):
        (self.here / "train.py").write_text(
            "import diwan, signal, sys, time\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "work = diwan.checkpoint_dir() / 'work'\n"
            "diwan.report(step=2 if work.exists() else 1, loss=0.5 if work.exists() else 9)\n"
            "while not work.exists() and not diwan.should_stop():\n"
            "    time.sleep(0.01)\n"
            "work.touch()\n")
        self.write([sys.executable, "train.py"])
        for launcher, start in LAUNCHERS.items():
            with self.subTest(launcher=launcher):
                run = [*start, DIWAN, "run", "e.yaml", "--dir", launcher, "--max-trials", "1", "--progress", "none"]
                first = subprocess.Popen(run, cwd=self.here, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                self.addCleanup(first.kill)
                self.wait_for(launcher + "/trials/*/attempt-1/metrics.jsonl")

                begun = time.monotonic()
                stopped = self.diwan("stop", launcher)
                first.wait(PATIENCE_SECONDS)
                taken = time.monotonic() - begun
                second = self.diwan("run", "e.yaml", "--dir", launcher, "--max-trials", "1", launcher=launcher)

                self.assertEqual(stopped.returncode, 0, stopped.stderr)
                self.assertLess(taken, 20, "it was killed after the grace time of 30 s")
                self.assertEqual(second.returncode, 0, second.stderr)
                row, = self.trials(launcher)
                self.assertEqual((row["status"], row["attempts"], row["metrics"]["loss"]["latest"]),
                                 ("Succeeded", 2, 0.5))

    @unittest.skipUnless(shutil.which("python3"), "there is no python3 in PATH")
    def test_the_example_runs_as_its_page_says(self):
        run = self.diwan("run", os.path.join(SOURCE, "examples/push/experiment.yaml"))

        self.assertEqual(run.returncode, 0, run.stderr)
        rows = self.trials("push.diwan")
        self.assertEqual([row["status"] for row in rows], ["Succeeded"] * 12)
        self.assertLess(min(row["objective"] for row in rows), 0.1)
        self.assertEqual(len(self.diwan("metrics", "push.diwan", "best", "-o", "csv").stdout.splitlines()), 101)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
