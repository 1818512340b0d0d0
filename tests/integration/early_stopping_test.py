# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""medianstop for real: trials are plain Python scripts that only call print; on both launchers.

Usage: early_stopping_test.py DIWAN [MPIRUN]
"""
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import unittest

DIWAN = os.path.abspath(sys.argv[1])
MPIRUN = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
LAUNCHERS = ["local", "mpirun"] if MPIRUN else ["local"]
GOOD, BAD = 3, 4
# Good trials have averages 0.1, 0.2 and 0.3 at every step, so the median is 0.2; `clock` is when it is printed.
SCRIPT = """
import sys, time
x = float(sys.argv[1])
for epoch in range(6 if x < 0.5 else 1200):
    time.sleep(0.05)
    print(f"epoch={epoch} clock={time.time():.6f} accuracy={1 - x}")
"""
SAVES = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: (print("saved"), sys.exit(0)))
""" + SCRIPT
EXPERIMENT = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: early}
spec:
  seed: 3
  objective: {type: maximize, objectiveMetricName: accuracy, additionalMetricNames: [clock]}
  algorithm: {algorithmName: auto}
  earlyStopping:
    algorithmName: medianstop
    algorithmSettings: [{name: start_step, value: "5"}]
  maxTrialCount: %d
  parallelTrialCount: %d
  initialTrials: [%s]
  parameters:
    - {name: x, parameterType: double, feasibleSpace: {min: "0", max: "1"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {command: [python3, train.py, "${trialParameters.x}"]}
"""


def seconds(time):
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


class EarlyStopping(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="diwan-early-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def shown(self, *command):
        done = subprocess.run([DIWAN, *command], cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def run_experiment(self, script, launcher):
        """Three good trials, then four bad ones; their rows, by number."""
        (self.folder / "train.py").write_text(script)
        values = [0.1, 0.2, 0.3] + [0.6 + 0.1 * i for i in range(BAD)]
        trials = ", ".join('{x: "%.1f"}' % value for value in values)
        (self.folder / "experiment.yaml").write_text(EXPERIMENT % (GOOD + BAD, 1, trials))
        command = [DIWAN, "run", "experiment.yaml", "--dir", launcher, "--progress", "plain"]
        if launcher == "mpirun":
            command = [MPIRUN, "--oversubscribe", "-n", "2", *command]
        run = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.said = run.stdout + run.stderr
        self.assertEqual(run.returncode, 0, self.said)
        rows = json.loads(self.shown("trials", launcher, "-o", "json"))["trials"]
        self.assertEqual([row["status"] for row in rows], ["Succeeded"] * GOOD + ["EarlyStopped"] * BAD, self.said)
        return rows

    def test_a_script_that_only_prints_is_stopped_at_once_and_its_curve_is_kept(self):
        for launcher in LAUNCHERS:
            with self.subTest(launcher=launcher):
                rows = self.run_experiment(SCRIPT, launcher)

                delays = []
                for row in rows[GOOD:]:
                    best = 1 - row["assignments"]["x"]
                    self.assertRegex(row["reason"], r"^medianstop at step 5: its best \S+ is worse than 0\.8, "
                                     r"the median of the running averages of 3 trials$")
                    self.assertAlmostEqual(row["objective"], best)
                    curve = json.loads(self.shown("metrics", launcher, str(row["number"]), "-o", "json"))
                    by_metric = {"accuracy": {}, "clock": {}}
                    for one in curve["observations"]:
                        by_metric[one["metric"]][one["step"]] = one["value"]
                    self.assertGreaterEqual(len(by_metric["accuracy"]), 5)
                    self.assertAlmostEqual(by_metric["accuracy"][5], best)
                    delays.append(seconds(row["end"]) - by_metric["clock"][5])
                print(f"{launcher}: from print to the end of the trial, median of {len(delays)}: "
                      f"{1000 * statistics.median(delays):.0f} ms, most {1000 * max(delays):.0f} ms")
                self.assertLess(statistics.median(delays), 2)

                status = self.shown("status", launcher, "-o", "yaml")
                self.assertIn(f"trialsEarlyStopped: {BAD}", status)
                best = json.loads(self.shown("best", launcher, "-o", "json"))["best"][0]
                self.assertEqual(best["number"], 1)
                records = [json.loads(line) for line in self.shown("journal", launcher).splitlines()]
                self.assertEqual(len([1 for record in records if record["event"] == "pruned"]), BAD)

    def test_a_trial_that_saves_its_work_and_exits_is_early_stopped_too(self):
        rows = self.run_experiment(SAVES, "local")

        for row in rows[GOOD:]:
            self.assertIn("saved", self.shown("logs", "local", str(row["number"])))
            self.assertIn("median", row["reason"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
