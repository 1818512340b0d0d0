# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Population based training with real processes: checkpoints go from winners to copies, through kills too.

Usage: pbt_test.py DIWAN [MPIRUN]
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
KATIB = pathlib.Path(__file__).resolve().parent.parent / "driver/spec/katib/simple-pbt.yaml"
PATIENCE_SECONDS = 90
TRIALS = 30
MEMBERS = 5
SPEC = f"""
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {{name: e}}
spec:
  seed: 3
  objective: {{type: minimize, objectiveMetricName: loss}}
  algorithm:
    algorithmName: pbt
    algorithmSettings:
      - {{name: suggestion_trial_dir, value: /opt/katib/data}}
      - {{name: n_population, value: "{MEMBERS}"}}
      - {{name: truncation_threshold, value: "0.2"}}
  maxTrialCount: {TRIALS}
  parallelTrialCount: 2
  parameters:
    - {{name: lr, parameterType: double, feasibleSpace: {{min: "0.001", max: "1.9", distribution: logUniform}}}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [python3, train.py, "--lr=${{trialParameters.lr}}", --checkpoint=/opt/katib/data/]
"""
# Ten steps down a noisy slope, from where the checkpoint is. What is saved knows all trials that it went through. The
# line comes after that, in one write: who reads it knows that this trial is through.
TRAIN = """
import json, os, pathlib, sys, time

home = pathlib.Path(__file__).resolve().parent
values = dict(argument.lstrip("-").split("=") for argument in sys.argv[1:])
folder = pathlib.Path(values["checkpoint"])
assert folder == pathlib.Path(os.environ["DIWAN_CHECKPOINT_DIR"]), folder
file = folder / "state.json"
state = json.loads(file.read_text()) if file.exists() else {"squares": 100.0, "steps": 0, "trials": []}
time.sleep(float(os.environ.get("SECONDS_A_TRIAL", "0")))
if os.environ["DIWAN_TRIAL"] in (home / "fail").read_text().split():
    sys.exit(1)
if state["trials"][-1:] != [os.environ["DIWAN_TRIAL"]]:  # else an earlier attempt was killed after it had saved
    rate = float(values["lr"])
    for _ in range(10):
        state["squares"] = (1 - rate) ** 2 * state["squares"] + rate ** 2
    state["steps"] += 10
    state["trials"].append(os.environ["DIWAN_TRIAL"])
    (folder / "state.part").write_text(json.dumps(state))
    (folder / "state.part").rename(file)
print(f"loss={state['squares'] / 2}")
with open(home / "through", "a") as out:
    out.write(json.dumps({"trial": os.environ["DIWAN_TRIAL"], "trials": state["trials"]}) + "\\n")
"""


