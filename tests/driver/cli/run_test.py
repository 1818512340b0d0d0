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


class SeveralObjectives(Case):
    def setUp(self):
        super().setUp()
        self.write('echo "loss=$((10 - $1))"; echo "seconds=$1"\n', algorithm="auto")
        spec = self.here / "e.yaml"
        spec.write_text(spec.read_text().replace(
            "objective: {type: minimize, objectiveMetricName: loss}",
            "objectives: [{type: minimize, objectiveMetricName: loss}, "
            "{type: minimize, objectiveMetricName: seconds}]").replace("Count: 4", "Count: 6"))

    def test_run_to_their_front(self):
        result = self.diwan("run", "e.yaml")

        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("see `diwan best e.diwan`", result.stdout)
        best = json.loads(self.diwan("best", "e.yaml", "-o", "json").stdout)
        self.assertTrue(best["pareto"])
        # A loss is had for seconds alone, so that no trial beats another.
        self.assertEqual(sorted(row["assignments"]["x"] for row in best["best"]), [1, 2, 3, 4, 5, 6])

    def test_need_an_algorithm_that_takes_several(self):
        for algorithm in ("cmaes",):
            result = self.diwan("run", "e.yaml", "--set", f"algorithm.algorithmName={algorithm}")

            self.assertEqual(result.returncode, 2)
            self.assertIn(f"{algorithm} searches by one objective, not 2; use one of auto, random, ",
                          result.stderr)


class Beginning(Case):
    def test_is_one_line_of_what_will_be_done(self):
        first = self.diwan("run", "e.yaml", "--max-trials", "2", "--progress", "plain")
        more = self.diwan("resume", "e.diwan", "--max-trials", "3", "--parallel", "1")
        silent = self.diwan("resume", "e.diwan", "--max-trials", "4", "--progress", "none")

        self.assertEqual(first.stderr.splitlines()[0], "e.diwan: random, 2 trials, 2 at a time on this host")
        self.assertEqual(more.stderr.splitlines()[0],
                         "e.diwan goes on: random, 2 of 3 trials done, 1 at a time on this host")
        self.assertEqual(silent.stderr, "")

    def test_of_a_run_with_nothing_left_is_not_told(self):
        self.diwan("run", "e.yaml")
        again = self.diwan("run", "e.yaml")

        self.assertRegex(again.stderr, r"\Ae is done already .*\n\Z")


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


JOB = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: e}
spec:
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm: {algorithmName: random}
  maxTrialCount: 2
  parameters:
    - {name: x, parameterType: int, feasibleSpace: {min: "1", max: "6"}}
  metricsCollectorSpec:
    collector: {kind: File}
    source: {fileSystemPath: {path: /var/log/katib/metrics.log, kind: File, format: FORMAT}}
  trialTemplate:
    primaryContainerName: main
    trialParameters: [{name: x, reference: x}]
    trialSpec:
      apiVersion: batch/v1
      kind: Job
      spec:
        template:
          spec:
            containers:
              - name: main
                image: none
                command: [sh, -c, 'echo LINE >> /var/log/katib/metrics.log']
