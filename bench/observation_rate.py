#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Observations a second of one trial that prints as fast as it can, and the memory they take.

usage: observation_rate.py PATH/TO/diwan PATH/TO/print_values [--counts 1000000 2000000 4000000]
                           [--every 1] [--mpirun mpirun] [--directory DIR]

With --every 100 one line in a hundred is a value: --counts 100000 is then a trial of 10 million lines.

Each run is `mpirun -n 2 diwan run` of one trial: through collector, MPI and journal. The rate is from
the record of its start to that of its end. Memory is the peak (VmHWM) of rank 0, of the worker and
of its supervisor, up to the end of the trial and in the whole run (which ends with the checkpoint).
"""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

EXPERIMENT = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {{name: flood}}
spec:
  seed: 7
  objective: {{type: minimize, objectiveMetricName: loss}}
  algorithm: {{algorithmName: random}}
  maxTrialCount: 1
  parameters:
    - {{name: x, parameterType: double, feasibleSpace: {{min: "0", max: "1"}}}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {{command: {command}}}
"""
ROLES = ("rank 0", "worker", "supervisor")


def role_of(pid, marker):
    """Which of ours a process is, by its environment and command line."""
    try:
        environment = pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    if marker not in environment:
        return None
    if b"--supervisor" in words:
        return "supervisor"
    if b"run" not in words:
        return None
    if b"OMPI_COMM_WORLD_RANK=0" in environment:
        return "rank 0"
    return "worker" if b"OMPI_COMM_WORLD_RANK=1" in environment else None


def peak_mebibytes(pid):
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0


class Watch:
    """Peaks of the processes of a run by role, while its trial lives and in all."""

    def __init__(self, marker):
        self.marker = f"DIWAN_BENCH_MARKER={marker}".encode()
        self.roles, self.trial, self.whole = {}, {}, {}

    def look(self, trial_lives):
        for name in os.listdir("/proc"):
            if name.isdigit() and name not in self.roles.values():
                role = role_of(name, self.marker)
                # mpirun's child becomes diwan-mpi by exec, and keeps its number.
                if role and role not in self.roles:
                    self.roles[role] = name
        for role, pid in self.roles.items():
            peak = peak_mebibytes(pid)
            self.whole[role] = max(self.whole.get(role, 0), peak)
            if trial_lives:
                self.trial[role] = max(self.trial.get(role, 0), peak)


def moment(record):
    return datetime.datetime.fromisoformat(record["time"].replace("Z", "+00:00")).timestamp()


def records(arguments, folder):
    """The start and the end of the trial, and how many observations there are."""
    found, count = {}, 0
    with subprocess.Popen([arguments.diwan, "journal", "flood.diwan"], cwd=folder,
                          stdout=subprocess.PIPE) as journal:
        for line in journal.stdout:
            record = json.loads(line)
            if record["event"] in ("started", "ended"):
                found[record["event"]] = record
            elif record["event"] == "observed":
                count += len(record["values"])
    return found, count


def measure(arguments, base, count):
    folder = base / str(count)
    folder.mkdir()
    (folder / "experiment.yaml").write_text(
        EXPERIMENT.format(command=json.dumps([arguments.print_values, str(count), str(arguments.every)])))
    environment = dict(os.environ, DIWAN_BENCH_MARKER=str(folder),
                       OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    run = subprocess.Popen([arguments.mpirun, "--oversubscribe", "-n", "2", arguments.diwan, "run",
                            "experiment.yaml", "--progress", "none"], cwd=folder, env=environment,
                           stdout=subprocess.DEVNULL)
    watch = Watch(str(folder))
    while run.poll() is None:
        watch.look(trial_lives=not list(folder.glob("flood.diwan/trials/*/attempt-1/exit")))
        time.sleep(0.02)
    found, seen = records(arguments, folder)
    if seen != count or found["ended"]["outcome"] != "succeeded":
        raise SystemExit(f"{seen} of {count} observations, end {found['ended']}")
    seconds = moment(found["ended"]) - moment(found["started"])
    memory = " ".join(f"{watch.trial.get(role, 0):>6.0f}/{watch.whole.get(role, 0):<6.0f}"
                      for role in ROLES)
    lines = count * arguments.every / seconds
    print(f"{count:>10} {count / seconds:>12.0f} {lines:>12.0f} {memory}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("diwan", type=os.path.abspath)
    parser.add_argument("print_values", type=os.path.abspath)
    parser.add_argument("--counts", type=int, nargs="+", default=[1000000, 2000000, 4000000])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--mpirun", default="mpirun")
    parser.add_argument("--directory", default=None)
    arguments = parser.parse_args()
    base = pathlib.Path(tempfile.mkdtemp(prefix="diwan-observation-rate-",
                                         dir=arguments.directory))
    print("peaks in MiB while the trial lives / in the whole run")
    print(f"{'values':>10} {'per second':>12} {'lines/s':>12} " + " ".join(f"{role:>13}" for role in ROLES))
    for count in arguments.counts:
        measure(arguments, base, count)
    shutil.rmtree(base)


main()