class Pbt(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="diwan-pbt-")
        self.addCleanup(scratch.cleanup)
        self.top = pathlib.Path(scratch.name)
        self.enter("one")

    def enter(self, name):
        self.here = self.top / name
        self.here.mkdir()
        (self.here / "train.py").write_text(TRAIN)
        (self.here / "fail").write_text("")
        (self.here / "e.yaml").write_text(SPEC)

    def diwan(self, *arguments, under=(), **environment):
        return subprocess.run([*under, DIWAN, *arguments], cwd=self.here, capture_output=True, text=True,
                              timeout=PATIENCE_SECONDS, check=False, env={**os.environ, **environment})

    def trials(self):
        return json.loads(self.diwan("trials", "e.diwan", "-o", "json").stdout)["trials"]

    def journal(self):
        return [json.loads(line) for line in self.diwan("journal", "e.diwan").stdout.splitlines()]

    def through(self):
        """Trials and what their weights went through, in the order of their ends."""
        file = self.here / "through"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def runs_of(self, trial):
        return [line["trial"] for line in self.through()].count(trial)

    def expect_whole(self):
        """The budget is used, and every trial went on from just the weights of its parent."""
        trials = self.trials()
        self.assertEqual(len(trials), TRIALS)
        chains = {}
        for line in self.through():
            # Twice only where its end was lost: then both say the same.
            self.assertEqual(chains.setdefault(line["trial"], line["trials"]), line["trials"])
        by_name = {trial["trial"]: trial for trial in trials}
        for trial in trials:
            if trial["status"] != "Succeeded":
                continue
            parent = trial["labels"].get("parent")
            before = chains[parent] if parent else []
            self.assertEqual(chains[trial["trial"]], [*before, trial["trial"]], trial)
            self.assertEqual(len(before), int(trial["labels"]["generation"]), trial)
            if parent and by_name[parent]["labels"]["member"] != trial["labels"]["member"]:
                self.assertNotEqual(trial["assignments"], by_name[parent]["assignments"])
            elif parent:
                self.assertEqual(trial["assignments"], by_name[parent]["assignments"])
        return trials

    def test_members_go_on_from_their_own_weights_or_from_those_of_the_best(self):
        for name, under in LAUNCHERS.items():
            with self.subTest(name):
                self.enter(name)

                end = self.diwan("run", "e.yaml", "--progress", "none", under=under)

                self.assertEqual(end.returncode, 0, end.stderr)
                trials = self.expect_whole()
                self.assertEqual({trial["status"] for trial in trials}, {"Succeeded"})
                by_name = {trial["trial"]: trial for trial in trials}
                copies = [trial for trial in trials if "parent" in trial["labels"] and
                          by_name[trial["labels"]["parent"]]["labels"]["member"] != trial["labels"]["member"]]
                self.assertGreaterEqual(len(copies), 2)
                self.assertEqual({trial["labels"]["member"] for trial in trials}, set("12345"))
                best = json.loads(self.diwan("best", "e.diwan", "-o", "json").stdout)["best"][0]
                kept = [path.parent.name for path in (self.here / "e.diwan/trials").glob("*/checkpoint")]
                self.assertEqual(kept, [best["trial"]], "whose weights are the result")

    def test_no_more_checkpoints_are_kept_than_others_may_go_on_from(self):
        running = subprocess.Popen([DIWAN, "run", "e.yaml", "--progress", "none"], cwd=self.here,
                                   env={**os.environ, "SECONDS_A_TRIAL": "0.1"})
        most = 0
        while running.poll() is None:
            most = max(most, len(list((self.here / "e.diwan/trials").glob("*/checkpoint"))))
            time.sleep(0.02)

        self.assertEqual(running.returncode, 0)
        # Two of each member, those that run, the best.
        self.assertLessEqual(most, 2 * MEMBERS + 2 + 1)

    def test_a_failed_trial_goes_on_as_a_copy(self):
        self.diwan("run", "e.yaml", "--progress", "none", "--max-trials", "12")
        fails = self.trials()[6]["trial"]
        self.enter("fails")
        (self.here / "fail").write_text(fails)

        end = self.diwan("run", "e.yaml", "--progress", "none")

        self.assertEqual(end.returncode, 0, end.stderr)
        trials = self.expect_whole()
        self.assertEqual([trial["trial"] for trial in trials if trial["status"] == "Failed"], [fails])
        self.assertNotIn(fails, {trial["labels"].get("parent") for trial in trials})
        failed = next(trial for trial in trials if trial["trial"] == fails)
        later = [trial for trial in trials if trial["number"] > failed["number"] and
                 trial["labels"]["member"] == failed["labels"]["member"]]
        self.assertTrue(later)

    def kill_and_resume(self, under, seconds_a_trial="0.05"):
        """Kills whatever was started whenever so many more trials are through, and goes on."""
        shown = {}
        runs = {}  # of trials whose end was acknowledged, as many as there were by then
        for through in (4, 11, 17):
            running = subprocess.Popen([*under, DIWAN, "run", "e.yaml", "--progress", "none"], cwd=self.here,
                                       env={**os.environ, "SECONDS_A_TRIAL": seconds_a_trial},
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            limit = time.monotonic() + PATIENCE_SECONDS
            while len(self.through()) < through and running.poll() is None and time.monotonic() < limit:
                time.sleep(0.01)
            for record in self.journal():
                shown[record["number"]] = record
                if record["event"] == "ended" and record["outcome"] == "succeeded":
                    runs.setdefault(record["trial"], self.runs_of(record["trial"]))
            running.send_signal(signal.SIGKILL)
            running.wait()
        end = self.diwan("resume", "e.diwan", "--progress", "none", under=under)
        self.assertEqual(end.returncode, 0, end.stderr)
        trials = self.expect_whole()
        records = {record["number"]: record for record in self.journal()}
        for number, record in shown.items():
            self.assertEqual(records[number], record, "what was shown stays")
        ended = [record["trial"] for record in records.values()
                 if record["event"] == "ended" and record["outcome"] == "succeeded"]
        self.assertEqual(len(ended), len(set(ended)), "no trial ends twice")
        self.assertEqual(len(ended), TRIALS)
        for trial, count in runs.items():
            self.assertEqual(self.runs_of(trial), count, f"{trial} ran again")
        return trials

    def test_killed_and_resumed_it_loses_nothing_and_repeats_nothing(self):
        for name, under in LAUNCHERS.items():
            with self.subTest(name):
                self.enter(name)
                self.kill_and_resume(under)

    def test_killed_and_resumed_it_suggests_the_same_with_one_worker(self):
        one = SPEC.replace("parallelTrialCount: 2", "parallelTrialCount: 1")
        (self.here / "e.yaml").write_text(one)
        self.assertEqual(self.diwan("run", "e.yaml", "--progress", "none").returncode, 0)
        quiet = self.trials()
        self.enter("killed")
        (self.here / "e.yaml").write_text(one)

        killed = self.kill_and_resume([])

        for here, there in zip(quiet, killed):
            for field in ("trial", "assignments", "labels", "objective"):
                self.assertEqual(here[field], there[field])

    def test_begins_with_listed_trials_and_known_results(self):
        self.diwan("run", "e.yaml", "--progress", "none", "--max-trials", "5")
        known = self.trials()
        before = self.here
        self.enter("second")
        (self.here / "e.yaml").write_text(SPEC.replace("  trialTemplate", """\
  initialTrials: [{lr: "0.5"}, {lr: "0.05"}]
  trialTemplate"""))

        end = self.diwan("run", "e.yaml", "--progress", "none", "--from", str(before / "e.diwan"))

        self.assertEqual(end.returncode, 0, end.stderr)
        trials = self.trials()
        self.assertEqual([trial["assignments"]["lr"] for trial in trials[:2]], [0.5, 0.05])
        best = min(known, key=lambda trial: trial["objective"])
        self.assertEqual(trials[2]["assignments"], best["assignments"])
        self.assertEqual([trial["labels"]["member"] for trial in trials[2:5]], ["3", "4", "5"])
        self.assertIn(trials[0]["trial"], {trial["labels"].get("parent") for trial in trials})
        chains = {line["trial"]: line["trials"] for line in self.through()}
        for trial in trials:
            parent = trial["labels"].get("parent")
            self.assertEqual(chains[trial["trial"]], [*(chains[parent] if parent else []), trial["trial"]])

    def test_the_example_of_katib_runs_with_a_stand_in_for_its_image(self):
        stand_in = TRAIN.replace("loss={state['squares'] / 2}", "Validation-accuracy={1 / (1 + state['squares'])}")
        (self.here / "train.py").write_text(stand_in)
        container = "trialTemplate.trialSpec.spec.template.spec.containers.pbt-training"
        changes = ["--set", f"{container}.command.1={self.here / 'train.py'}"]

        end = self.diwan("validate", str(KATIB))
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertIn("so that nothing is bred", end.stdout + end.stderr)
        end = self.diwan("run", str(KATIB), "--progress", "none", "--dir", "e.diwan", *changes)

        self.assertEqual(end.returncode, 0, end.stderr)
        trials = self.trials()
        self.assertEqual(len(trials), 40)
        self.assertEqual({trial["labels"]["generation"] for trial in trials}, {"0"})

    def test_it_says_once_that_nothing_was_saved(self):
        (self.here / "train.py").write_text("print('loss=1')\n")
        end = self.diwan("run", "e.yaml", "--progress", "plain")
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual(end.stderr.count("left no checkpoint, so trials that go on from it begin anew"), 1, end.stderr)

        self.enter("saves")
        end = self.diwan("run", "e.yaml", "--progress", "plain")
        self.assertNotIn("left no checkpoint", end.stderr)

    def test_it_says_what_it_cannot_do(self):
        (self.here / "e.yaml").write_text(SPEC.replace(
            "  objective: {type: minimize, objectiveMetricName: loss}",
            "  objectives: [{type: minimize, objectiveMetricName: loss}, {type: minimize, objectiveMetricName: size}]"))
        end = self.diwan("validate", "e.yaml")
        self.assertEqual(end.returncode, 2)
        self.assertIn("pbt searches by one objective, not 2; use one of auto", end.stderr)

        (self.here / "e.yaml").write_text(SPEC)
        self.diwan("run", "e.yaml", "--progress", "none", "--max-trials", "6")
        end = self.diwan("confirm", "e.diwan")
        self.assertEqual(end.returncode, 2)
        self.assertIn("a trial of pbt is a piece of a training", end.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
