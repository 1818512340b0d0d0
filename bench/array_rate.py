#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Trials a second through Slurm, beside a plain `sbatch --array` of the same commands in one run.

usage: array_rate.py PATH/TO/diwan [--trials 64] [--slots 32]     exit 77 where Slurm is not installed

In a Slurm of its own (tests/slurm/private_slurm.py: two nodes, 32 CPUs declared, whatever the machine has): commands of
one second and such that do nothing, as tasks of a plain array, as tasks of Diwan's arrays and taken by pilots. The time
is from the first command's begin to the last one's end, so that what Slurm takes to start the first job counts for
nobody.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "slurm"))
from private_slurm import PrivateSlurm, missing  # noqa: E402
from random_search import random_search  # noqa: E402

# The shell's own clock: `date` in another process would be most of what a command that does nothing does.
COMMAND = """LC_ALL=C
echo $EPOCHREALTIME >> {work}/times
{body}
echo loss=$1
echo $EPOCHREALTIME >> {work}/times
"""
PLAIN = "#!/bin/sh\nexec bash {command} 0.5\n"


def span(work):
    """Seconds from the first begin to the last end."""
    times = [float(line) for line in (work / "times").read_text().split()]
    return max(times) - min(times)


def count(work):
    return len((work / "times").read_text().split()) // 2 if (work / "times").exists() else 0


class Folder:
    def __init__(self, body):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="rate-"))
        self.command = self.work / "command.sh"
        self.command.write_text(COMMAND.format(work=self.work, body=body))

    def __enter__(self):
        return self.work

    def __exit__(self, *error):
        shutil.rmtree(self.work, ignore_errors=True)


def plain(slurm, body, trials, slots):
    with Folder(body) as work:
        script = work / "task.sh"
        script.write_text(PLAIN.format(command=work / "command.sh"))
        slurm.submit([f"--array=0-{trials - 1}%{slots}", "-o", "/dev/null", script], cwd=work)
        slurm.wait_for(lambda: count(work) >= trials, 600, f"{trials} ends")
        slurm.wait_for(lambda: not slurm.call(["squeue", "-h"]).strip(), 60, "an empty queue")
        return span(work), None


def diwan(slurm, program, body, trials, slots, *options):
    with Folder(body) as work:
        (work / "search.yaml").write_text(random_search(trials, slots, command=f"bash {work / 'command.sh'}"))
        done = subprocess.run([program, "run", "search.yaml", "--launcher", "slurm", "--progress", "plain", *options],
                              cwd=work, env=slurm.environment, text=True, capture_output=True, timeout=600, check=False)
        if done.returncode != 0 or count(work) != trials:
            raise RuntimeError(f"{count(work)} of {trials} trials, exit {done.returncode}: {done.stderr[-2000:]}")
        asked = re.search(r"slurmctld was asked (\d+) times", done.stderr + done.stdout)
        slurm.wait_for(lambda: not slurm.call(["squeue", "-h"]).strip(), 60, "an empty queue")
        return span(work), int(asked.group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("diwan", type=pathlib.Path)
    parser.add_argument("--trials", type=int, default=64)
    parser.add_argument("--slots", type=int, default=32)
    arguments = parser.parse_args()
    if absent := missing():
        print("skipped: not installed:", *absent)
        return 77
    program = arguments.diwan.resolve()
    print("| commands | how | trials | seconds | trials/s | of plain | requests to slurmctld |")
    print("|---|---|---|---|---|---|---|")
    with PrivateSlurm() as slurm:
        for name, body, trials in (("one second", "sleep 1", arguments.trials),
                                   ("nothing", ":", 5 * arguments.trials)):
            base = None
            pilots = ("--pilots", str(arguments.slots))
            for how, measured in (
                    ("plain array", lambda: plain(slurm, body, trials, arguments.slots)),
                    ("tasks", lambda: diwan(slurm, program, body, trials, arguments.slots)),
                    ("pilots", lambda: diwan(slurm, program, body, 5 * trials, arguments.slots, *pilots))):
                done = 5 * trials if how == "pilots" else trials
                seconds, requests = measured()
                rate = done / seconds
                base = base or rate
                print(f"| {name} | {how} | {done} | {seconds:.1f} | {rate:.1f} | {rate / base:.2f} "
                      f"| {'' if requests is None else requests} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
