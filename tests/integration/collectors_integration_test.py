# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Whole experiments by the collectors PrometheusMetric and Custom, with real servers and programs; on both launchers.

Usage: collectors_integration_test.py DIWAN [MPIRUN]
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

DIWAN = os.path.abspath(sys.argv[1])
MPIRUN = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
LAUNCHERS = {"local": [], **({"mpirun": [MPIRUN, "--oversubscribe", "-n", "3"]} if MPIRUN else {})}
PATIENCE_SECONDS = 120
SPEC = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: e}
spec:
  seed: 3
  objective: {type: minimize, objectiveMetricName: %(metric)s}
  metricsCollectorSpec: %(collector)s
  algorithm: {algorithmName: grid}
  maxTrialCount: 4
  parallelTrialCount: 2
  parameters:
    - {name: x, parameterType: int, feasibleSpace: {min: "1", max: "4", step: "1"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {command: %(command)s}
"""
# Shows x + 2, x + 1, x, each until it was asked for twice, then ends.
SERVER = """
import http.server, sys, threading
x, port = int(sys.argv[1]), int(sys.argv[2])
shown, asked = [x + 2, x + 1, x], [0]
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        at = min(asked[0] // 2, 2)
        body = ('# HELP loss The loss.\\n# TYPE loss gauge\\nloss{split="train"} 0\\n'
                'loss{split="val"} ' + repr(float(shown[at])) + '\\n').encode()
        self.send_response(200)
        self.send_header('Content-Type', 'text/plain; version=0.0.4')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        asked[0] += 1
        if asked[0] == 6:
            threading.Timer(0.5, server.shutdown).start()
    def log_message(self, *words): pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', port), Handler)
server.serve_forever()
"""
# Prints lines in a language of its own, which the collector knows.
TRAINER = """
import sys
for step in (1, 2, 3):
    print('<<%d|%s>>' % (step, float(sys.argv[1]) + 3 - step))
"""
COLLECTOR = """
import json, re, sys
for line in sys.stdin:
    match = re.match(r'<<(\\d+)\\|(.*)>>', line)
    if match:
        print(json.dumps({'step': int(match[1]), 'loss': float(match[2])}), flush=True)
"""


class Collectors(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="diwan-collectors-")
        self.addCleanup(scratch.cleanup)
        self.here = pathlib.Path(scratch.name)
        for name, text in (("server.py", SERVER), ("train.py", TRAINER), ("collect.py", COLLECTOR)):
            (self.here / name).write_text(text)

    def write(self, collector, command, metric="loss"):
        (self.here / "e.yaml").write_text(SPEC % {"collector": json.dumps(collector), "metric": json.dumps(metric),
                                                  "command": json.dumps(command)})

    def diwan(self, *arguments, launcher="local"):
        return subprocess.run([*LAUNCHERS[launcher], DIWAN, *arguments], cwd=self.here, capture_output=True, text=True,
                              timeout=PATIENCE_SECONDS)

    def trials(self, place="e.diwan"):
        shown = self.diwan("trials", place, "-o", "json")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        return json.loads(shown.stdout)["trials"]

    def curve(self, trial, place="e.diwan"):
        shown = json.loads(self.diwan("metrics", place, str(trial), "-o", "json").stdout)["observations"]
        return [(one["step"], one["value"]) for one in shown]

    def expect_three_values_of_each(self):
        """Runs e.yaml by every launcher; the trial of x gives x + 2, x + 1 and x."""
        for launcher in LAUNCHERS:
            with self.subTest(launcher=launcher):
                run = self.diwan("run", "e.yaml", "--dir", launcher, "--progress", "plain", launcher=launcher)

                self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
                rows = self.trials(launcher)
                self.assertEqual(sorted((row["assignments"]["x"], row["objective"]) for row in rows),
                                 [(x, x) for x in (1, 2, 3, 4)])
                for row in rows:
                    x = row["assignments"]["x"]
                    self.assertEqual(self.curve(row["number"], launcher), [(1, x + 2), (2, x + 1), (3, x)])

    def wait_until(self, holds):
        end = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            self.assertLess(time.monotonic(), end, "it did not come")
            time.sleep(0.02)

    prometheus = {"collector": {"kind": "PrometheusMetric"}, "source": {"httpGet": {"port": "${trialSpec.Port}"}}}
    server = [sys.executable, "server.py", "${trialParameters.x}", "${trialSpec.Port}"]
    custom = {"collector": {"kind": "Custom",
                            "customCollector": {"name": "c", "command": [sys.executable, "collect.py"]}},
              "source": {"fileSystemPath": {"path": "/var/log/train.log", "kind": "File", "format": "JSON"}}}

    def test_prometheus_every_trial_is_scraped_on_its_own_port(self):
        self.write(self.prometheus, self.server, metric='loss{split="val"}')

        self.expect_three_values_of_each()

    def test_prometheus_a_fixed_port_is_for_one_trial_at_a_time(self):
        self.write({"collector": {"kind": "PrometheusMetric"}, "source": {"httpGet": {"port": 9090}}}, ["true"])

        refused = self.diwan("validate", "e.yaml")
        allowed = self.diwan("validate", "e.yaml", "--set", "parallelTrialCount=1")
        overruled = self.diwan("run", "e.yaml", "--set", "parallelTrialCount=1", "--parallel", "3")

        self.assertEqual(refused.returncode, 2)
        self.assertIn("spec.metricsCollectorSpec.source.httpGet.port: is one port for all (9090), and 2 trials run",
                      refused.stderr)
        self.assertEqual(allowed.returncode, 0, allowed.stderr)
        self.assertEqual(overruled.returncode, 2)
        self.assertIn("3 trials would run at a time", overruled.stderr)
        self.assertFalse((self.here / "e.diwan").exists())

    def test_prometheus_a_killed_run_goes_on(self):
        (self.here / "server.py").write_text(SERVER.replace("asked[0] // 2", "asked[0] // 8").replace("== 6", "== 24"))
        self.write(self.prometheus, self.server, metric='loss{split="val"}')
        first = subprocess.Popen([DIWAN, "run", "e.yaml", "--progress", "none", "--max-trials", "2"], cwd=self.here,
                                 stderr=subprocess.DEVNULL)
        self.addCleanup(first.kill)
        self.wait_until(lambda: len(list(self.here.glob("e.diwan/trials/*/attempt-1/scraped.prom"))) == 2)

        first.send_signal(signal.SIGKILL)
        first.wait()
        second = self.diwan("run", "e.yaml", "--max-trials", "2")

        self.assertEqual(second.returncode, 0, second.stderr)
        for row in self.trials():
            x = row["assignments"]["x"]
            self.assertEqual((row["status"], row["attempts"], row["objective"]), ("Succeeded", 2, x))

    def test_custom_reads_the_trials_own_file_and_says_json_lines(self):
        self.write(self.custom, ["sh", "-c", sys.executable + " train.py ${trialParameters.x} >>/var/log/train.log"])

        self.expect_three_values_of_each()

    def test_custom_reads_the_output_and_says_text(self):
        collector = "while IFS='<|>' read -r _ _ step value _; do echo loss=$value; done"
        self.write({"collector": {"kind": "Custom", "customCollector": {"name": "c", "command": ["sh", "-c", collector]}}},
                   [sys.executable, "train.py", "${trialParameters.x}"])

        run = self.diwan("run", "e.yaml", "--progress", "plain")

        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(sorted(row["objective"] for row in self.trials()), [1, 2, 3, 4])
        self.assertEqual(len(self.curve(1)), 3)

    def test_custom_that_fails_is_the_reason_of_missing_metrics(self):
        (self.here / "collect.py").write_text("import sys\nsys.exit('this log is of version 2')\n")
        self.write(self.custom, ["sh", "-c", "echo x >/var/log/train.log"])

        run = self.diwan("run", "e.yaml", "--progress", "plain")

        self.assertEqual(run.returncode, 3, run.stderr)
        self.assertIn("it ended with exit status 1, its last words \"this log is of version 2\"",
                      self.trials()[0]["reason"])
        self.assertEqual(self.diwan("validate", "e.yaml", "--try").returncode, 3)

    def test_custom_nothing_is_left_after_a_kill(self):
        (self.here / "collect.py").write_text(
            "import os, pathlib, time\npathlib.Path('collector.pid').write_text(str(os.getpid()))\ntime.sleep(1000)\n")
        self.write(self.custom, ["sleep", "1000"])
        run = subprocess.Popen([DIWAN, "run", "e.yaml", "--progress", "none", "--parallel", "1"], cwd=self.here,
                               stderr=subprocess.DEVNULL)
        self.addCleanup(run.kill)
        place = self.here / "collector.pid"
        self.wait_until(lambda: place.exists() and place.read_text())
        pid = int(place.read_text())

        run.kill()
        run.wait()

        self.wait_until(lambda: not self.alive(pid))

    @staticmethod
    def alive(pid):
        try:
            return pathlib.Path("/proc/%d/stat" % pid).read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
        except FileNotFoundError:
            return False


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
