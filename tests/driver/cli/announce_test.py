# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""--on-best and --on-end of real runs: `announce_test.py DIWAN [MPIEXEC]`, with MPIEXEC also under mpirun."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

DIWAN = ""
MPIEXEC = None
SPEC = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: e}
spec:
  seed: 3
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm: {algorithmName: random}
  maxTrialCount: MOST
  parallelTrialCount: 1
  parameters:
    - {name: x, parameterType: int, feasibleSpace: {min: "1", max: "6"}}
    - {name: kind, parameterType: categorical, feasibleSpace: {list: ["it's one", "two"]}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {command: [sh, trial.sh]}
"""
# The losses of trials 1, 2, ...: line by line in the file `losses`.
TRIAL = """
n=$(wc -l < done); echo >> done
n=$((n + 1)); touch "trial$n"; echo "loss=$(sed -n ${n}p losses)"
"""
# Appends what it was given to the file `told`.
NOTIFY = f"""#!{sys.executable}
import json, os, sys
with open("told", "a") as told:
    told.write(json.dumps([sys.argv[1:], dict(os.environ)]) + "\\n")
"""


class Announce(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        (self.folder / "trial.sh").write_text(TRIAL)
        (self.folder / "done").write_text("")
        notify = self.folder / "notify"
        notify.write_text(NOTIFY)
        notify.chmod(0o700)

    def run_with(self, losses, *options, launch=(), env=None):
        (self.folder / "losses").write_text("\n".join(map(str, losses)) + "\n")
        (self.folder / "e.yaml").write_text(SPEC.replace("MOST", str(len(losses))))
        return subprocess.run([*launch, DIWAN, "run", "e.yaml", *options], cwd=self.folder, capture_output=True,
                              text=True, timeout=120, env={**os.environ, **(env or {})})

    def told(self):
        path = self.folder / "told"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def test_each_better_trial_and_the_end_are_told_with_their_facts(self):
        result = self.run_with([5, 7, 3], "--on-end", "./notify end")
        self.assertEqual(result.returncode, 0, result.stderr)
        [[arguments, env]] = self.told()
        self.assertEqual(arguments, ["end"])
        self.assertEqual({name: env.get(name) for name in (
            "DIWAN_EVENT", "DIWAN_EXPERIMENT", "DIWAN_DIRECTORY", "DIWAN_EXIT_STATUS", "DIWAN_REASON", "DIWAN_METRIC",
            "DIWAN_OBJECTIVE", "DIWAN_TRIAL_NUMBER", "DIWAN_TRIALS_DONE")},
            {"DIWAN_EVENT": "end", "DIWAN_EXPERIMENT": "e", "DIWAN_DIRECTORY": str((self.folder / "e.diwan").resolve()),
             "DIWAN_EXIT_STATUS": "0", "DIWAN_REASON": "max_trials", "DIWAN_METRIC": "loss", "DIWAN_OBJECTIVE": "3",
             "DIWAN_TRIAL_NUMBER": "3", "DIWAN_TRIALS_DONE": "3"})
        parameters = json.loads(env["DIWAN_PARAMETERS_JSON"])
        self.assertEqual(str(parameters["x"]), env["DIWAN_PARAM_X"])
        self.assertEqual(parameters["kind"], env["DIWAN_PARAM_KIND"])
        outcome = json.loads((self.folder / "e.diwan" / "outcome").read_text())
        self.assertEqual(outcome["exit"], 0)

    def test_the_same_best_is_never_told_twice(self):
        self.run_with([5, 7], "--on-best", "./notify best")
        self.assertEqual([env["DIWAN_OBJECTIVE"] for _, env in self.told()], ["5"])
        self.run_with([5, 7, 6], "--on-best", "./notify best")
        self.assertEqual(len(self.told()), 1)
        self.run_with([5, 7, 6, 2], "--on-best", "./notify best")
        self.assertEqual([env["DIWAN_TRIAL_NUMBER"] for _, env in self.told()], ["1", "4"])

    def test_a_run_that_has_nothing_to_do_tells_nothing(self):
        self.run_with([5])
        result = self.run_with([5], "--on-end", "./notify end", "--on-best", "./notify best")
        self.assertEqual(result.returncode, 0)
        self.assertEqual(self.told(), [])

    def test_words_are_cut_without_a_shell(self):
        self.run_with([5], "--on-end", "./notify 'it is' $HOME; \"a b\"\\ c |x")
        self.assertEqual(self.told()[0][0], ["it is", "$HOME;", "a b c", "|x"])

    def test_the_environment_is_that_of_trials(self):
        self.run_with([5], "--on-end", "./notify", env={"OMPI_COMM_X": "1", "SLURM_JOB_NAME": "x", "KEPT": "yes"})
        env = self.told()[0][1]
        self.assertEqual([name for name in env if name.startswith(("OMPI_COMM", "SLURM_")) or name == "DIWAN_HERALD"], [])
        self.assertEqual(env["KEPT"], "yes")

    def test_the_search_goes_on_while_a_command_runs(self):
        waits = self.folder / "waits"
        waits.write_text("#!/bin/sh\nuntil [ -e trial3 ]; do sleep 0.05; done; echo waited\n")
        waits.chmod(0o700)
        result = self.run_with([5, 7, 6], "--on-best", "./waits")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn("--on-best", result.stderr)
        self.assertEqual((self.folder / "e.diwan" / "announcements.log").read_text(), "waited\n")

    def test_a_failure_is_told_and_changes_nothing(self):
        result = self.run_with([5], "--on-end", "sh -c 'echo no network >&2; exit 3'")
        self.assertEqual(result.returncode, 0)
        self.assertIn("--on-end: sh failed with exit status 3; what it printed is in ", result.stderr)
        self.assertEqual((self.folder / "e.diwan" / "announcements.log").read_text(), "no network\n")

    def test_what_cannot_be_run_is_refused_at_once(self):
        for command, why in [("no-such-program x", "no-such-program"), ("./nothing", "./nothing is no program"),
                             ("notify 'x", "a quote is not closed"), (" ", "it names no program")]:
            with self.subTest(command):
                result = self.run_with([5], "--on-end", command)
                self.assertEqual(result.returncode, 2)
                self.assertIn("run: --on-end (" + command + "): ", result.stderr)
                self.assertIn(why, result.stderr)
                self.assertFalse((self.folder / "e.diwan").exists())

    def test_under_mpirun(self):
        if MPIEXEC is None:
            self.skipTest("there is no mpirun here")
        launch = [MPIEXEC, "--oversubscribe", "-n", "3"]
        result = self.run_with([5, 7, 3], "--on-end", "./notify end", "--on-best", "./notify best", launch=launch)
        self.assertEqual(result.returncode, 0, result.stderr)
        events = [env["DIWAN_EVENT"] for _, env in self.told()]
        self.assertEqual(events[-1], "end")
        self.assertIn("best", events)
        self.assertEqual([name for name in self.told()[0][1] if name.startswith("OMPI_COMM")], [])


if __name__ == "__main__":
    DIWAN = sys.argv.pop(1)
    if len(sys.argv) > 1 and not sys.argv[1].startswith(("-", "Announce")):
        MPIEXEC = sys.argv.pop(1)
    unittest.main(verbosity=2)