"""


class Collectors(Case):
    def test_read_the_metrics_file_of_a_katib_job(self):
        for form, line in (("TEXT", "loss=${trialParameters.x}"),
                           ("JSON", r'{\"loss\": \"${trialParameters.x}\"}')):
            name = f"{form.lower()}.yaml"
            (self.here / name).write_text(JOB.replace("FORMAT", form).replace("LINE", line))

            result = self.diwan("run", name, "--dir", f"{form}.diwan")

            self.assertEqual(result.returncode, 0, result.stderr)
            trials = json.loads(self.diwan("trials", f"{form}.diwan", "-o", "json").stdout)["trials"]
            self.assertEqual([trial["objective"] for trial in trials],
                             [trial["assignments"]["x"] for trial in trials])


class Done(Case):
    def test_says_how_it_goes_on(self):
        for more, way in (("", "--max-trials"), ("  maxFailedTrialCount: 1", "maxFailedTrialCount"),
                          ("  objective: {type: minimize, objectiveMetricName: loss, goal: 6}",
                           "objective.goal")):
            self.write(AT_ONCE if "Failed" not in more else "exit 1\n")
            text = (self.here / "e.yaml").read_text()
            if "goal" in more:
                text = text.replace("objectiveMetricName: loss", "objectiveMetricName: loss, goal: 6")
            else:
                text += more + "\n"
            (self.here / "e.yaml").write_text(text)
            directory = f"d{len(way)}.diwan"
            first = self.diwan("run", "e.yaml", "--dir", directory)

            again = self.diwan("run", "e.yaml", "--dir", directory)

            self.assertEqual(again.returncode, first.returncode)
            self.assertIn("is done already", again.stderr)
            self.assertIn(way, again.stderr)


class Status(Case):
    def test_of_a_running_trial_tells_how_long_it_runs(self):
        self.write(PATIENT)
        self.start("run", "e.yaml")
        self.wait_until(lambda: self.started() == 2)

        self.wait_until(lambda: all((trial["seconds"] or 0) > 0 for trial in self.trials()))

    def test_of_a_damaged_directory_is_no_call_to_requeue(self):
        self.write(PATIENT)
        run = self.start("run", "e.yaml")
        self.wait_until(lambda: self.started() == 2)
        run.kill()
        run.wait()
        self.assertEqual(self.diwan("status", "e.diwan", "--exit-status").returncode, 75)
        journal = next((self.here / "e.diwan").glob("journal.*"))
        bytes_there = bytearray(journal.read_bytes())
        bytes_there[len(bytes_there) // 2] ^= 255
        journal.write_bytes(bytes_there)

        result = self.diwan("status", "e.diwan", "--exit-status")

        self.assertEqual(result.returncode, 2)
        self.assertIn(journal.name, result.stderr)


class Stop(Case):
    def test_asked_of_the_run_before_holds_for_no_other(self):
        self.write(PATIENT)
        run = self.start("run", "e.yaml")
        self.wait_until(lambda: self.started() == 2)
        run.send_signal(signal.SIGSTOP)
        self.assertEqual(self.diwan("stop", "e.diwan").returncode, 0)
        run.kill()
        run.wait()
        (self.here / "go").touch()

        result = self.diwan("run", "e.yaml")

        self.assertEqual(result.returncode, 0, result.stderr)

    def test_is_none_when_nobody_reads_the_output_any_more(self):
        self.write(PATIENT)
        run = subprocess.Popen([DIWAN, "run", "e.yaml", "--progress", "plain"], cwd=self.here,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(run.kill)
        self.wait_until(lambda: self.started() == 2)
        run.stdout.close()
        (self.here / "go").touch()

        self.assertEqual(run.wait(PATIENCE_SECONDS), 0)
        self.assertEqual([trial["status"] for trial in self.trials()], ["Succeeded"] * 4)

    def test_checkpoints_while_the_trials_save_their_work(self):
        self.write(PATIENT.replace("trap 'echo", "trap '#echo").replace("; exit 1'", "'"))
        run = self.start("run", "e.yaml", "--grace", "50")
        self.wait_until(lambda: self.started() == 2)
        self.assertFalse((self.here / "e.diwan" / "experiment.h5").exists())

        run.send_signal(signal.SIGTERM)

        self.wait_until((self.here / "e.diwan" / "experiment.h5").exists)
        self.assertIsNone(run.poll())
        (self.here / "go").touch()
        self.assertEqual(run.wait(PATIENCE_SECONDS), 75)
        # An end after TERM may be work that was saved: they go on when the run does.
        self.assertEqual([trial["status"] for trial in self.trials()], ["Pending"] * 2)


class Directory(Case):
    def test_of_an_owner_that_is_just_being_killed_is_waited_for(self):
        self.write(PATIENT)
        first = self.start("run", "e.yaml")
        self.wait_until(lambda: self.started() == 2)
        second = self.start("run", "e.yaml")
        time.sleep(0.5)
        first.kill()
        first.wait()
        (self.here / "go").touch()

        self.assertEqual(second.wait(PATIENCE_SECONDS), 0)

    def test_without_a_name_is_refused(self):
        result = self.diwan("run", "e.yaml", "--dir", "")

        self.assertEqual(result.returncode, 2)
        self.assertIn("--dir is empty", result.stderr)


class From(Case):
    def known(self, directory):
        lines = self.diwan("journal", directory).stdout.splitlines()
        owners = [record for record in map(json.loads, lines) if record["event"] == "owner"]
        return [[(result["assignments"]["x"], result["objectives"]) for result in owner["known"]]
                for owner in owners]

    def test_tells_the_algorithm_what_others_found_once(self):
        self.assertEqual(self.diwan("run", "e.yaml").returncode, 0)
        table = self.here / "trials.csv"
        table.write_text(self.diwan("trials", "e.yaml", "-o", "csv").stdout)
        there = [(trial["assignments"]["x"], [trial["objective"]]) for trial in self.trials()]
        command = ("run", "e.yaml", "--dir", "second.diwan", "--from", "e.diwan", "--from",
                   "trials.csv", "--set", "algorithm.algorithmName=tpe")

        result = self.diwan(*command, "--max-trials", "2")

        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("trials.csv: 4 results", result.stderr)
        self.assertEqual(self.known("second.diwan"), [there + there])

        self.assertEqual(self.diwan(*command, "--max-trials", "4").returncode, 0)

        self.assertEqual(self.known("second.diwan"), [there + there, []])

    def test_what_cannot_be_used_is_refused_before_anything_is_made(self):
        (self.here / "empty.csv").write_text("")
        (self.here / "outside.csv").write_text("x,loss\n7,1\n")
        for source, word in (("none.diwan", "none.diwan"), ("none.yaml", "none.yaml"),
                             ("empty.csv", "is empty"), ("outside.csv", "x (7) is not in its")):
            result = self.diwan("run", "e.yaml", "--from", source)

            self.assertEqual(result.returncode, 2, source)
            self.assertIn(word, result.stderr)
            self.assertFalse((self.here / "e.diwan").exists())


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


class GridBeyondTheBudget(Case):
    def order(self, directory):
        rows = json.loads(self.diwan("trials", directory, "-o", "json").stdout)["trials"]
        return [row["assignments"]["x"] for row in rows]

    def test_is_visited_in_the_order_that_the_first_budget_in_force_gives(self):
        self.write(AT_ONCE, "grid")
        run = ("run", "e.yaml", "--parallel", "1", "--progress", "plain")

        option = self.diwan(*run, "--dir", "option", "--set", "maxTrialCount=6", "--max-trials", "3")
        self.diwan(*run, "--dir", "file", "--set", "maxTrialCount=3")

        self.assertIn("the grid has 6 points, more than the budget of 3 trials", option.stderr)
        began = self.order("option")
        self.assertNotEqual(began, [1, 2, 3])
        self.assertEqual(began, self.order("file"))

        self.diwan("resume", "option", "--max-trials", "6", "--progress", "none")
        self.diwan(*run, "--dir", "file", "--set", "maxTrialCount=6")

        self.assertEqual(self.order("option")[:3], began)
        self.assertNotEqual(self.order("option")[3:], sorted(self.order("option")[3:]))
        self.assertEqual(self.order("option"), self.order("file"))
        self.assertEqual(sorted(self.order("option")), [1, 2, 3, 4, 5, 6])

    def test_has_its_own_order_where_the_option_reaches_for_all(self):
        self.write(AT_ONCE, "grid")

        run = self.diwan("run", "e.yaml", "--parallel", "1", "--max-trials", "6", "--progress", "plain")

        self.assertEqual(self.order("e.diwan"), [1, 2, 3, 4, 5, 6])
        self.assertNotIn("the grid has", run.stderr)


class WithoutMetric(Case):
    def test_shows_what_the_trials_printed_instead(self):
        self.write("echo los=1\n")

        result = self.diwan("run", "e.yaml")

        self.assertEqual(result.returncode, 3)
        self.assertIn("read is a line with loss=0.5; the end of its stdout.log:\n  los=1\n", result.stderr)
        self.assertIn("Print loss=NUMBER", result.stderr)

    def test_three_times_at_the_start_ends_the_run_unless_it_is_to_keep_going(self):
        self.write("echo los=1\n")

        ended = self.diwan("run", "e.yaml", "--max-trials", "6")
        at_first = [trial["status"] for trial in self.trials()]
        kept_going = self.diwan("run", "e.yaml", "--keep-going")

        self.assertEqual(ended.returncode, 3)
        # One more may have ended in the same moment.
        self.assertIn(at_first.count("MetricsUnavailable"), (3, 4))
        self.assertIn("the first three trials gave no loss", ended.stderr)
        self.assertIn("numbers stand there by los", ended.stderr)
        self.assertEqual(len(self.trials()), 6, kept_going.stderr)

    def test_of_the_second_objective_says_so_with_what_was_seen(self):
        self.write('echo "loss=$1"; echo "second=$1"\n')
        spec = self.here / "e.yaml"
        spec.write_text(spec.read_text().replace(
            "objective: {type: minimize, objectiveMetricName: loss}",
            "objectives: [{type: minimize, objectiveMetricName: loss}, "
            "{type: minimize, objectiveMetricName: seconds}]"))

        result = self.diwan("run", "e.yaml")

        self.assertEqual(result.returncode, 3)
        self.assertEqual(self.trials()[0]["reason"], 'no value of "seconds" was seen')
        self.assertIn("numbers stand there by second, loss", result.stderr)


class Metrics(Case):
    """The trial of x reports x+1, nan, x, inf and x+2; beside the loss a gain of 10-x."""
    SCRIPT = ('for loss in $(($1 + 1)) nan $1 inf $(($1 + 2)); do echo "loss=$loss"; done\n'
              'echo "gain=$((10 - $1))"; echo gain=-inf\n')

    def run_with(self, objective):
        self.write(self.SCRIPT)
        spec = self.here / "e.yaml"
        spec.write_text(spec.read_text().replace("type: minimize, objectiveMetricName: loss",
                                                 objective))
        result = self.diwan("run", "e.yaml", "--dir", "e.diwan")
        self.assertIn(result.returncode, (0, 3), result.stderr)
        return result

    def test_count_by_their_strategies(self):
        for strategy, beyond_x in (("min", 0), ("max", 2), ("latest", 2)):
            subprocess.run(["rm", "-rf", self.here / "e.diwan"], check=True)
            self.run_with("type: minimize, objectiveMetricName: loss, metricStrategies: "
                          f"[{{name: loss, value: {strategy}}}]")

            for trial in self.trials():
                self.assertEqual(trial["objective"], trial["assignments"]["x"] + beyond_x)

    def test_that_are_not_finite_are_kept_and_never_win(self):
        self.run_with("type: minimize, objectiveMetricName: loss, additionalMetricNames: [gain]")

        trial = self.trials()[0]
        x = trial["assignments"]["x"]
        seen = json.loads(self.diwan("metrics", "e.yaml", "1", "-o", "json").stdout)
        losses = [one["value"] for one in seen["observations"] if one["metric"] == "loss"]
        self.assertEqual(losses, [x + 1, "nan", x, "inf", x + 2])
        self.assertEqual(trial["objective"], x)
        self.assertEqual(trial["metrics"]["gain"], {"min": 10 - x, "max": 10 - x, "latest": "-inf"})

    def test_by_a_strategy_that_is_not_finite_are_no_result(self):
        result = self.run_with("type: maximize, objectiveMetricName: gain, metricStrategies: "
                               "[{name: gain, value: latest}]")

        self.assertEqual(result.returncode, 3)
        self.assertEqual(self.trials()[0]["status"], "MetricsUnavailable")
        self.assertEqual(self.trials()[0]["reason"], 'the latest of "gain", which counts, is -inf')

    def test_that_reach_the_goal_end_the_search(self):
        self.run_with("type: minimize, objectiveMetricName: loss, goal: 6")

        self.assertEqual(self.document()["status"]["diwan"]["completion"], "goal_reached")
        self.assertLess(len(self.trials()), 4)


class Notices(Case):
    def test_are_told_once_and_stand_in_the_status(self):
        self.write("echo loss=0.25\n")

        result = self.diwan("run", "e.yaml", "--max-trials", "6")

        notice = "notice: every trial so far has loss=0.25"
        self.assertEqual(result.stderr.count(notice), 1, result.stderr)
        self.assertEqual([one["kind"] for one in self.document()["status"]["diwan"]["notices"]],
                         ["equalResults"])
        self.assertIn("notice    every trial so far", self.diwan("status", "e.yaml").stdout)


RUNGS = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: e}
spec:
  seed: 3
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm:
    algorithmName: ALGORITHM
    algorithmSettings: SETTINGS
  maxTrialCount: TRIALS
  parallelTrialCount: 2
  resumeFromCheckpoint: true
  parameters:
    - {name: x, parameterType: double, feasibleSpace: {min: "0", max: "1"}}
    PARAMETER
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [sh, trial.sh, "${trialParameters.x}", ARGUMENT]
"""
# Trains from the epochs of its checkpoint to those it is given, and says from where.
EPOCHS = """
from=0
[ -e "$DIWAN_CHECKPOINT_DIR/epochs" ] && from=$(cat "$DIWAN_CHECKPOINT_DIR/epochs")
echo "$2" > "$DIWAN_CHECKPOINT_DIR/epochs"
echo "from=$from"
echo "loss=$1"
"""
# Reports one value a step, and waits to be told to stop or to go on.
STEPS = """
for step in 1 2 3 4 5 6 7 8 9; do
  echo "{\\"step\\": $step, \\"loss\\": $1}" >> "$DIWAN_METRICS"
  sleep 0.2
done
"""


