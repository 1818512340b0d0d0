# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""The Fashion-MNIST experiment on two nodes, preempted three times and then at its time limit, by the shipped script.

Usage: fashion_test.py DIWAN EXAMPLES BUILD [--with-recovery|--without-recovery]
exit 77 where Slurm or the data set is not installed, or where this is not root

Neither script nor experiment is edited. In the end
  - the experiment is done with its budget, to the trial,
  - no trial came to its end twice, none ran after it,
  - each has all 20 epochs, whatever interrupted it,
  - no GPU of a node was given to two trials at a time.
"""
import argparse
import collections
import datetime
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

from private_slurm import ENDED, PrivateSlurm, missing

TRIALS = 20
EPOCHS = 20
DATA = pathlib.Path("/usr/share/datasets/fashion-mnist")


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Fashion:
    def __init__(self, slurm, diwan, examples, recovery):
        self.slurm, self.diwan = slurm, diwan
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="fashion-"))
        self.experiment = examples / "fashion-mnist/experiment.yaml"
        self.job = slurm.submit(["--time=00:10:00", examples / "sbatch/multi-node-gpu.sbatch", self.experiment],
                                cwd=self.work, extra={} if recovery else {"OMPI_MCA_orte_enable_recovery": "0"})

    def ask(self, *arguments, check=True):
        return self.slurm.call([self.diwan, *arguments], cwd=self.work, check=check)

    def journal(self, check=True):
        return [json.loads(line) for line in self.ask("journal", "fashion-mnist.diwan", check=check).splitlines()]

    def ends(self):
        """So far; there may be no experiment yet."""
        return sum(record["event"] == "ended" and record["outcome"] == "succeeded" for record in self.journal(False))

    def preempt(self, ends):
        """Once so many trials have ended."""
        self.slurm.start_now(self.job)
        self.slurm.wait(self.job, 60, {"RUNNING"})
        self.slurm.wait_for(lambda: self.ends() >= ends, 180, f"{ends} ended trials")
        other = self.slurm.submit(["-p", "high", "-N2", "--exclusive", "--wrap", "sleep 1", "-o", "/dev/null"])
        self.slurm.wait(other, 90)
        assert self.slurm.state(self.job) == "PENDING", self.slurm.state(self.job)

    def run(self):
        for ends in (1, 3, 5):
            self.preempt(ends)
        # From now on a minute each.
        self.slurm.call(["scontrol", "update", f"jobid={self.job}", "TimeLimit=1"])
        end = time.monotonic() + 600
        while self.slurm.state(self.job) not in ENDED and time.monotonic() < end:
            self.slurm.start_now(self.job) if self.slurm.state(self.job) == "PENDING" else None
            time.sleep(0.5)

    def check(self):
        assert self.slurm.state(self.job) == "COMPLETED", self.slurm.state(self.job)
        restarts = int(self.slurm.field(self.job, "Restarts"))
        assert restarts >= 4, f"{restarts} restarts: its time limit never came"
        rows = json.loads(self.ask("trials", "fashion-mnist.diwan", "-o", "json"))["trials"]
        assert len(rows) == TRIALS and all(row["status"] == "Succeeded" for row in rows), rows
        for row in rows:
            metrics = json.loads(self.ask("metrics", "fashion-mnist.diwan", str(row["number"]), "-o", "json"))
            epochs = collections.Counter(each["metric"] for each in metrics["observations"]
                                         if each["attempt"] == row["attempts"])
            assert epochs["validation-accuracy"] == EPOCHS, f"trial {row['number']}: {epochs}"
        journal = self.journal()
        self.check_runs(journal)
        stops = collections.Counter(record["by"] for record in journal if record["event"] == "stop")
        print(f"{restarts} restarts, {sum(row['attempts'] - 1 for row in rows)} attempts interrupted, stops: {dict(stops)}")

    @staticmethod
    def check_runs(journal):
        ended = set()
        held = collections.defaultdict(list)
        started = {}
        for record in journal:
            run = (record.get("trial"), record.get("attempt"))
            if record["event"] == "queued":
                assert run[0] not in ended, f"{run[0]} ran again after its end"
            elif record["event"] == "started":
                started[run] = record
            elif record["event"] == "ended":
                assert run[0] not in ended, f"{run[0]} came to its end twice"
                ended |= {run[0]} if record["outcome"] == "succeeded" else set()
                begin = started[run]
                for gpu in begin["gpus"]:
                    held[begin["host"], gpu].append((seconds(begin["at"]), seconds(record["at"])))
        assert len(ended) == TRIALS
        for place, times in held.items():
            times.sort()
            for (_, end), (begin, _) in zip(times, times[1:]):
                assert begin >= end, f"two trials at a time on GPU {place[1]} of {place[0]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("diwan", type=pathlib.Path)
    parser.add_argument("examples", type=pathlib.Path)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--with-recovery", action="store_true", help="of mpirun; the default")
    parser.add_argument("--without-recovery", action="store_true")
    arguments = parser.parse_args()
    absent = [*missing(), *(name for name in ("mpirun", "unshare") if shutil.which(name) is None)]
    if absent or not DATA.exists() or os.geteuid() != 0:
        print("skipped: needs", *absent, "the data set, and root to make two machines of one")
        return 77
    diwan = arguments.diwan.resolve()
    os.environ["PATH"] = f"{diwan.parent}:{os.environ['PATH']}"
    os.environ["DIWAN_BUILD"] = str(arguments.build.resolve())
    with PrivateSlurm(kill_wait=30, separate_nodes=True) as slurm:
        begin = time.monotonic()
        fashion = Fashion(slurm, diwan, arguments.examples.resolve(), not arguments.without_recovery)
        try:
            fashion.run()
            fashion.check()
        except BaseException:
            for log in fashion.work.glob("*.log"):
                print(f"== {log.name}", log.read_text(), sep="\n")
            raise
        print(f"{time.monotonic() - begin:.0f} s")
        shutil.rmtree(fashion.work)
    return 0


sys.exit(main())
