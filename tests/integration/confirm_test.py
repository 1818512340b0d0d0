# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""The best trials run again, on both launchers.

Usage: confirm_test.py DIWAN [MPIRUN]
"""
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

DIWAN = os.path.abspath(sys.argv[1])
MPIRUN = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
LAUNCHERS = {"local": [], **({"mpirun": [MPIRUN, "--oversubscribe", "-n", "3"]} if MPIRUN else {})}
PATIENCE_SECONDS = 60
SPEC = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: e}
spec:
  seed: 3
  objective: {type: minimize, objectiveMetricName: loss, goal: 0}
  algorithm: {algorithmName: grid}
  maxTrialCount: 5
  parallelTrialCount: 2
  parameters:
    - {name: x, parameterType: int, feasibleSpace: {min: "1", max: "5", step: "1"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {command: [sh, trial.sh, "${trialParameters.x}"], env: {MORE: "0"}}
"""
# The loss is x, and by the seed up to a half more; each run leaves a line.
TRIAL = """
echo "$1 $DIWAN_SEED" >> runs
[ -e fails ] && [ "$1" = 2 ] && exit 1
echo "loss=$(awk "BEGIN { print $1 + $MORE + ($DIWAN_SEED % 1000) / 2000 }")"
"""


class Confirm(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="diwan-confirm-")
        self.addCleanup(scratch.cleanup)
        self.here = pathlib.Path(scratch.name)
        (self.here / "trial.sh").write_text(TRIAL)
        (self.here / "e.yaml").write_text(SPEC)
        self.assertEqual(self.diwan("run", "e.yaml").returncode, 0)
        (self.here / "runs").unlink()

    def diwan(self, *arguments, under=()):
        return subprocess.run([*under, DIWAN, *arguments], cwd=self.here, capture_output=True, text=True,
                              timeout=PATIENCE_SECONDS)

    def runs(self):
        return [line.split() for line in (self.here / "runs").read_text().splitlines()]

    def confirmed(self, *arguments, under=()):
        end = self.diwan("confirm", "e.yaml", "-o", "json", *arguments, under=under)
        self.assertEqual(end.returncode, 0, end.stderr)
        return json.loads(end.stdout)

    def test_the_best_run_again_each_with_a_seed_of_its_own(self):
        for name, under in LAUNCHERS.items():
            with self.subTest(name):
                end = self.diwan("trials", "e.yaml", "--sort", "objective", "-o", "json")
                best = json.loads(end.stdout)["trials"][:2]
                answer = self.confirmed("-k", "2", "--repeat", "3", "--set",
                                        f"trialTemplate.trialSpec.spec.env.LAUNCHER={name}", under=under)

                rows = answer["confirmed"]
                self.assertEqual([row["trial"] for row in rows], [row["trial"] for row in best])
                for row, found in zip(rows, best):
                    [objective] = row["objectives"]
                    self.assertEqual(objective["found"], found["objective"])
                    self.assertEqual(len(objective["values"]), 3)
                    self.assertAlmostEqual(objective["mean"], sum(objective["values"]) / 3)
                    self.assertGreater(objective["deviation"], 0)
                runs = self.runs()
                self.assertEqual(sorted(x for x, _ in runs), ["1"] * 3 + ["2"] * 3)
                self.assertEqual(len({seed for _, seed in runs}), 6)
                (self.here / "runs").unlink()

    def test_other_settings_are_other_runs_beside_the_first(self):
        plain = self.confirmed("-k", "1")
        more = self.confirmed("-k", "1", "--set", "trialTemplate.trialSpec.spec.env.MORE=\"10\"")

        self.assertEqual((plain["directory"], more["directory"]), ("confirm-1", "confirm-2"))
        third = self.diwan("confirm", "e.diwan", "-k", "1", "--repeat", "1")
        self.assertIn("`diwan trials e.diwan/confirm-3`", third.stderr)
        again = self.diwan("confirm", "e.diwan", "-k", "1", "--repeat", "1")
        self.assertIn("give -k, --repeat or --set for other runs", again.stderr)
        self.assertEqual(more["set"], ["trialTemplate.trialSpec.spec.env.MORE=\"10\""])
        self.assertAlmostEqual(more["confirmed"][0]["objectives"][0]["mean"],
                               plain["confirmed"][0]["objectives"][0]["mean"] + 10)
        # The experiment itself is as it was.
        self.assertEqual(len(json.loads(self.diwan("trials", "e.yaml", "-o", "json").stdout)["trials"]), 5)

    def test_the_same_command_again_runs_nothing_and_says_the_same(self):
        first = self.confirmed("-k", "2", "--repeat", "2")
        again = self.confirmed("-k", "2", "--repeat", "2")

        self.assertEqual(first, again)
        self.assertEqual(len(self.runs()), 4)

    def test_failed_runs_are_counted_and_end_nothing(self):
        (self.here / "fails").touch()
        rows = self.confirmed("-k", "2", "--repeat", "4")["confirmed"]

        self.assertEqual([row["withoutResult"] for row in rows], [0, 4])
        self.assertIsNone(rows[1]["objectives"][0]["mean"])
        self.assertEqual(len(self.runs()), 8)

    def test_table_and_csv_tell_both_figures(self):
        table = self.diwan("confirm", "e.yaml", "-k", "2", "--set", "parallelTrialCount=1")
        lines = table.stdout.splitlines()
        self.assertEqual(lines[0].split(), ["TRIAL", "loss", "CONFIRMED", "RUNS", "ASSIGNMENTS"])
        self.assertRegex(lines[1], r"^ *1 +1\.\d+ +1\.\d+ \+- 0\.\d+ +3 +x=1$")
        self.assertEqual(lines[-1], "with parallelTrialCount=1")
        end = self.diwan("confirm", "e.yaml", "-k", "2", "--set", "parallelTrialCount=1", "-o", "csv")
        rows = list(csv.DictReader(io.StringIO(end.stdout)))
        self.assertEqual([(row["number"], row["objective"], row["runs"]) for row in rows],
                         [("1", "loss", "3"), ("2", "loss", "3")])

    def test_a_searched_parameter_that_is_set_is_shown_as_it_was_run(self):
        wider = "parameters.x.feasibleSpace={min: '7', max: '7'}"
        row = self.confirmed("-k", "1", "--set", wider)["confirmed"][0]
        table = self.diwan("confirm", "e.yaml", "-k", "1", "--set", wider).stdout

        self.assertEqual({x for x, _ in self.runs()}, {"7"})
        self.assertEqual(row["assignments"], {"x": 7})
        self.assertRegex(table.splitlines()[1], r"^ *1 .* x=7$")

    def test_the_best_of_a_confirmation_is_its_best_mean(self):
        rows = self.confirmed("-k", "2", "--repeat", "3")["confirmed"]
        directory = "e.diwan/confirm-1"
        best = json.loads(self.diwan("best", directory, "-k", "9", "-o", "json").stdout)
        table = self.diwan("best", directory).stdout.splitlines()
        command = self.diwan("best", directory, "-o", "args").stdout

        self.assertEqual([row["assignments"]["x"] for row in best["best"]], [1, 2])
        for row, confirmed, shown in zip(best["best"], rows, best["confirmed"]):
            self.assertEqual(shown["number"], confirmed["number"])
            self.assertEqual(shown["objectives"][0]["mean"], confirmed["objectives"][0]["mean"])
            mean = shown["objectives"][0]["mean"]
            nearest = min(shown["objectives"][0]["values"], key=lambda value: abs(value - mean))
            self.assertEqual(row["objective"], nearest)
        self.assertEqual(table[0].split(), ["TRIAL", "loss", "RUNS", "ASSIGNMENTS"])
        self.assertRegex(table[1], r"^ *1 +1\.\d+ \+- 0\.\d+ +3 +x=1$")
        self.assertRegex(table[2], r"^by the mean of the runs of each; #\d is the run nearest to the best$")
        self.assertEqual(command.strip(), "1")

    def test_refusals_run_nothing(self):
        for arguments, words in [(["--set", "parameters.x.feasibleSpace.min=2"], "has no value 1 of trial 1 any more"),
                                 (["--set", "nothing=1"], "nothing"),
                                 (["-k", "0"], "--count"), (["--repeat", "no"], "--repeat"),
                                 (["-o", "xml"], "xml")]:
            end = self.diwan("confirm", "e.yaml", *arguments)
            self.assertEqual(end.returncode, 2, end.stdout)
            self.assertIn(words, end.stderr)
        self.assertFalse((self.here / "runs").exists())
        self.assertFalse((self.here / "e.diwan" / "confirm-1").exists())

    def test_an_experiment_without_a_result_has_nothing_to_confirm(self):
        (self.here / "f.yaml").write_text(SPEC.replace("name: e}", "name: f}"))
        (self.here / "trial.sh").write_text("exit 1\n")
        self.diwan("run", "f.yaml")
        end = self.diwan("confirm", "f.yaml")
        self.assertEqual(end.returncode, 3)
        self.assertIn("no trial has ended with a finite objective", end.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
