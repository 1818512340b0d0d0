# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Real runs by bin/diwan: `run_test.py DIWAN`."""
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

DIWAN = ""
PATIENCE_SECONDS = 60
SPEC = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: e}
spec:
  seed: 3
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm: {algorithmName: ALGORITHM}
  maxTrialCount: 4
  parallelTrialCount: 2
  parameters:
    - {name: x, parameterType: int, feasibleSpace: {min: "1", max: "6"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [sh, trial.sh, "${trialParameters.x}"]
"""
# The loss is x; the checkpoint is there at once.
AT_ONCE = 'echo weights > "$DIWAN_CHECKPOINT_DIR/weights"; echo "loss=$1"\n'
# Waits for the file `go`, and saves its work on TERM.
PATIENT = """
trap 'echo saved > "$DIWAN_CHECKPOINT_DIR/work"; exit 1' TERM
echo "$DIWAN_TRIAL" >> started
until [ -e go ]; do sleep 0.05; done
echo "loss=$1"
"""


class Case(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="diwan-run-")
        self.addCleanup(scratch.cleanup)
        self.here = pathlib.Path(scratch.name)
        self.write(AT_ONCE)

    def write(self, trial, algorithm="random", more=""):
        (self.here / "trial.sh").write_text(trial)
        (self.here / "e.yaml").write_text(SPEC.replace("ALGORITHM", algorithm) + more)

    def diwan(self, *arguments):
        return subprocess.run([DIWAN, *arguments], cwd=self.here, capture_output=True, text=True,
                              timeout=PATIENCE_SECONDS)

    def document(self):
        return json.loads(self.diwan("status", "e.yaml", "-o", "json").stdout)

    def trials(self):
        return json.loads(self.diwan("trials", "e.yaml", "-o", "json").stdout)["trials"]

    def start(self, *arguments):
        process = subprocess.Popen([DIWAN, *arguments], cwd=self.here, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def wait_until(self, holds):
        end = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            self.assertLess(time.monotonic(), end, "it did not come")
            time.sleep(0.02)

    def started(self):
        file = self.here / "started"
        return len(file.read_text().splitlines()) if file.exists() else 0


class Keep(Case):
    def files(self, pattern):
        names = {trial["trial"]: trial["objective"] for trial in self.trials()}
        return sorted(names[path.relative_to(self.here / "e.diwan" / "trials").parts[0]]
                      for path in (self.here / "e.diwan" / "trials").glob(pattern))

    def test_all_logs_and_the_best_trials_checkpoint_stay(self):
        self.assertEqual(self.diwan("run", "e.yaml").returncode, 0)

        every = sorted(trial["objective"] for trial in self.trials())
        self.assertEqual(self.files("*/attempt-1/stdout.log"), every)
        self.assertEqual(self.files("*/checkpoint/weights"), every[:1])

    def test_best_k_keeps_the_logs_and_checkpoints_of_k_trials(self):
        self.assertEqual(self.diwan("run", "e.yaml", "--keep", "best:2").returncode, 0)

        every = sorted(trial["objective"] for trial in self.trials())
        self.assertEqual(self.files("*/attempt-1/stdout.log"), every[:2])
        self.assertEqual(self.files("*/checkpoint/weights"), every[:2])

    def test_what_is_no_rule_is_refused(self):
        for rule in ("best:", "best:0", "best:x", "most"):
            result = self.diwan("run", "e.yaml", "--keep", rule)

            self.assertEqual(result.returncode, 2, rule)
            self.assertIn(f"--keep ({rule})", result.stderr)
            self.assertFalse((self.here / "e.diwan").exists())


class Pause(Case):
    def paused(self, *arguments):
        self.write(PATIENT)
        run = self.start("run", "e.yaml", *arguments)
        self.wait_until(lambda: self.started() == 2)
        self.assertEqual(self.diwan("pause", "e.yaml").returncode, 0)
        self.wait_until(lambda: self.document()["status"]["diwan"]["state"] == "paused")
        return run

    def test_is_shown_and_ended_by_resume(self):
        run = self.paused()
        self.assertRegex(self.diwan("status", "e.diwan").stdout, "^e  paused, process ")
        (self.here / "go").touch()
        self.wait_until(lambda: self.document()["status"].get("trialsSucceeded") == 2)
        self.assertEqual(self.started(), 2)

        self.assertEqual(self.diwan("resume", "e.diwan").returncode, 0)

        self.assertEqual(run.wait(PATIENCE_SECONDS), 0)
        self.assertEqual(self.started(), 4)

    def test_leaves_a_signal_its_grace_time(self):
        run = self.paused("--grace", "30")

        run.send_signal(signal.SIGTERM)

        self.assertEqual(run.wait(PATIENCE_SECONDS), 75)
        self.assertEqual(len(list(self.here.glob("e.diwan/trials/*/checkpoint/work"))), 2)

    def test_without_an_owner_says_what_it_means(self):
        self.write(PATIENT)
        run = self.start("run", "e.yaml")
        self.wait_until(lambda: self.started() == 2)
        run.kill()
        run.wait()

        result = self.diwan("pause", "e.diwan")

        self.assertEqual(result.returncode, 0)
        self.assertIn("which ends the pause", result.stderr)


class InitialTrials(Case):
    def test_fill_the_first_answer_together_with_the_algorithms_own(self):
        self.write(PATIENT, "grid", '  initialTrials: [{x: "5"}]\n')
        run = self.start("run", "e.yaml")

        self.wait_until(lambda: self.started() == 2)

        (self.here / "go").touch()
        self.assertEqual(run.wait(PATIENCE_SECONDS), 0)
        values = [trial["assignments"]["x"] for trial in self.trials()]
        self.assertEqual(values[0], 5)
        self.assertEqual(len(set(values)), 4)


class WithoutMetric(Case):
    def test_shows_what_the_trials_printed_instead(self):
        self.write("echo los=1\n")

        result = self.diwan("run", "e.yaml")

        self.assertEqual(result.returncode, 3)
        self.assertIn("read is a line with loss=0.5; the end of its stdout.log:\n  los=1\n", result.stderr)
        self.assertIn("Print loss=NUMBER", result.stderr)


class LaterOptions(Case):
    def test_are_answered_in_one_line(self):
        for option in ("--from", "--pilots", "--requeue", "--on-best", "--on-end"):
            result = self.diwan("run", "e.yaml", option, "x")

            self.assertEqual(result.returncode, 2, option)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
            self.assertIn(f"{option} is no option of it in this version", result.stderr)


if __name__ == "__main__":
    DIWAN = sys.argv.pop(1)
    unittest.main()
