# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Trials as Slurm job arrays (`diwan run --launcher slurm`), in a Slurm of its own.

Usage: arrays_test.py DIWAN --examples DIRECTORY [--case NAME]...     exit 77 where Slurm is not installed

Each trial notes its runs, saves its work when it is told to end, and goes on from there; after each case the
budget was used to the trial, no trial that had ended ran again, and no two runs of a trial overlapped.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from private_slurm import PrivateSlurm, missing
from random_search import random_search

# Three steps of a second; told to end, it saves the number of those it has done.
TRIAL = """
saved=$DIWAN_CHECKPOINT_DIR/done
done=$(cat "$saved" 2>/dev/null || echo 0)
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT $done gpus=${DIWAN_GPUS-} job=$DIWAN_SLURM_JOB_ID $(date +%s.%N)" >> started
trap 'echo $done > "$saved"; exit 1' TERM
while [ "$done" -lt "${STEPS:-3}" ]; do
  sleep 1 & wait $!
  done=$((done + 1))
  echo "progress=$done"
done
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT $(date +%s.%N) $done" >> ended
echo "loss=$1"
"""

# A piece of a training. What is saved tells which trials it went through.
PIECE = """
saved=$DIWAN_CHECKPOINT_DIR/trials
[ "$(tail -n 1 "$saved" 2>/dev/null)" = "$DIWAN_TRIAL" ] || echo "$DIWAN_TRIAL" >> "$saved"
sleep 0.5
paste -s -d ' ' "$saved" >> through
echo "loss=$1"
"""


def experiment(trials, parallel, resources="{gpusPerTask: 1}", slurm="{}", command="bash trial.sh"):
    """With a GPU a trial, unless something else is asked for."""
    return random_search(trials, parallel, resources, slurm, command)


def lines(file):
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


