# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Katib's own examples of enas and darts, with stand-ins for the programs that their images hold.

Usage: nas_test.py DIWAN EXAMPLES [MPIEXEC]
"""
import csv
import io
import json
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
EXAMPLES = pathlib.Path(sys.argv[2])
MPIEXEC = sys.argv[3] if len(sys.argv) > 3 else None
LIMIT = 120  # seconds

# Reads what it is given as Katib's image does, and finds pooling late and skip connections good.
ENAS_TRIAL = """
import argparse, json, os, time
parser = argparse.ArgumentParser()
for name in ("--architecture", "--nn_config", "--num_epochs"):
    parser.add_argument(name)
options = parser.parse_args()
architecture = json.loads(options.architecture.replace("'", '"'))
network = json.loads(options.nn_config.replace("'", '"'))
assert len(architecture) == network["num_layers"] and network["input_sizes"] == [32, 32, 3]
score = 0.0
for layer, (operation, *skips) in enumerate(architecture):
    assert len(skips) == layer
    meant = network["embedding"][str(operation)]
    assert meant["opt_id"] == operation
    score += layer / 8 if meant["opt_type"] == "reduction" else int(meant["opt_params"]["num_filter"]) / 64
    score += sum(skips) / 28
assert os.environ["DIWAN_PARAM_ARCHITECTURE"] == options.architecture
assert os.environ["DIWAN_PARAM_NN_CONFIG"] == options.nn_config
with open(os.environ["DIWAN_PARAMETERS"]) as file:
    assert json.load(file) == {"architecture": options.architecture, "nn_config": options.nn_config}
time.sleep(float(os.environ.get("PAUSE", "0")))
print(f"Validation-Accuracy={score / 12}")
"""

DARTS_TRIAL = """
import argparse, json
parser = argparse.ArgumentParser()
for name in ("--algorithm-settings", "--search-space", "--num-layers"):
    parser.add_argument(name)
options = parser.parse_args()
settings = json.loads(options.algorithm_settings.replace("'", '"'))
space = json.loads(options.search_space.replace("'", '"'))
assert settings["num_nodes"] == "1" and settings["w_lr"] == 0.025, settings
assert space == ["separable_convolution_3x3", "skip_connection"], space
assert int(options.num_layers) == 3
for epoch in range(2):
    cell = f"[[('{space[epoch]}', 0), ('{space[0]}', 1)]]"
    print(f"Best-Genotype=Genotype(normal={cell}, normal_concat=range(2, 3), reduce={cell}, reduce_concat=range(2, 3))")
