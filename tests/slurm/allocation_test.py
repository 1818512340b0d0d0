# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Runs the shipped batch scripts, unedited, in a Slurm of its own: requeued, preempted, cancelled, at the time limit.

Usage: allocation_test.py DIWAN EXAMPLES [--case NAME]     exit 77 where Slurm is not installed

Each trial saves its work when it is told to end, and goes on from there. After each case
  - the experiment is done, its job completed, and the budget used to the trial,
  - every trial that was interrupted saved its work and went on from it,
  - no trial that had ended ran again.
"""
import argparse
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from private_slurm import ENDED, PrivateSlurm, find, missing
from random_search import random_search

TRIALS = 12
# Five steps of a second; told to end, it takes a second to save the number of those it has done.
TRIAL = """
saved=$DIWAN_CHECKPOINT_DIR/done
done=$(cat "$saved" 2>/dev/null || echo 0)
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT $done deadline=${DIWAN_DEADLINE-}" >> started
trap 'sleep 1; echo $done > "$saved"; echo "$DIWAN_TRIAL $done" >> saved; exit 1' TERM
while [ "$done" -lt 5 ]; do
  sleep 1 & wait $!
  done=$((done + 1))
done
echo "loss=$1"
"""


# The same, but it saves nothing.
HEEDLESS_TRIAL = """
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT 0 deadline=${DIWAN_DEADLINE-}" >> started
sleep 5
echo "loss=$1"
"""


def lines(file):
    return file.read_text().splitlines() if file.exists() else []


def wait_until_running(slurm, job, work, trials):
    """Until the job runs, with at least so many runs started in all."""
    slurm.start_now(job)
    slurm.wait(job, 60, {"RUNNING"})
    slurm.wait_for(lambda: len(lines(work / "started")) >= trials, 60, f"{trials} started runs")


def check(slurm, diwan, job, work, restarts, interrupted=True, trials=TRIALS):
    state = slurm.wait(job, 240)
    assert state == "COMPLETED", f"the job ended {state}"
    assert int(slurm.field(job, "Restarts")) >= restarts, slurm.field(job, "Restarts")
    check_trials(slurm, diwan, work, interrupted, trials)


def check_trials(slurm, diwan, work, interrupted=True, trials=TRIALS):
    """`interrupted`: whether some were."""
    rows = json.loads(slurm.call([diwan, "trials", "search.yaml", "-o", "json"], cwd=work))["trials"]
    assert len(rows) == trials, f"{len(rows)} trials"
    assert all(row["status"] == "Succeeded" for row in rows), rows
    runs = [line.split() for line in lines(work / "started")]
    again = sum(row["attempts"] - 1 for row in rows)
    assert len(runs) == trials + again, f"{len(runs)} runs, {again} of them for the second time"
    assert (again > 0) == interrupted, f"{again} runs were interrupted"
    # A run that was not the trial's last saved its work; the next one began with it.
    saved = collections.defaultdict(list)
    for trial, done in map(str.split, lines(work / "saved")):
        saved[trial].append(done)
    began = collections.defaultdict(list)
    for trial, _, done, _ in runs:
        began[trial].append(done)
    for trial, starts in began.items():
        if len(saved[trial]) >= len(starts):  # TERM from Slurm and from us while it saved: it did so twice
            saved[trial] = [done for i, done in enumerate(saved[trial]) if [done] != saved[trial][i - 1:i]]
        assert starts == ["0", *saved[trial]], f"{trial} began with {starts}, saved {saved[trial]}"


def requeued(slurm, diwan, examples, work):
    """By an administrator, twice."""
    job = slurm.submit(["--time=00:10:00", examples / "single-node.sbatch", "search.yaml"], cwd=work)
    for started in (3, 8):
        wait_until_running(slurm, job, work, started)
        time.sleep(1.5)
        slurm.requeue(job)
        slurm.wait(job, 60, {"PENDING"})
    slurm.start_now(job)
    check(slurm, diwan, job, work, 2)


def preempted(slurm, diwan, examples, work):
    """By a job of a higher partition that takes both nodes for a while."""
    job = slurm.submit(["--time=00:10:00", examples / "preemptible.sbatch", "search.yaml"], cwd=work)
    wait_until_running(slurm, job, work, 3)
    other = slurm.submit(["-p", "high", "-N2", "--exclusive", "--wrap", "sleep 2", "-o", "/dev/null"])
    slurm.wait(other, 90)
    slurm.start_now(job)
    check(slurm, diwan, job, work, 1)


def cancelled(slurm, diwan, examples, work):
    """By its user, after a preemption: it does not come back; the same command goes on."""
    command = ["--time=00:10:00", examples / "preemptible.sbatch", "search.yaml"]
    job = slurm.submit(command, cwd=work)
    wait_until_running(slurm, job, work, 3)
    other = slurm.submit(["-p", "high", "-N2", "--exclusive", "--wrap", "sleep 2", "-o", "/dev/null"])
    slurm.wait(other, 90)
    wait_until_running(slurm, job, work, 8)
    slurm.call([find("scancel"), job])
    assert slurm.wait(job, 60) == "CANCELLED"
    slurm.wait_for(lambda: exit_status(slurm, diwan, work) == 75, 60, "end of the run")
    time.sleep(3)
    assert slurm.state(job) == "CANCELLED", "the job came back"
    check(slurm, diwan, slurm.submit(command, cwd=work), work, 0)


def exit_status(slurm, diwan, work):
    return subprocess.run([diwan, "status", "search.yaml", "--exit-status"], cwd=work, env=slurm.environment,
                          capture_output=True, check=False).returncode


def wait_through_starts(slurm, job):
    """Until the job, which goes back into the queue by itself, is over."""
    end = time.monotonic() + 400
    while slurm.state(job) not in ENDED and time.monotonic() < end:
        slurm.start_now(job) if slurm.state(job) == "PENDING" else None
        time.sleep(0.5)


def time_limit(slurm, diwan, examples, work):
    """Of one minute, one trial at a time, each longer than that: it ends in time and goes back into the queue."""
    (work / "trial.sh").write_text(TRIAL.replace("-lt 5", "-lt 40"))
    job = slurm.submit(["--time=00:01:00", "--ntasks=2", examples / "single-node.sbatch", "search.yaml",
                        "--max-trials=2"], cwd=work)
    slurm.wait(job, 60, {"RUNNING"})
    end = int(slurm.call([find("squeue"), "-h", "-j", job, "-o", "%e"], extra={"SLURM_TIME_FORMAT": "%s"}))
    slurm.wait(job, 90, {"PENDING"})
    assert time.time() < end, "the job was over before Diwan was"
    deadlines = {line.rpartition("=")[2] for line in lines(work / "started")}
    assert len(deadlines) == 1 and end - 60 < int(*deadlines) < end, f"{deadlines}, the job ends at {end}"
    wait_through_starts(slurm, job)
    check(slurm, diwan, job, work, 2, trials=2)


def planned(slurm, diwan, examples, work):
    """Trials that save nothing: with their length known, none starts that would not end in time."""
    (work / "trial.sh").write_text(HEEDLESS_TRIAL)
    job = slurm.submit(["--time=00:01:00", "--ntasks=2", examples / "single-node.sbatch", "search.yaml", "--grace=5"],
                       cwd=work)
    wait_through_starts(slurm, job)
    assert slurm.state(job) == "COMPLETED", slurm.state(job)
    assert int(slurm.field(job, "Restarts")) >= 1, "one job was enough"
    log = "".join(line + "\n" for line in lines(work / f"diwan-{job}.log"))
    assert "no trial starts any more: the job ends" in log, log
    assert len(lines(work / "started")) == TRIALS, "a trial was interrupted"
    check_trials(slurm, diwan, work, interrupted=False)


def warned(slurm, diwan, examples, work):
    """By a signal that Slurm was asked for."""
    job = slurm.submit(["--time=00:02:00", "--signal=B:USR1@80", "--ntasks=2",
                        examples / "single-node.sbatch", "search.yaml"], cwd=work)
    wait_through_starts(slurm, job)
    assert "SIGUSR1: starting nothing more" in (work / f"diwan-{job}.log").read_text()
    check(slurm, diwan, job, work, 1)


def chain(slurm, diwan, examples, work):
    """Of short jobs, each of which submits the next."""
    first = slurm.submit(["--time=00:01:00", "--ntasks=2", examples / "short-limit-chain.sbatch", "search.yaml"],
                         cwd=work)
    slurm.wait_for(lambda: exit_status(slurm, diwan, work) == 0, 400, "done experiment")
    slurm.wait_for(lambda: not slurm.call([find("squeue"), "-h"]).strip(), 60, "empty queue")
    jobs = sorted(int(log.stem.rpartition("-")[2]) for log in work.glob("diwan-*.log"))
    assert jobs[0] == int(first) and len(jobs) >= 2, jobs
    check_trials(slurm, diwan, work, interrupted=False)


def chain_asks(slurm, diwan, examples, work):
    """The next job asks for what this one did, wherever the script lies; where it cannot be submitted, that is said."""
    folder = work / "a folder"
    folder.mkdir()
    for file in ("search.yaml", "trial.sh"):
        shutil.copy(work / file, folder)
    script = shutil.copy(examples / "short-limit-chain.sbatch", folder)
    asked = {"Partition": "high", "Account": "physics", "TimeLimit": "00:07:00", "NumTasks": "2", "CPUs/Task": "1",
             "Features": "fast", "MinMemoryNode": "500M"}
    slurm.call([find("scontrol"), "update", "NodeName=n[1-2]", "AvailableFeatures=fast", "ActiveFeatures=fast"])
    words = ["--partition=high", "--account=physics", "--time=00:07:00", "--ntasks=2", "--nodes=1", "--cpus-per-task=1",
             "--constraint=fast", "--mem=500M", "--gres=gpu:1", script, "search.yaml"]
    first = slurm.submit(words, cwd=folder)
    following = str(int(first) + 1)
    slurm.wait_for(lambda: slurm.state(following), 60, "next job")
    for job in (first, following):
        assert {name: slurm.field(job, name) for name in asked} == asked, job
        assert slurm.field(job, "TresPerNode").endswith("gpu:1"), job
    wait_until_running(slurm, first, folder, 1)
    slurm.call([diwan, "stop", "search.yaml"], cwd=folder)
    slurm.wait_for(lambda: not slurm.call([find("squeue"), "-h"]).strip(), 60, "empty queue")

    poor = folder / "bin"
    poor.mkdir()
    (poor / "sbatch").write_text("#!/bin/sh\necho sbatch: error: no more jobs >&2\nexit 1\n")
    (poor / "sbatch").chmod(0o755)
    last = slurm.submit(words, cwd=folder, extra={"PATH": f"{poor}:{os.environ['PATH']}"})
    log = folder / f"diwan-{last}.log"
    slurm.wait_for(lambda: log.exists() and "the chain ends with this one" in log.read_text(), 60, "word of it")
    slurm.call([find("scancel"), last])
    slurm.wait_for(lambda: not slurm.call([find("squeue"), "-h"]).strip(), 60, "empty queue")


def asked_for(slurm, diwan, examples, work):
    """By `--requeue`, with no script but one line."""
    job = slurm.submit(["--time=00:01:00", "--ntasks=2", "--requeue", "--open-mode=append", "-o", "run.log", "--wrap",
                        "mpirun --bind-to none diwan run search.yaml --requeue"], cwd=work)
    wait_through_starts(slurm, job)
    assert "goes back into the queue" in (work / "run.log").read_text()
    check(slurm, diwan, job, work, 1, interrupted=False)


CASES = {"requeued": requeued, "preempted": preempted, "cancelled": cancelled, "time-limit": time_limit,
         "planned": planned, "warned": warned, "chain": chain, "chain-asks": chain_asks, "asked-for": asked_for}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("diwan", type=pathlib.Path)
    parser.add_argument("examples", type=pathlib.Path)
    parser.add_argument("--case", choices=CASES, action="append")
    arguments = parser.parse_args()
    if absent := [*missing(), *([] if shutil.which("mpirun") else ["mpirun"])]:
        print("skipped: not installed:", *absent)
        return 77
    diwan = arguments.diwan.resolve()
    os.environ["PATH"] = f"{diwan.parent}:{os.environ['PATH']}"
    with PrivateSlurm(kill_wait=10) as slurm:
        for name in arguments.case or CASES:
            work = pathlib.Path(tempfile.mkdtemp(prefix="allocation-"))
            (work / "search.yaml").write_text(random_search(TRIALS))
            (work / "trial.sh").write_text(TRIAL)
            begin = time.monotonic()
            try:
                CASES[name](slurm, diwan, arguments.examples.resolve(), work)
            except BaseException:
                for file in (*work.glob("*.log"), work / "started", work / "saved"):
                    print(f"== {file.name}", *lines(file), sep="\n")
                raise
            print(f"{name}: {time.monotonic() - begin:.0f} s")
            shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
