# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Searches with the SPANK plugin: batch scripts of the user's own, and what it tells of other tasks.

Usage: plugin_runs_test.py DIWAN PLUGIN [--case NAME]...     exit 77 where Slurm is not installed
"""
import argparse
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

from arrays_test import Experiment, experiment, lines
from private_slurm import PrivateSlurm, missing

# As users have them, with a value on standard output and one by the metrics file. It saves nothing, so no later run
# begins with "all" done, for which Experiment.check looks.
SCRIPT = """#!/bin/bash
#SBATCH --cpus-per-task=2
#SBATCH --output=never-used
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT $SLURM_CPUS_PER_TASK $PWD" >> started
echo "{\\"step\\": 1, \\"progress\\": 1}" >> "$DIWAN_METRICS"
sleep "${SECONDS_OF_WORK:-2}" || exit 1
[ -f fail ] && rm fail && exit 3
echo "loss=$DIWAN_PARAM_X"
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT $(date +%s.%N) all" >> ended
"""


class Search(Experiment):
    """Of a batch script."""

    def __init__(self, slurm, diwan, trials, parallel, slurm_options="{script: train.sh}"):
        text = experiment(trials, parallel, "{}", slurm_options)
        super().__init__(slurm, diwan, re.sub(r"\n *command:.*", "", text))
        (self.work / "train.sh").write_text(SCRIPT)


def script(slurm, diwan):
    """An existing batch script is searched; its coordinator is killed meanwhile; one run fails by itself."""
    with Search(slurm, diwan, 12, 4) as e:
        e.start()
        e.wait_for_runs(5)
        e.kill()
        time.sleep(1)
        (e.work / "fail").touch()
        e.start()
        assert e.end() == 0, e.said()
        rows = e.rows()
        assert len(rows) == 12, rows
        failed = [row for row in rows if row["status"] == "Failed"]
        assert [row["exitCode"] for row in failed] == [3], failed
        begun = lines(e.work / "started")
        assert len(begun) == 12 and len({line[0] for line in begun}) == 12, begun
        # What the script's own lines ask for holds, and the file's folder is where it runs.
        assert {(line[2], line[3]) for line in begun} == {("2", str(e.work))}, begun
        for row in rows:
            if row not in failed:
                assert row["status"] == "Succeeded" and row["objective"] == row["assignments"]["x"], row
            assert row["start"] and row["end"] and row["host"], row
        logs = slurm.call([diwan, "logs", "search.yaml", "last"], cwd=e.work)
        assert "loss=" in logs, logs
        left = [path for path in e.work.glob("search.diwan/arrays/*/*") if path.name != "job" and
                path.parent.name != "claims"]
        assert not left, left
        assert not list(e.work.glob("search.diwan/trials/*/attempt-1/tmp")), "TMPDIR is left"
        said = slurm.call([diwan, "doctor", e.work])
        assert "the SPANK plugin is loaded (--diwan-experiment)" in said, said


def stopped(slurm, diwan):
    """`diwan stop` ends scripts, with or without a coordinator; those that wait too."""
    slurm.environment["SECONDS_OF_WORK"] = "60"
    try:
        with Search(slurm, diwan, 20, 20) as e:  # 16 at a time
            e.start()
            e.wait_for_runs(10)
            slurm.call([diwan, "stop", "search.yaml"], cwd=e.work)
            assert e.end() == 5, e.said()
            slurm.wait_for(lambda: slurm.call(["squeue", "-h"]).strip() == "", 30, "an empty queue")
            assert not lines(e.work / "ended")
            e.start()
            e.wait_for_runs(26)
            e.kill()
            slurm.call([diwan, "stop", "search.yaml"], cwd=e.work)
            slurm.wait_for(lambda: slurm.call(["squeue", "-h"]).strip() == "", 30, "an empty queue")
            assert not lines(e.work / "ended")
    finally:
        del slurm.environment["SECONDS_OF_WORK"]


def lost(slurm, diwan):
    """A script that is cancelled by somebody else goes again, as the next attempt."""
    slurm.environment["SECONDS_OF_WORK"] = "4"
    try:
        with Search(slurm, diwan, 2, 2) as e:
            e.start()
            e.wait_for_runs(2)
            slurm.call(["scancel", slurm.call(["squeue", "-h", "-r", "-t", "R", "-o", "%F_%K"]).split()[0]])
            assert e.end() == 0, e.said()
            e.check(2)
            assert sorted(row["attempts"] for row in e.rows()) == [1, 2], e.rows()
    finally:
        del slurm.environment["SECONDS_OF_WORK"]


def offered(slurm, diwan):
    """Arrays that a person submits, in their own time, as the run says."""
    with Search(slurm, diwan, 6, 3, "{script: train.sh, submit: false}") as e:
        def offers():
            return re.findall(r"trials to be submitted \(3\): (sbatch .*)", e.said())
        e.start()
        slurm.wait_for(lambda: len(offers()) == 1, 30, "an offer")
        assert "--array=0-2" in offers()[0], offers()
        slurm.call(["sh", "-c", offers()[0]], cwd=e.work)
        e.wait_for_runs(3)
        slurm.wait_for(lambda: len(offers()) == 2, 60, "a second offer")
        assert e.kill(signal.SIGTERM) == 75, e.said()
        e.start()
        slurm.wait_for(lambda: len(offers()) == 3, 30, "the same offer once more")
        assert offers()[1] == offers()[2], offers()
        slurm.call(["sh", "-c", offers()[2]], cwd=e.work)
        assert e.end() == 0, e.said()
        e.check(6)
        done = subprocess.run(["sh", "-c", offers()[2]], cwd=e.work, env=slurm.environment, capture_output=True,
                              text=True, check=False)
        assert done.returncode != 0 and "manifest cannot be read" in done.stderr, done


def withdrawn(slurm, diwan):
    """What is offered when `diwan stop` comes cannot be run any more, with or without a coordinator."""
    with Search(slurm, diwan, 3, 3, "{script: train.sh, submit: false}") as e:
        def offers():
            return re.findall(r"submitted \(3\): (sbatch .*)", e.said())
        e.start()
        slurm.wait_for(lambda: len(offers()) == 1, 30, "an offer")
        slurm.call([diwan, "stop", "search.yaml"], cwd=e.work)
        assert e.end() == 5, e.said()
        done = subprocess.run(["sh", "-c", offers()[0]], cwd=e.work, env=slurm.environment, capture_output=True,
                              text=True, check=False)
        assert done.returncode != 0, done
        e.start()
        slurm.wait_for(lambda: len(offers()) == 2, 30, "another offer")
        e.kill()
        said = slurm.call([diwan, "stop", "search.yaml"], cwd=e.work)
        slurm.call(["sh", "-c", offers()[1]], cwd=e.work)
        slurm.wait_for(lambda: slurm.call(["squeue", "-h"]).strip() == "", 30, "an empty queue")
        assert not lines(e.work / "started"), said
        e.start()
        slurm.wait_for(lambda: len(offers()) == 3, 30, "an offer of what was stopped")
        slurm.call(["sh", "-c", offers()[2]], cwd=e.work)
        assert e.end() == 0, e.said()
        e.check(3)


def killed(slurm, diwan):
    """The process of a task is killed: known at once with the plugin, by the task's silence without."""
    plugstack = slurm.lab / "etc/plugstack.conf"
    line = plugstack.read_text()
    for options in ("{}", '{extra: ["--nice=1"]}'):  # by libslurm, by sbatch
        took = {}
        for text in (line, "") if options == "{}" else (line,):
            plugstack.write_text(text)
            with Experiment(slurm, diwan, experiment(1, 1, "{}", options, command="env STEPS=99 bash trial.sh")) as e:
                e.start()
                e.wait_for_runs(1)
                time.sleep(25)  # until Slurm is asked seldom: next some 11 s or more after it was
                questions = slurm.job_questions()
                slurm.wait_for(lambda: slurm.job_questions() > questions, 40, "question about jobs")
                array = next(e.work.glob("search.diwan/arrays/[0-9]*"))
                found = subprocess.run(["pgrep", "-f", f"exec --array {array}"], capture_output=True, text=True,
                                       check=True)
                begin = time.monotonic()
                for pid in found.stdout.split():
                    os.kill(int(pid), signal.SIGKILL)
                slurm.wait_for(lambda: any(line[1] == "2" for line in lines(e.work / "started")), 90, "attempt 2")
                took[bool(text)] = time.monotonic() - begin
                slurm.call([diwan, "stop", "search.yaml", "--now"], cwd=e.work)
                assert e.end() == 5, e.said()
        print(f"  {options}: the next attempt began after (with the plugin: seconds) {took}", flush=True)
        assert took[True] < min(10, took.get(False, 10)), took
    plugstack.write_text(line)