"""
GENOTYPE = ("Genotype(normal=[[('skip_connection', 0), ('separable_convolution_3x3', 1)]], normal_concat=range(2, 3), "
            "reduce=[[('skip_connection', 0), ('separable_convolution_3x3', 1)]], reduce_concat=range(2, 3))")


class Nas(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="diwan-nas-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        for name in ("enas-cpu", "darts-cpu", "darts-gpu"):
            shutil.copy(EXAMPLES / f"{name}.yaml", self.folder)
        (self.folder / "RunTrial.py").write_text(ENAS_TRIAL)
        (self.folder / "run_trial.py").write_text(DARTS_TRIAL)

    def call(self, *arguments, status=0, stdin=None, before=(), env=None):
        done = subprocess.run([*before, DIWAN, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=LIMIT,
                              input=stdin, env={**os.environ, **(env or {})}, check=False)
        if status is not None:
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def rows(self, directory):
        return json.loads(self.call("trials", directory, "-o", "json").stdout)["trials"]

    def architectures(self, directory):
        return [row["assignments"]["architecture"] for row in self.rows(directory)]

    def test_the_examples_are_valid_and_can_run_here(self):
        for name in ("enas-cpu", "darts-cpu", "darts-gpu"):
            said = self.call("validate", f"{name}.yaml")
            self.assertNotIn("cannot run", said.stdout + said.stderr)
        said = self.call("validate", "enas-cpu.yaml", env={"COLUMNS": "200"}).stdout
        self.assertIn("8 layers, from 32 x 32 x 3 to 10", said)
        self.assertRegex(said, r"convolution +0\.\.17 +filter_size 3, 5, 7; num_filter 32, 48, 64; stride 1, 2")
        self.assertNotIn("skip_0_2", said)
        shown = self.call("validate", "enas-cpu.yaml", "--show", "2").stdout
        self.assertEqual(shown.count("--architecture=[["), 2, shown)

    def test_enas_runs_an_architecture_a_trial_and_shows_it_as_the_trial_got_it(self):
        self.call("run", "enas-cpu.yaml", "--max-trials", "6", "--seed", "3")

        rows = self.rows("enas-cpu.diwan")
        self.assertEqual([row["status"] for row in rows], ["Succeeded"] * 6)
        self.assertEqual(len({row["assignments"]["architecture"] for row in rows}), 6)
        best = json.loads(self.call("best", "enas-cpu.diwan", "-o", "json").stdout)["best"][0]
        network = json.loads(best["assignments"]["nn_config"].replace("'", '"'))
        used = {str(layer[0]) for layer in json.loads(best["assignments"]["architecture"])}
        self.assertEqual(set(network["embedding"]), used)
        environment = self.call("best", "enas-cpu.diwan", "-o", "env").stdout
        self.assertTrue(environment.startswith("DIWAN_PARAM_ARCHITECTURE='[["), environment)
        status = json.loads(self.call("status", "enas-cpu.diwan", "-o", "json").stdout)
        self.assertEqual([one["name"] for one in status["status"]["currentOptimalTrial"]["parameterAssignments"]],
                         ["architecture", "nn_config"])
        table = self.call("trials", "enas-cpu.diwan", env={"COLUMNS": "80"}).stdout
        self.assertRegex(table, r"  architecture\n(.*\n)*.*  \[\[\d+\],\[\d+,[01]\],\[")
        self.assertTrue(all(len(line) <= 80 for line in table.splitlines()), table)
        self.assertNotIn("embedding", table)
        explained = self.call("explain", "enas-cpu.diwan", "best").stdout
        self.assertIn("architecture=[[", explained)

    def test_the_best_architectures_are_trained_again(self):
        self.call("run", "enas-cpu.yaml", "--max-trials", "4", "--seed", "3")

        told = json.loads(self.call("confirm", "enas-cpu.diwan", "-k", "2", "--repeat", "2", "-o", "json").stdout)

        best = json.loads(self.call("best", "enas-cpu.diwan", "-k", "2", "-o", "json").stdout)["best"]
        self.assertEqual(sorted(one["assignments"]["architecture"] for one in told["confirmed"]),
                         sorted(one["assignments"]["architecture"] for one in best))
        for one in told["confirmed"]:
            self.assertEqual(len(one["objectives"][0]["values"]), 2, told)

    def test_enas_takes_results_of_a_table_and_of_another_directory(self):
        self.call("run", "enas-cpu.yaml", "--max-trials", "6", "--seed", "3")
        table = self.call("trials", "enas-cpu.diwan", "-o", "csv").stdout
        header = next(csv.reader(io.StringIO(table)))
        self.assertEqual([name for name in header if name.startswith("parameter.")],
                         ["parameter.architecture", "parameter.nn_config"])
        (self.folder / "known.csv").write_text(table)
        known = set(self.architectures("enas-cpu.diwan"))

        for source in ("known.csv", "enas-cpu.diwan"):
            directory = f"from-{source}.diwan"
            said = self.call("run", "enas-cpu.yaml", "--dir", directory, "--from", source, "--seed", "4").stderr
            self.assertIn("6", said)
            self.assertFalse(known & set(self.architectures(directory)))

    def test_enas_killed_and_begun_again_goes_on_as_if_it_had_not_been(self):
        options = ["--max-trials", "10", "--parallel", "1", "--seed", "5"]
        self.call("run", "enas-cpu.yaml", "--dir", "whole.diwan", *options)
        run = subprocess.Popen([DIWAN, "run", "enas-cpu.yaml", "--dir", "killed.diwan", *options], cwd=self.folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PAUSE": "0.3"})
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            told = self.call("trials", "killed.diwan", "-o", "json", status=None)
            if told.returncode == 0 and told.stdout.count('"Succeeded"') >= 5:
                break
            time.sleep(0.1)
        run.send_signal(signal.SIGKILL)
        run.wait()
        self.assertLess(len(self.rows("killed.diwan")), 10)

        self.call("run", "enas-cpu.yaml", "--dir", "killed.diwan", *options)

        self.assertEqual(self.architectures("killed.diwan"), self.architectures("whole.diwan"))

    @unittest.skipUnless(MPIEXEC, "no MPI")
    def test_enas_runs_under_mpi(self):
        self.call("run", "enas-cpu.yaml", "--max-trials", "4", before=[MPIEXEC, "-n", "3", "--oversubscribe"])

        self.assertEqual([row["status"] for row in self.rows("enas-cpu.diwan")], ["Succeeded"] * 4)

    def test_darts_runs_one_trial_and_gives_its_last_genotype(self):
        for name in ("darts-cpu", "darts-gpu"):
            said = self.call("run", f"{name}.yaml", "--max-trials", "3")

            self.assertIn(GENOTYPE, said.stdout)
            rows = self.rows(f"{name}.diwan")
            self.assertEqual([(row["status"], row["objective"]) for row in rows], [("Succeeded", GENOTYPE)])
            self.assertEqual(list(rows[0]["assignments"]), ["algorithm-settings", "search-space", "num-layers"])
            again = self.call("run", f"{name}.yaml", "--max-trials", "3")
            self.assertEqual(len(self.rows(f"{name}.diwan")), 1, again.stderr)

    def test_suggest_speaks_of_architectures(self):
        lines = [{"op": "ask", "count": 2},
                 {"op": "tell", "trial": "t-1", "status": "Succeeded", "observations": [{"metric": "Validation-Accuracy", "value": 0.5}]},
                 {"op": "tell", "trial": "t-2", "status": "Failed"}]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        first = [json.loads(line) for line in self.call("suggest", "enas-cpu.yaml", "--seed", "1", stdin=text).stdout.splitlines()]
        architecture = first[0]["suggestions"][0]["assignments"]["architecture"]
        self.assertEqual(len(json.loads(architecture)), 8)

        lines = [{"op": "history", "trials": [{"assignments": {"architecture": architecture}, "status": "Succeeded",
                                               "observations": [{"metric": "Validation-Accuracy", "value": 0.9}]}]},
                 {"op": "history", "trials": [{"assignments": {"architecture": "[[1]]"}, "status": "Failed"}]},
                 {"op": "best"}]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        said = [json.loads(line) for line in self.call("suggest", "enas-cpu.yaml", "--seed", "1", stdin=text).stdout.splitlines()]
        self.assertEqual(said[0]["trials"], ["h-1"])
        self.assertIn("is no architecture of this nasConfig", said[1]["error"])
        self.assertEqual(said[2]["assignments"]["architecture"], architecture)

    def test_suggest_has_one_trial_for_darts_and_then_none(self):
        asks = '{"op":"ask","count":2}\n' * 2
        said = [json.loads(line) for line in self.call("suggest", "darts-gpu.yaml", stdin=asks).stdout.splitlines()]

        self.assertEqual([len(one["suggestions"]) for one in said], [1, 0])
        self.assertTrue(said[1]["exhausted"])
        self.assertEqual(said[0]["suggestions"][0]["assignments"]["num-layers"], "3")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
