# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Runs multi-node-gpu.sbatch, unedited, on two nodes with four GPUs each, that are two machines to whoever looks.

Usage: two_nodes_test.py DIWAN EXAMPLES [--case NAME]
exit 77 where Slurm is not installed, or where this is not root, which alone can make two machines of one

In every case
  - the experiment is done, its job completed, and the budget used to the trial,
  - no GPU of a node is given to two trials at a time, unless two were asked for,
  - a rank that is killed costs only its own trial; a node that is lost, the job's start.
"""
import argparse
import collections
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

from private_slurm import PrivateSlurm, missing
from random_search import random_search

GPUS = {(node, str(gpu)) for node in ("n1", "n2") for gpu in range(4)}
TRIAL = """
run="$DIWAN_TRIAL $DIWAN_ATTEMPT $(hostname) $DIWAN_GPUS"
[ "$CUDA_VISIBLE_DEVICES" = "$DIWAN_GPUS" ] || echo "$run sees $CUDA_VISIBLE_DEVICES" >> errors
echo "begin $(date +%s.%N) $run" >> events
sleep SECONDS
echo "loss=$1"
echo "end $(date +%s.%N) $run" >> events
"""
Run = collections.namedtuple("Run", "trial attempt node gpus begin end")


def lines(file):
    return file.read_text().splitlines() if file.exists() else []


class Case:
    def __init__(self, slurm, diwan, examples, trials=16, gpus=1, seconds=3):
        self.slurm, self.diwan, self.examples, self.trials = slurm, diwan, examples, trials
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="two-nodes-"))
        (self.work / "search.yaml").write_text(
            random_search(trials, resources=f"{{gpusPerTask: {gpus}}}"))
        (self.work / "trial.sh").write_text(TRIAL.replace("SECONDS", str(seconds)))

    def submit(self, *options):
        self.job = self.slurm.submit(["--time=00:10:00", self.examples / "multi-node-gpu.sbatch", "search.yaml",
                                      *options], cwd=self.work)

    def begun(self):
        return [line.split()[2:] for line in lines(self.work / "events") if line.startswith("begin")]

    def wait_for_runs(self, count):
        self.slurm.start_now(self.job)
        self.slurm.wait_for(lambda: len(self.begun()) >= count, 90, f"{count} runs")

    def runs(self):
        """Those that came to their end."""
        times = {}
        for line in lines(self.work / "events"):
            what, at, *run = line.split()
            times.setdefault(tuple(run), {})[what] = float(at)
        return [Run(trial, int(attempt), node, gpus.split(","), seen["begin"], seen["end"])
                for (trial, attempt, node, gpus), seen in times.items() if "end" in seen]

    def check(self, at_a_time=1):
        state = self.slurm.wait(self.job, 240)
        assert state == "COMPLETED", f"the job ended {state}"
        assert not lines(self.work / "errors"), lines(self.work / "errors")
        rows = json.loads(self.slurm.call([self.diwan, "trials", "search.yaml", "-o", "json"], cwd=self.work))["trials"]
        assert len(rows) == self.trials and all(row["status"] == "Succeeded" for row in rows), rows
        ended = collections.Counter(run.trial for run in self.runs())
        assert set(ended.values()) == {1} and len(ended) == self.trials, "a trial came to its end twice, or never"
        for place in GPUS:
            there = [run for run in self.runs() if run.node == place[0] and place[1] in run.gpus]
            most = max((sum(other.begin <= run.begin < other.end for other in there) for run in there), default=0)
            assert most <= at_a_time, f"{most} trials at a time on GPU {place[1]} of {place[0]}"
        return rows

    def places(self):
        return {(run.node, gpu) for run in self.runs() for gpu in run.gpus}


def distinct(case):
    """One trial for each GPU."""
    case.submit()
    case.check()
    assert case.places() == GPUS, case.places()


def pairs(case):
    """Two GPUs for each trial."""
    case.submit()
    case.check()
    assert all(len(set(run.gpus)) == 2 for run in case.runs())
    assert case.places() == GPUS, case.places()


def shared(case):
    """Two trials on each GPU."""
    case.submit("--trials-per-rank=2")
    case.check(at_a_time=2)
    assert case.places() == GPUS, case.places()
    at_once = max(sum(other.begin <= run.begin < other.end for other in case.runs()) for run in case.runs())
    assert at_once > len(GPUS), f"{at_once} trials at a time"


def workers_of(slurm, node):
    """Ranks; the first node has the coordinator too, which is the first of its own."""
    return sorted(pid for pid in slurm.processes_of(node)
                  if pathlib.Path(f"/proc/{pid}/exe").resolve().name == "diwan-mpi")


def killed_rank(case):
    """A worker of the second node: its trial runs once more, in the same job."""
    case.submit()
    case.wait_for_runs(8)
    os.kill(workers_of(case.slurm, "n2")[-1], signal.SIGKILL)
    rows = case.check()
    assert case.slurm.field(case.job, "Restarts") == "0", "the job was started again"
    again = [row["trial"] for row in rows if row["attempts"] > 1]
    assert len(again) == 1, f"{again} ran more than once"


def killed_node(case):
    """All that runs on the second one, slurmd included: mpirun gives up, the job waits until it is back and goes on."""
    case.submit()
    case.wait_for_runs(8)
    ended = {run.trial for run in case.runs()}
    case.slurm.kill_node("n2")
    for pid in case.slurm.processes_of("n2"):
        os.kill(pid, signal.SIGKILL)
    # Until the node is back, or given up by Slurm, the job is "completing" there.
    case.slurm.wait_for(lambda: case.slurm.state(case.job) != "RUNNING", 120, "end of this start")
    case.slurm.start_node("n2")
    deadline = time.monotonic() + 240
    while case.slurm.state(case.job) != "COMPLETED" and time.monotonic() < deadline:
        case.slurm.start_now(case.job)
        time.sleep(0.5)
    rows = case.check()
    assert all(row["attempts"] == 1 for row in rows if row["trial"] in ended), "a trial that had ended ran again"


CASES = {"distinct": (distinct, {}), "pairs": (pairs, {"gpus": 2, "trials": 10}), "shared": (shared, {"gpus": 0, "trials": 24}),
         "killed-rank": (killed_rank, {"seconds": 6}), "killed-node": (killed_node, {"seconds": 6})}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("diwan", type=pathlib.Path)
    parser.add_argument("examples", type=pathlib.Path)
    parser.add_argument("--case", choices=CASES, action="append")
    arguments = parser.parse_args()
    if absent := [*missing(), *(name for name in ("mpirun", "unshare") if shutil.which(name) is None)]:
        print("skipped: not installed:", *absent)
        return 77
    if os.geteuid() != 0:
        print("skipped: only root can make two machines of one")
        return 77
    diwan = arguments.diwan.resolve()
    os.environ["PATH"] = f"{diwan.parent}:{os.environ['PATH']}"
    with PrivateSlurm(kill_wait=10, separate_nodes=True) as slurm:
        for name in arguments.case or CASES:
            run, settings = CASES[name]
            case = Case(slurm, diwan, arguments.examples.resolve(), **settings)
            begin = time.monotonic()
            try:
                run(case)
            except BaseException:
                for file in (*case.work.glob("*.log"), case.work / "events", case.work / "errors"):
                    print(f"== {file.name}", *lines(file), sep="\n")
                raise
            print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)
            shutil.rmtree(case.work)
    return 0


sys.exit(main())