def absent(slurm, diwan):
    """Without the plugin a script is refused, in Slurm's words; nothing else needs it."""
    plugstack = slurm.lab / "etc/plugstack.conf"
    line = plugstack.read_text()
    plugstack.write_text("")
    try:
        with Search(slurm, diwan, 3, 3) as e:
            e.start()
            assert e.end() == 2, e.said()
            assert "diwan-experiment" in e.said() and "SPANK plugin" in e.said(), e.said()
            assert not lines(e.work / "started")
            done = subprocess.run([diwan, "run", "search.yaml", "--launcher", "local", "--dir", "here"], cwd=e.work,
                                  env=slurm.environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done
    finally:
        plugstack.write_text(line)


CASES = {"script": script, "stopped": stopped, "lost": lost, "offered": offered, "withdrawn": withdrawn,
         "killed": killed, "absent": absent}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("diwan", type=pathlib.Path)
    parser.add_argument("plugin", type=pathlib.Path)
    parser.add_argument("--case", choices=CASES, action="append")
    arguments = parser.parse_args()
    if not_there := missing():
        print("skipped: not installed:", *not_there)
        return 77
    diwan = arguments.diwan.resolve()
    os.environ["PATH"] = f"{diwan.parent}:{os.environ['PATH']}:/usr/sbin"
    with PrivateSlurm(plugstack=f"optional {arguments.plugin.resolve()}\n") as slurm:
        for name in arguments.case or CASES:
            begin = time.monotonic()
            CASES[name](slurm, diwan)
            print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