class Experiment:
    """A folder with an experiment, and its coordinator."""

    def __init__(self, slurm, diwan, text):
        self.slurm, self.diwan = slurm, diwan
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="arrays-"))
        (self.work / "search.yaml").write_text(text)
        (self.work / "trial.sh").write_text(TRIAL)
        self.file = "search.yaml"
        self.process = None
        self.log = (self.work / "log").open("w")

    def start(self, *options, **variables):
        self.process = subprocess.Popen(
            [self.diwan, "run", self.file, "--launcher", "slurm", "--progress", "plain", *options], cwd=self.work,
            env={**self.slurm.environment, **variables}, stdout=self.log, stderr=self.log)

    def end(self, seconds=120):
        """Its exit status, once it has ended by itself."""
        return self.process.wait(seconds)

    def kill(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        return self.process.wait(60)

    def json(self, *words):
        return json.loads(self.slurm.call([self.diwan, *words, "-o", "json"], cwd=self.work))

    def rows(self):
        return self.json("trials", "search.yaml")["trials"]

    def journal(self):
        return [json.loads(line) for line in self.slurm.call([self.diwan, "journal", "search.diwan"], cwd=self.work).splitlines()]

    def wait_for_runs(self, count, seconds=60):
        self.slurm.wait_for(lambda: len(lines(self.work / "started")) >= count, seconds, f"{count} started runs")

    def said(self):
        return (self.work / "log").read_text(errors="replace")

    def check(self, trials):
        """The budget used to the trial, nothing lost, nothing twice."""
        rows = self.rows()
        assert len(rows) == trials, f"{len(rows)} trials"
        assert all(row["status"] == "Succeeded" for row in rows), rows
        # A run that was told to end between this line of its own and its end has not ended; the next began with all done.
        told = {(trial, str(int(attempt) - 1), done) for trial, attempt, done, *_ in lines(self.work / "started")}
        ended = [tuple(line[:2]) for line in lines(self.work / "ended") if (*line[:2], line[3]) not in told]
        assert sorted(trial for trial, _ in ended) == sorted(row["trial"] for row in rows), \
            ("a trial that had ended ran again, or one ended unseen", lines(self.work / "started"),
             lines(self.work / "ended"))
        attempts = {row["trial"]: row["attempts"] for row in rows}
        assert all(int(attempt) == attempts[trial] for trial, attempt in ended), (ended, attempts)
        begun = [tuple(line[:2]) for line in lines(self.work / "started")]
        assert len(begun) == len(set(begun)), f"an attempt began twice: {collections.Counter(begun).most_common(1)}"

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if error is None:
            shutil.rmtree(self.work)
            return
        print(f"== log of {self.work}", self.said()[-6000:], sep="\n", file=sys.stderr)
        for output in sorted(self.work.glob("search.diwan/arrays/*/output.*")):
            print(f"== {output}", output.read_text(errors="replace")[-2000:], sep="\n", file=sys.stderr)


def finishes(slurm, diwan):
    """Together as one array, each task with a GPU of its own; nothing but what is needed is left behind."""
    with Experiment(slurm, diwan, experiment(8, 4)) as e:
        e.start()
        assert e.end() == 0, e.said()
        e.check(8)
        first = [line for line in lines(e.work / "started")][:4]
        assert len({line[3] for line in first}) == 4, first
        hosts = {row["host"] for row in e.rows()}
        assert hosts, e.rows()
        assert all(len(row["gpus"]) == 1 for row in e.rows()), (e.rows(), lines(e.work / "started"))
        assert re.search(r"slurmctld was asked \d+ times", e.said())
        left = [path.name for path in e.work.glob("search.diwan/arrays/*/*") if path.name != "job" and path.parent.name != "claims"]
        assert not left, left


def stopped(slurm, diwan):
    """`diwan stop` ends the tasks; those that waited too. The same command goes on."""
    with Experiment(slurm, diwan, experiment(12, 12)) as e:  # eight GPUs
        e.start()
        e.wait_for_runs(8)
        time.sleep(1.5)
        slurm.call([diwan, "stop", "search.yaml"], cwd=e.work)
        assert e.end() == 5, e.said()
        assert slurm.call(["squeue", "-h"]).strip() == "", "tasks are left"
        e.start()
        assert e.end() == 0, e.said()
        e.check(12)
        began = collections.defaultdict(list)
        for trial, _, done, *_ in lines(e.work / "started"):
            began[trial].append(int(done))
        assert any(done[-1] > 0 for done in began.values()), "no trial went on from what it had saved"


def stopped_alone(slurm, diwan):
    """`diwan stop` where the coordinator has died: its trials end all the same, and go on later."""
    for options in ((), ("--pilots", "4")):
        with Experiment(slurm, diwan, experiment(12, 12 if not options else 4)) as e:
            e.start(*options)
            e.wait_for_runs(4)
            time.sleep(1.5)
            e.kill()
            said = subprocess.run([diwan, "stop", "search.yaml"], cwd=e.work, env=slurm.environment, text=True,
                                  capture_output=True, timeout=60, check=True).stderr
            assert re.search(r"\d+ trials in Slurm's hands asked to end", said), said
            slurm.wait_for(lambda: not slurm.call(["squeue", "-h"]).strip(), 40, "an empty queue")
            e.start(*options)
            assert e.end() == 0, e.said()
            e.check(12)


def left(slurm, diwan):
    """A signal ends the coordinator alone; whoever comes later adopts what ran on."""
    with Experiment(slurm, diwan, experiment(8, 4)) as e:
        e.start()
        e.wait_for_runs(4)
        assert e.kill(signal.SIGTERM) == 75, e.said()
        status = slurm.call([diwan, "status", "search.yaml", "--exit-status"], cwd=e.work, check=False)
        assert status == "", status
        slurm.wait_for(lambda: len(lines(e.work / "ended")) == 4, 30, "trials that run on")
        e.start()
        assert e.end() == 0, e.said()
        e.check(8)
        assert all(row["attempts"] == 1 for row in e.rows()), e.rows()


def running_tasks(slurm):
    """As soon as there is one."""
    tasks = []
    slurm.wait_for(lambda: tasks.extend(slurm.call(["squeue", "-h", "-r", "-t", "R", "-o", "%F_%K"]).split()) or tasks,
                   60, "running task")
    return tasks


def waiting_tasks(slurm):
    return slurm.call(["squeue", "-h", "-r", "-t", "PD", "-o", "%F_%K"]).split()


def disturb(slurm, e, begun, pace=2):
    """Everything that happens on a cluster, one thing after the other as runs begin. `begun`: how many have;
    `pace`: of them, from one thing to the next."""
    draw = random.Random(1)
    deeds = ["kill", "controller", "scancel", "kill", "requeue", "kill", "node", "kill", "controller", "kill"]
    for number, deed in enumerate(deeds):
        slurm.wait_for(lambda: begun() >= 2 + pace * number, 120, f"{2 + pace * number} runs begun")
        time.sleep(draw.uniform(0.2, 1.5))
        assert e.process.poll() is None, f"it ended before it was disturbed enough: {e.said()}"
        if deed == "kill":
            e.kill()
            time.sleep(draw.uniform(0, 2))
            e.start()
        elif deed == "controller":
            slurm.restart_controller()
        elif deed == "scancel":
            slurm.call(["scancel", running_tasks(slurm)[0]])
        elif deed == "requeue":
            slurm.requeue(running_tasks(slurm)[-1])
        elif deed == "node":
            slurm.kill_node("n2")
            time.sleep(3)
            slurm.start_node("n2")


def interrupted(slurm, diwan):
    """The coordinator is killed five times, slurmctld restarted twice, a slurmd killed, a task cancelled and another
    requeued."""
    with Experiment(slurm, diwan, experiment(48, 8)) as e:
        e.start()
        disturb(slurm, e, lambda: len(lines(e.work / "started")), 3)
        assert e.end(300) == 0, e.said()
        e.check(48)
        assert sum(row["attempts"] for row in e.rows()) > 48, "nothing was lost: the test tested nothing"


def requeued(slurm, diwan):
    """A task that Slurm requeues takes the next attempt of its trial, in the same array, and leaves after it."""
    with Experiment(slurm, diwan, experiment(2, 2)) as e:
        e.start()
        e.wait_for_runs(2)
        time.sleep(1.5)
        task = f"{json.loads((e.work / 'search.diwan/arrays/1/job').read_text())['job']}_0"
        slurm.requeue(task)
        inbox = e.work / "search.diwan/arrays/1/inbox.0.1"
        slurm.wait_for(inbox.exists, 30, "word for the task")
        time.sleep(1)  # not before the coordinator has heard that it was requeued
        slurm.wait_for(lambda: slurm.start_now(task) or len(lines(e.work / "started")) == 3, 60, "next attempt")
        assert e.end() == 0, e.said()
        e.check(2)
        assert sorted(row["attempts"] for row in e.rows()) == [1, 2], e.rows()
        assert len(list(e.work.glob("search.diwan/arrays/[0-9]*"))) == 1, "another array was submitted"
        assert "is gone" not in e.said(), e.said()
        slurm.wait_for(lambda: not slurm.call(["squeue", "-h"]).strip(), 15, "empty queue")


def full(slurm, diwan):
    """The file system of what goes between coordinator and tasks is full when the first array is to be written, once
    more while trials run, and when tasks begin: they and the run wait, and go on when there is room."""
    with Experiment(slurm, diwan, experiment(8, 4)) as e:
        arrays = e.work / "search.diwan/arrays"
        arrays.parent.mkdir(mode=0o700)
        arrays.mkdir(mode=0o700)
        if not mount_small(arrays):
            print("full: skipped: no tmpfs can be mounted here")
            return
        (arrays / "claims").mkdir(mode=0o700)
        assert mount_small(arrays / "claims")
        try:
            fill(arrays)
            e.start()
            slurm.wait_for(lambda: "No space left on device; make room there" in e.said(), 30, "word of it")
            time.sleep(5)
            assert e.process.poll() is None and not lines(e.work / "started"), e.said()
            assert e.said().count("make room there") == 1, e.said()
            (arrays / "ballast").unlink()
            e.wait_for_runs(4)
            assert "it can be written again" in e.said(), e.said()
            fill(arrays)
            slurm.wait_for(lambda: len(lines(e.work / "ended")) == 4, 30, "trials that come to their end")
            time.sleep(3)
            assert e.process.poll() is None, e.said()
            (arrays / "ballast").unlink()
            assert e.end() == 0, e.said()
            e.check(8)
            assert all(row["attempts"] == 1 for row in e.rows()), e.rows()
            # Others have all nodes until the disk is full.
            others = slurm.submit(["--nodes=2", "--exclusive", "--output=/dev/null", "--wrap", "sleep 600"])
            slurm.wait(others, 30, {"RUNNING"})
            e.start("--max-trials", "12")
            slurm.wait_for(lambda: len(waiting_tasks(slurm)) == 4, 30, "tasks that wait")
            fill(arrays)
            fill(arrays / "claims")
            slurm.call(["scancel", others])
            slurm.wait_for(lambda: len(running_tasks(slurm)) == 4, 30, "tasks that begin")
            for folder in (arrays, arrays / "claims"):
                time.sleep(4)
                assert len(running_tasks(slurm)) == 4 and len(lines(e.work / "started")) == 8, e.said()
                (folder / "ballast").unlink()
            assert e.end() == 0, e.said()
            e.check(12)
            assert all(row["attempts"] == 1 for row in e.rows()), e.rows()
        finally:
            subprocess.run(["umount", "--lazy", arrays / "claims", arrays], check=True)


def mount_small(folder):
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", folder]
    return subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode == 0


def fill(folder):
    """To the last byte."""
    with open(folder / "ballast", "wb", buffering=0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                pass


def limits_changed(slurm, diwan):
    """An administrator allows shorter arrays only, and more again, while trials run."""
    with Experiment(slurm, diwan, experiment(24, 8)) as e:
        e.start()
        e.wait_for_runs(8)
        slurm.change("MaxArraySize=20001", "MaxArraySize=3")
        try:
            assert e.end() == 0, e.said()
            e.check(24)
            arrays = list(e.work.glob("search.diwan/arrays/[0-9]*/job"))
            assert len(arrays) >= 6, arrays
        finally:
            slurm.change("MaxArraySize=3", "MaxArraySize=20001")


def away(slurm, diwan):
    """slurmctld is away for ten minutes: what runs goes on, what ends is told, what waits is submitted later."""
    minutes = 10
    with Experiment(slurm, diwan, experiment(12, 4, command="bash some-long.sh")) as e:
        # Two of the first four are still running when it comes back.
        (e.work / "some-long.sh").write_text(
            f"mkdir long.1 2>/dev/null || mkdir long.2 2>/dev/null && export STEPS={minutes * 60 + 60}\n"
            'exec bash trial.sh "$@"\n')
        e.start()
        e.wait_for_runs(4)
        slurm.stop_controller()
        gone = time.monotonic()
        slurm.wait_for(lambda: sum(row["status"] == "Succeeded" for row in e.rows()) >= 2, 60, "ends that were told of")
        slurm.wait_for(lambda: "Slurm does not answer" in e.said(), 60, "word of it")
        time.sleep(max(0.0, gone + minutes * 60 - time.monotonic()))
        assert e.process.poll() is None, e.said()
        slurm.start_controller()
        assert e.end(400) == 0, e.said()
        e.check(12)
        assert all(row["attempts"] == 1 for row in e.rows()), e.rows()
        assert e.said().count("Slurm does not answer") == 1, e.said()


def slow(slurm, diwan):
    """slurmctld answers after six seconds, or after the question has been given up, when the limits are asked for, when
    arrays are submitted, while it is asked for tasks, and when they are called off."""
    with Experiment(slurm, diwan, experiment(20, 4)) as e:
        with slurm.stalled_controller():
            e.start()
            time.sleep(6)
        e.wait_for_runs(4)
        # Those that end now are followed by others, whose arrays are taken late: the second ones when nobody waits for
        # that any more (MessageTimeout is 10 s).
        for ended, seconds in ((4, 6), (8, 14)):
            slurm.wait_for(lambda: len(lines(e.work / "ended")) >= ended - 3, 60, "first of some trials that end")
            with slurm.stalled_controller():
                time.sleep(seconds)
            slurm.wait_for(lambda: len(lines(e.work / "started")) > ended, 60, "trials that follow")
        time.sleep(1.5)
        with slurm.stalled_controller():
            subprocess.run([diwan, "stop", "search.yaml"], cwd=e.work, env=slurm.environment, check=True)
            time.sleep(6)
        assert e.end() == 5, e.said()
        slurm.wait_for(lambda: not slurm.call(["squeue", "-h"]).strip(), 20, "empty queue")
        e.start()
        assert e.end() == 0, e.said()
        e.check(20)
        # No array was submitted twice: Slurm has each of them once.
        seen = slurm.call(["squeue", "-h", "-t", "all", "-o", "%F %k"]).splitlines()
        arrays = {(line.split()[0], line.split(None, 1)[1]) for line in seen if f" diwan {key(e)} " in line}
        assert len({comment for _, comment in arrays}) == len(arrays), arrays
        asked = [int(count) for count in re.findall(r"slurmctld was asked (\d+) times", e.said())]
        assert sum(asked) < 60, f"asked {asked} times in a minute and a half"


def key(e):
    """By which this experiment's jobs are known."""
    return json.loads(next(e.work.glob("search.diwan/arrays/[0-9]*/job")).read_text())["comment"].split()[1]


def fashion(slurm, diwan, examples):
    """The same happens to the Fashion-MNIST experiment, as it is shipped."""
    with Experiment(slurm, diwan, "") as e:
        e.file = examples.parent / "fashion-mnist/experiment.yaml"
        journal = lambda: [json.loads(line) for line in
                           slurm.call([diwan, "journal", "fashion-mnist.diwan"], cwd=e.work, check=False).splitlines()]
        e.start()
        disturb(slurm, e, lambda: sum(record["event"] == "started" for record in journal()), 1.4)
        assert e.end(500) == 0, e.said()
        rows = e.json("trials", "fashion-mnist.diwan")["trials"]
        assert len(rows) == 20 and all(row["status"] == "Succeeded" for row in rows), rows
        ends = collections.Counter(record["trial"] for record in journal()
                                   if record["event"] == "ended" and record["outcome"] == "succeeded")
        assert len(ends) == 20 and set(ends.values()) == {1}, ends
        for row in rows:
            seen = e.json("metrics", "fashion-mnist.diwan", str(row["number"]))["observations"]
            steps = [each for each in seen if each["metric"] == "validation-accuracy"
                     and each["attempt"] == row["attempts"]]
            assert len(steps) == 20, f"trial {row['number']} has {len(steps)} of 20 epochs"
        print(f"{sum(row['attempts'] - 1 for row in rows)} attempts interrupted, "
              f"{sum(record['event'] == 'owner' for record in journal())} coordinators")


def time_limit(slurm, diwan):
    """A job's limit comes before a trial's end: it saves its work in time, and goes on in another job."""
    # The limit of the job is the partition's: --time in extra, which goes through sbatch.
    with Experiment(slurm, diwan, experiment(2, 2, slurm='{extra: ["--time=1"]}',
                                              command="env STEPS=40 bash trial.sh")) as e:
        e.start("--pilots", "2", "--grace", "5")
        assert e.end(300) == 0, e.said()
        e.check(2)
        began = [int(line[2]) for line in lines(e.work / "started")]
        assert sum(row["attempts"] for row in e.rows()) == 4, e.rows()
        assert sorted(began)[2] > 20, f"the work of half a minute was not saved: {began}"


def pilots(slurm, diwan):
    """Four tasks take trial after trial."""
    with Experiment(slurm, diwan, experiment(40, 4, command="env STEPS=0 bash trial.sh")) as e:
        e.start("--pilots", "4")
        assert e.end() == 0, e.said()
        e.check(40)
        jobs = {line[4] for line in lines(e.work / "started")}
        assert 1 <= len(jobs) <= 4, jobs
        slurm.wait_for(lambda: slurm.call(["squeue", "-h"]).strip() == "", 20, "pilots that have left")


def pilots_script(slurm, diwan, examples):
    """The shipped script, unedited."""
    with Experiment(slurm, diwan, experiment(24, 4, command="env STEPS=0 bash trial.sh")) as e:
        job = slurm.submit(["--time=00:10:00", examples / "pilots.sbatch", "search.yaml", "3"], cwd=e.work)
        assert slurm.wait(job, 120) == "COMPLETED", (slurm.state(job), (e.work / f"diwan-{job}.log").read_text())
        e.check(24)
        assert len({line[4] for line in lines(e.work / "started")}) <= 3, lines(e.work / "started")
        slurm.wait_for(lambda: slurm.call(["squeue", "-h"]).strip() == "", 20, "pilots that have left")


def pilot_lost(slurm, diwan):
    """A pilot is cancelled, and the coordinator killed: the runs go again, and another pilot comes."""
    with Experiment(slurm, diwan, experiment(12, 4)) as e:
        e.start("--pilots", "4")
        e.wait_for_runs(4)
        task = running_tasks(slurm)[0]
        slurm.call(["scancel", task])
        e.wait_for_runs(6)
        e.kill()
        e.start("--pilots", "4")
        assert e.end() == 0, e.said()
        e.check(12)


def population(slurm, diwan):
    """Population based training, by tasks and by pilots: each trial goes on from the weights of its parent, on whichever
    node that ran, and when the coordinator is killed and a task cancelled."""
    text = experiment(24, 4, command="bash train.sh").replace(
        "algorithmName: random",
        """algorithmName: pbt, algorithmSettings: [{name: n_population, value: "5"},
    {name: truncation_threshold, value: "0.2"}]""")
    for options in [], ["--pilots", "4"]:
        with Experiment(slurm, diwan, text) as e:
            (e.work / "train.sh").write_text(PIECE)
            through = lambda: lines(e.work / "through")
            e.start(*options)
            slurm.wait_for(lambda: len(through()) >= 8, 60, "ends of eight trials")
            e.kill()
            if running := running_tasks(slurm):
                slurm.call(["scancel", running[0]])
            e.start(*options)
            assert e.end() == 0, e.said()
            rows = {row["trial"]: row for row in e.rows()}
            assert len(rows) == 24 and {row["status"] for row in rows.values()} == {"Succeeded"}, rows
            chains = {chain[-1]: chain for chain in through()}
            for trial, row in rows.items():
                parent = row["labels"].get("parent")
                assert chains[trial] == (chains[parent] if parent else []) + [trial], (trial, row, through())
            copies = [row for row in rows.values() if "parent" in row["labels"]
                      and rows[row["labels"]["parent"]]["labels"]["member"] != row["labels"]["member"]]
            assert copies, rows
            ended = [line["trial"] for line in e.journal() if line["event"] == "ended" and line["outcome"] == "succeeded"]
            assert sorted(ended) == sorted(rows), ended


def refused(slurm, diwan):
    """Slurm's own words, with the field of the file; nothing else happens."""
    cases = [("{gpusPerTask: 1}", "{partition: nowhere}", "partition", "slurm.partition"),
             ("{gpusPerTask: 9}", "{}", "", "resources.gpusPerTask"),
             ("{timeLimit: 1h}", "{constraint: nosuch}", "feature", "slurm.constraint"),
             ("{timeLimit: 3h}", "{partition: short}", "time limit", "resources.timeLimit"),
             ("{cpusPerTask: 1}", '{extra: ["--gres=gpu:nosuch:1"]}', "node configuration", "slurm.extra")]
    # As many sites have it. An account is never refused here: Slurm needs its accounting for that.
    strict = "EnforcePartLimits=ALL\nPartitionName=short Nodes=n[1-2] MaxTime=60 State=UP\n"
    slurm.configure(strict)
    try:
        for case in cases:
            refuse(slurm, diwan, *case)
    finally:
        slurm.change(strict, "")
        slurm.wait_for(lambda: not slurm.call(["squeue", "-h"]).strip(), 60, "empty queue")


def refuse(slurm, diwan, resources, options, words, field):
    with Experiment(slurm, diwan, experiment(3, 3, resources, options)) as e:
        e.start()
        assert e.end() == 2, e.said()
        assert words in e.said() and e.said().count(field) == 1, e.said()
        assert not lines(e.work / "started")
        assert not list(e.work.glob("search.diwan/arrays/[0-9]*")), "a refused array is left"
        (e.work / "search.yaml").write_text(experiment(3, 3))
        e.start("--accept-changes")
        assert e.end() == 0, e.said()
        e.check(3)


def waiting(slurm, diwan):
    """A job that Slurm takes and never starts: why, and what to do."""
    with Experiment(slurm, diwan, experiment(3, 3, "{cpusPerTask: 1000}")) as e:
        e.start()
        slurm.wait_for(lambda: "no node of the partition has what a trial asks for" in e.said(), 30, "advice")
        slurm.call([diwan, "stop", "search.yaml"], cwd=e.work)
        assert e.end() == 5, e.said()
        assert slurm.call(["squeue", "-h"]).strip() == "", "tasks are left"


def explained(slurm, diwan):
    """Slurm's own reason why trials wait, as it changes, by every command that tells of them."""
    with Experiment(slurm, diwan, experiment(3, 3)) as e:
        why = lambda trial: e.json("explain", "search.yaml", str(trial))["why"]
        others = slurm.submit(["--nodes=2", "--exclusive", "--output=/dev/null", "--wrap", "sleep 600"])
        slurm.wait(others, 30, {"RUNNING"})
        e.start()
        slurm.wait_for(lambda: len(waiting_tasks(slurm)) == 3, 30, "tasks that wait")
        job = waiting_tasks(slurm)[0].split("_")[0]
        slurm.wait_for(lambda: re.match(rf"Slurm has not started job {job}: (Resources|Priority) \(as of ", why(1)),
                       40, "reason")
        told = e.json("status", "search.yaml")["status"]["diwan"]["waiting"]
        assert sorted(name for some in told for name in some["trials"]) == sorted(row["trial"] for row in e.rows()), told
        assert f"Slurm has not started job {job}" in slurm.call([diwan, "status", "search.yaml"], cwd=e.work)
        slurm.call(["scontrol", "uhold", job])
        slurm.wait_for(lambda: f"job {job}: JobHeldUser, held by its owner; `scontrol release` lets it go" in why(2), 60,
                       "other reason")
        slurm.call(["scontrol", "release", job])
        slurm.call(["scancel", others])
        assert e.end() == 0, e.said()
        e.check(3)
        assert not (e.work / "search.diwan/waiting").exists()


def unconfigured(slurm, diwan):
    """A run that finds no configuration of Slurm, or none that can be read, does not wait for one; what runs goes on."""
    broken = slurm.lab / "etc/broken.conf"
    broken.write_text("NoSuchKey=1\n")
    with Experiment(slurm, diwan, experiment(4, 4)) as e:
        e.start(SLURM_CONF="/nowhere/slurm.conf")
        assert e.end(5) == 2, e.said()
        assert e.said().count("SLURM_CONF names /nowhere/slurm.conf, which cannot be read") == 1, e.said()
        assert not (e.work / "search.diwan").exists()
        e.start(SLURM_CONF=str(broken))
        assert e.end(20) == 2, e.said()
        assert e.said().count("Slurm cannot be asked here: ") == 1 and "unrecognized key: NoSuchKey" in e.said(), e.said()
        e.start()
        e.wait_for_runs(4)
        e.kill()
        e.start(SLURM_CONF=str(broken))
        assert e.end(20) == 2, e.said()
        e.start()
        assert e.end() == 0, e.said()
        e.check(4)
        assert all(row["attempts"] == 1 for row in e.rows()), e.rows()


def submitted(slurm, diwan):
    """By `diwan submit`, both ways; what Slurm would not take is not submitted."""
    for mode in ("array", "allocation"):
        with Experiment(slurm, diwan, experiment(6, 3, "{cpusPerTask: 1}")) as e:
            job = slurm.call([diwan, "submit", "search.yaml", "--mode", mode, "--", "--time=00:10:00"],
                             cwd=e.work).strip()
            assert slurm.wait(job, 120) == "COMPLETED", (slurm.state(job), (e.work / f"search-{job}.log").read_text())
            e.check(6)
            assert slurm.field(job, "JobName") == "search"
    with Experiment(slurm, diwan, experiment(12, 4, "{cpusPerTask: 1}", command="env STEPS=0 bash trial.sh")) as e:
        job = slurm.call([diwan, "submit", "search.yaml", "--mode", "array", "--pilots", "2"], cwd=e.work).strip()
        assert slurm.wait(job, 120) == "COMPLETED", (slurm.state(job), (e.work / f"search-{job}.log").read_text())
        e.check(12)
        assert len({line[4] for line in lines(e.work / "started")}) <= 2, lines(e.work / "started")
    with Experiment(slurm, diwan, experiment(6, 3)) as e:
        done = subprocess.run([diwan, "submit", "search.yaml", "--", "--partition=nowhere"], cwd=e.work,
                              env=slurm.environment, text=True, capture_output=True, timeout=60, check=False)
        assert done.returncode == 2 and "invalid partition specified" in done.stderr, done.stderr
        assert not slurm.call(["squeue", "-h"]).strip()


def doctor(slurm, diwan):
    """What `diwan doctor` finds of Slurm, with and without a controller."""
    said = slurm.call([diwan, "doctor", "/"])
    assert re.search(r"the controller answers: Slurm \d+\.\d+\.\d+, arrays of at most 20001 tasks", said), said
    assert "10 sec (KillWait)" in said and "PreemptMode is REQUEUE" in said, said
    assert "at most 50000 jobs at a time, of all users (MaxJobCount)" in said, said
    assert "no limits of accounts or QOS" in said and "the SPANK plugin is not loaded" in said, said
    assert re.search(r"time limits of the partitions .*main\* infinite, high infinite", said), said
    said = slurm.call([diwan, "doctor", "/"], check=False, extra={"SLURM_CONF": "/nowhere/slurm.conf"})
    assert "SLURM_CONF names /nowhere/slurm.conf, which cannot be read" in said, said
    with_accounting(slurm, diwan)
    slurm.stop(slurm.lab / "run/slurmctld.pid")
    try:
        said = slurm.call([diwan, "doctor", "/"])
        assert "the controller does not answer" in said, said
    finally:
        slurm.start_controller()
        slurm.wait_for(lambda: set(slurm.nodes().values()) == {"idle"}, 60, "nodes that can be used")


def with_accounting(slurm, diwan):
    """The limits of accounts and QOS, where a Slurm that keeps them says so: its commands are played here."""
    with tempfile.TemporaryDirectory() as folder:
        play = {"scontrol": f'exec {shutil.which("scontrol")} "$@" | sed "s,accounting_storage/none,accounting_storage/slurmdbd,"',
                "sacctmgr": """case "$*" in
*format=QOS) echo normal,long ;;
*"show assoc where user="*) echo "physics|10|200||"; echo "private||||" ;;
*"show qos where name=normal,long "*) echo "normal|||40|"; echo "long||||" ;;
esac"""}
        for name, text in play.items():
            file = pathlib.Path(folder) / name
            file.write_text(f"#!/bin/sh\n{text}\n")
            file.chmod(0o755)
        path = {"PATH": f"{folder}:{os.environ['PATH']}"}
        said = slurm.call([diwan, "doctor", "/"], extra=path)
        assert "in account physics at most 10 run at a time (MaxJobs), 200 wait or run (MaxSubmit);" in said, said
        assert "in QOS normal at most 40 run at a time, of all its users (GrpJobs);" in said, said
        assert "private" not in said and "QOS long" not in said, said
        (pathlib.Path(folder) / "sacctmgr").write_text("#!/bin/sh\necho sacctmgr: error: no database >&2\nexit 1\n")
        said = slurm.call([diwan, "doctor", "/"], extra=path)
        assert "limits of your account and QOS cannot be asked for (sacctmgr: error: no database)" in said, said


def script(slurm, diwan, examples):
    """The shipped script, unedited: its job is requeued while trials run, and they go on meanwhile."""
    with Experiment(slurm, diwan, experiment(12, 4)) as e:
        job = slurm.submit(["--time=00:10:00", examples / "array-coordinator.sbatch", "search.yaml"], cwd=e.work)
        e.wait_for_runs(4)
        slurm.requeue(job)
        slurm.wait(job, 60, {"PENDING"})
        slurm.wait_for(lambda: len(lines(e.work / "ended")) == 4, 30, "trials that run on")
        slurm.start_now(job)
        assert slurm.wait(job, 120) == "COMPLETED", slurm.state(job)
        e.check(12)
        assert all(row["attempts"] == 1 for row in e.rows()), e.rows()


CASES = {"finishes": finishes, "stopped": stopped, "stopped-alone": stopped_alone, "left": left,
         "interrupted": interrupted, "requeued": requeued, "fashion": fashion, "pilots": pilots,
         "pilots-script": pilots_script, "pilot-lost": pilot_lost, "population": population,
         "refused": refused, "waiting": waiting, "script": script, "doctor": doctor, "submitted": submitted,
         "explained": explained, "unconfigured": unconfigured, "slow": slow,
         "time-limit": time_limit, "away": away, "full": full, "limits-changed": limits_changed}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("diwan", type=pathlib.Path)
    parser.add_argument("--examples", type=pathlib.Path, required=True, help="the folder of the batch scripts")
    parser.add_argument("--case", choices=CASES, action="append")
    arguments = parser.parse_args()
    if absent := missing():
        print("skipped: not installed:", *absent)
        return 77
    diwan = arguments.diwan.resolve()
    os.environ["PATH"] = f"{diwan.parent}:{os.environ['PATH']}:/usr/sbin"
    os.environ["DIWAN_BUILD"] = str(diwan.parent.parent)  # where the example's trainer is
    with PrivateSlurm(kill_wait=10) as slurm:
        for name in arguments.case or CASES:
            begin = time.monotonic()
            CASES[name](slurm, diwan, **({"examples": arguments.examples.resolve()} if name in ("script", "fashion", "pilots-script") else {}))
            print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
