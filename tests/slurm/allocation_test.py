# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Runs the shipped batch scripts, unedited, in a Slurm of its own: requeued, and at the time limit.

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
import sys
import tempfile
import time

from private_slurm import PrivateSlurm, missing

TRIALS = 12
EXPERIMENT = f"""
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {{name: search}}
spec:
  seed: 3
  objective: {{type: minimize, objectiveMetricName: loss}}
  algorithm: {{algorithmName: random}}
  maxTrialCount: {TRIALS}
  parameters:
    - {{name: x, parameterType: double, feasibleSpace: {{min: "-1", max: "1"}}}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [bash, trial.sh, "${{trialParameters.x}}"]
"""
# Five steps of a second; told to end, it takes a second to save the number of those it has done.
TRIAL = """
saved=$DIWAN_CHECKPOINT_DIR/done
done=$(cat "$saved" 2>/dev/null || echo 0)
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT $done gpus=${DIWAN_GPUS-}" >> started
trap 'sleep 1; echo $done > "$saved"; echo "$DIWAN_TRIAL $done" >> saved; exit 1' TERM
while [ "$done" -lt 5 ]; do
  sleep 1 & wait $!
  done=$((done + 1))
done
echo "loss=$1"
"""


def lines(file):
    return file.read_text().splitlines() if file.exists() else []


def wait_until_running(slurm, job, work, trials):
    """Until the job runs, with at least so many runs started in all."""
    slurm.start_now(job)
    slurm.wait(job, 60, {"RUNNING"})
    slurm.wait_for(lambda: len(lines(work / "started")) >= trials, 60, f"{trials} started runs")


def check(slurm, diwan, job, work, interruptions):
    state = slurm.wait(job, 240)
    assert state == "COMPLETED", f"the job ended {state}"
    rows = json.loads(slurm.call([diwan, "trials", "search.yaml", "-o", "json"], cwd=work))["trials"]
    assert len(rows) == TRIALS, f"{len(rows)} trials"
    assert all(row["status"] == "Succeeded" for row in rows), rows
    runs = [line.split() for line in lines(work / "started")]
    again = sum(row["attempts"] - 1 for row in rows)
    assert len(runs) == TRIALS + again, f"{len(runs)} runs, {again} of them for the second time"
    assert again > 0 or interruptions == 0, "nothing was interrupted"
    assert int(slurm.field(job, "Restarts")) >= interruptions, slurm.field(job, "Restarts")
    # A run that was not the trial's last saved its work; the next one began with it.
    saved = collections.defaultdict(list)
    for trial, done in map(str.split, lines(work / "saved")):
        saved[trial].append(done)
    began = collections.defaultdict(list)
    for trial, _, done, _ in runs:
        began[trial].append(done)
    for trial, starts in began.items():
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
    job = slurm.submit(["--time=00:10:00", examples / "single-node.sbatch", "search.yaml"], cwd=work)
    wait_until_running(slurm, job, work, 3)
    other = slurm.submit(["-p", "high", "-N2", "--exclusive", "--wrap", "sleep 2", "-o", "/dev/null"])
    slurm.wait(other, 90)
    slurm.start_now(job)
    check(slurm, diwan, job, work, 1)


def time_limit(slurm, diwan, examples, work):
    """A limit of one minute, of which the script is told early: it goes back into the queue by itself."""
    job = slurm.submit(["--time=00:01:00", "--signal=B:USR1@20", "--ntasks=2",
                        examples / "single-node.sbatch", "search.yaml"], cwd=work)
    end = time.monotonic() + 400
    while slurm.state(job) != "COMPLETED" and time.monotonic() < end:
        slurm.start_now(job) if slurm.state(job) == "PENDING" else None
        time.sleep(1)
    check(slurm, diwan, job, work, 1)


CASES = {"requeued": requeued, "preempted": preempted, "time-limit": time_limit}


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
            (work / "search.yaml").write_text(EXPERIMENT)
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


sys.exit(main())