class Rungs(Case):
    def write_rungs(self, algorithm, settings, trials, parameter, argument, trial):
        (self.here / "trial.sh").write_text(trial)
        text = RUNGS
        for name, value in (("ALGORITHM", algorithm), ("SETTINGS", settings), ("TRIALS", str(trials)),
                            ("PARAMETER", parameter), ("ARGUMENT", argument)):
            text = text.replace(name, value)
        (self.here / "e.yaml").write_text(text)

    def test_over_a_resource_go_on_from_their_parents_checkpoints(self):
        self.write_rungs(
            "hyperband",
            '[{name: resource_name, value: epochs}, {name: r_l, value: "9"}]', 13,
            '- {name: epochs, parameterType: int, feasibleSpace: {min: "1", max: "3"}}',
            '"${trialParameters.epochs}"', EPOCHS)

        # Three scouts with 1, 3 and 9 epochs, then a bracket of three, of which one goes on. One at a
        # time, or an idle worker takes the first trial of the next bracket.
        run = self.diwan("run", "e.yaml", "--parallel", "1", "--progress", "none")

        self.assertEqual(run.returncode, 0, run.stderr)
        trials = self.trials()
        by_name = {trial["trial"]: trial for trial in trials}
        promoted = [trial for trial in trials if "parent" in trial["labels"]]
        self.assertEqual([trial["assignments"]["epochs"] for trial in trials].count(9), 3)
        self.assertEqual(len(promoted), 7)
        for trial in promoted:
            parent = by_name[trial["labels"]["parent"]]
            self.assertEqual(trial["assignments"]["x"], parent["assignments"]["x"])
            self.assertEqual(trial["assignments"]["epochs"], 3 * parent["assignments"]["epochs"])
            log = self.diwan("logs", "e.yaml", trial["trial"]).stdout
            self.assertIn(f"from={parent['assignments']['epochs']}\n", log)
        best = json.loads(self.diwan("best", "e.yaml", "-o", "json").stdout)["best"]
        self.assertEqual(best[0]["assignments"]["epochs"], 9)
        kept = [path.parent.name for path in (self.here / "e.diwan" / "trials").glob("*/checkpoint")]
        self.assertEqual(kept, [best[0]["trial"]])

    def test_over_reported_steps_stop_trials(self):
        self.write_rungs("asha", '[{name: r_l, value: "9"}]', 8, "", "now", STEPS)

        run = self.diwan("run", "e.yaml", "--progress", "none")

        self.assertEqual(run.returncode, 0, run.stderr)
        stopped = [trial for trial in self.trials() if trial["status"] == "EarlyStopped"]
        self.assertGreater(len(stopped), 0)
        for trial in stopped:
            self.assertRegex(trial["reason"], r"at step \d not among the best \d of \d")

    def test_reach_beyond_the_feasible_space_with_a_note(self):
        self.write_rungs(
            "hyperband",
            '[{name: resource_name, value: epochs}, {name: r_l, value: "9"}]', 13,
            '- {name: epochs, parameterType: int, feasibleSpace: {min: "1", max: "3"}}',
            '"${trialParameters.epochs}"', EPOCHS)

        checked = self.diwan("validate", "e.yaml")

        self.assertEqual(checked.returncode, 0)
        self.assertIn("epochs takes values up to r_l (9), which its feasibleSpace does not reach",
                      checked.stdout + checked.stderr)


if __name__ == "__main__":
    DIWAN = sys.argv.pop(1)
    unittest.main()
