#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Trials a second of whole runs, of a program that does nothing, beside bare loops of posix_spawn.

usage: run_rate.py PATH/TO/diwan PATH/TO/spawn_rate [--trials 1000] [--slots 2] [--rounds 5]
                   [--program /bin/true] [--mpirun mpirun] [--directory DIR] [--algorithm random]

Each round runs, one after the other: a bare loop with one program at a time, a bare loop with
--slots at a time, `diwan run` with as many slots, and `mpirun -n SLOTS+1 diwan run`. The rate of a
run is that of its journal, from the first suggestion to the last end; what it needs to start and to
write its checkpoint is printed beside it. A file system without a journal makes new files slowly
after many deletions, so that everything is removed at the end only.
"""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

EXPERIMENT = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {{name: rate}}
spec:
  seed: 7
  objective: {{type: minimize, objectiveMetricName: loss}}
  algorithm: {{algorithmName: {algorithm}}}
  maxTrialCount: {trials}
  parallelTrialCount: {slots}
  maxFailedTrialCount: {trials}
  parameters:
    - {{name: x, parameterType: double, feasibleSpace: {{min: "0", max: "1"}}}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {{command: {command}}}
"""


def bare(arguments, at_a_time):
    # The first word alone is the program; a value in place of a parameter keeps the work the same.
    words = [word.replace("${trialParameters.x}", "0.123456789012345") for word in arguments.words]
    output = subprocess.run(
        [arguments.spawn_rate, str(arguments.trials), str(at_a_time), *words],
        check=True, stdout=subprocess.PIPE).stdout
    return json.loads(output)


def moment(record):
    return datetime.datetime.fromisoformat(record["time"].replace("Z", "+00:00")).timestamp()


def whole_run(arguments, folder, launcher):
    """Rate from the journal, the rest of the command's time, and CPU time a trial."""
    folder.mkdir()
    (folder / "experiment.yaml").write_text(EXPERIMENT.format(
        algorithm=arguments.algorithm, trials=arguments.trials, slots=arguments.slots,
        command=json.dumps(arguments.words)))
    before, begin = os.times(), time.monotonic()
    # There is no metric to be found: the run must not stop for that, and its status is 3.
    subprocess.run([*launcher, arguments.diwan, "run", "experiment.yaml", "--progress", "none", "--keep-going",
                    *([] if launcher else ["--parallel", str(arguments.slots)])],
                   cwd=folder, stdout=subprocess.DEVNULL, check=False)
    seconds, after = time.monotonic() - begin, os.times()
    journal = subprocess.run([arguments.diwan, "journal", "rate.diwan"], cwd=folder, check=True,
                             stdout=subprocess.PIPE).stdout
    records = [json.loads(line) for line in journal.splitlines()]
    suggested = [moment(record) for record in records if record["event"] == "suggested"]
    ended = [moment(record) for record in records
             if record["event"] == "ended" and record["outcome"] == "succeeded"]
    if len(ended) != arguments.trials:
        raise SystemExit(f"{len(ended)} of {arguments.trials} trials ended well in {folder}")
    steady = max(ended) - min(suggested)
    cpu = sum(after[2:4]) - sum(before[2:4])
    return {"per_second": arguments.trials / steady, "rest": seconds - steady,
            "cpu_ms": cpu * 1e3 / arguments.trials}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("diwan", type=os.path.abspath)
    parser.add_argument("spawn_rate")
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", dest="words", nargs="+", default=["/bin/true"])
    parser.add_argument("--algorithm", default="random")
    parser.add_argument("--mpirun", default="mpirun", help="empty: no MPI")
    parser.add_argument("--directory", default=None)
    arguments = parser.parse_args()
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    base = pathlib.Path(tempfile.mkdtemp(prefix="diwan-run-rate-", dir=arguments.directory))
    launchers = {"local": []}
    if arguments.mpirun:
        launchers["mpi"] = [arguments.mpirun, "--oversubscribe", "-n", str(arguments.slots + 1)]
    rows = {name: [] for name in ("one at a time", f"{arguments.slots} at a time", *launchers)}
    for number in range(arguments.rounds):
        rows["one at a time"].append(bare(arguments, 1))
        rows[f"{arguments.slots} at a time"].append(bare(arguments, arguments.slots))
        for name, launcher in launchers.items():
            rows[name].append(whole_run(arguments, base / f"{name}-{number}", launcher))
    shutil.rmtree(base)

    print(f"{arguments.trials} trials of {' '.join(arguments.words)}, medians of "
          f"{arguments.rounds} rounds; ratios within the round")
    print(f"{'':>16} {'trials/s':>9} {'CPU ms':>7} {'to one':>7} {'to all':>7} {'rest s':>7}")
    singles, parallels = rows["one at a time"], rows[f"{arguments.slots} at a time"]
    for name, figures in rows.items():
        def ratio(others, figures=figures):
            return statistics.median(
                a["per_second"] / b["per_second"] for a, b in zip(figures, others))
        middle = {key: statistics.median(figure[key] for figure in figures) for key in figures[0]}
        print(f"{name:>16} {middle['per_second']:>9.0f} {middle['cpu_ms']:>7.3f} "
              f"{ratio(singles):>7.2f} {ratio(parallels):>7.2f} "
              + (f"{middle['rest']:>7.2f}" if "rest" in middle else ""))


main()
