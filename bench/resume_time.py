#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""How long a long experiment takes to go on, and to be looked at.

usage: resume_time.py PATH/TO/diwan PATH/TO/make_experiment [--trials 10000] [--observations 100]
                      [--rounds 3] [--algorithm tpe] [--mpirun mpirun] [--directory DIR]

Makes an experiment of --trials ended trials with --observations each, all in the journal or all in the
checkpoint, as a killed run leaves it; then measures `diwan status`, and the time from `diwan run` (and
`mpirun -n 2 diwan run`) to the first line of the one trial that is left. Medians over the rounds.
"""

import argparse
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
metadata: {{name: long}}
spec:
  seed: 7
  objective: {{type: minimize, objectiveMetricName: loss}}
  algorithm: {{algorithmName: {algorithm}}}
  maxTrialCount: {trials}
  parallelTrialCount: 1
  parameters:
{parameters}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {{command: [/bin/sh, -c, ": > started; echo loss=1"]}}
"""
PARAMETER = '    - {{name: p{}, parameterType: double, feasibleSpace: {{min: "0", max: "1"}}}}'


def seconds_of(command, folder):
    begin = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begin


def measure(arguments, original, folder):
    """Of one directory: status, and the time to the new launch of each way to go on."""
    figures = {"status": seconds_of([arguments.diwan, "status", str(original / "long.diwan")], original)}
    for name, launcher in (("run", []), ("mpirun", [arguments.mpirun, "--oversubscribe", "-n", "2"])):
        shutil.copytree(original, folder)
        begin = time.time()
        seconds_of([*launcher, arguments.diwan, "run", "experiment.yaml", "--progress", "none"], folder)
        figures[name] = (folder / "started").stat().st_mtime - begin
        shutil.rmtree(folder)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("diwan", type=os.path.abspath)
    parser.add_argument("make_experiment", type=os.path.abspath)
    parser.add_argument("--trials", type=int, default=10000)
    parser.add_argument("--observations", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--algorithm", default="tpe")
    parser.add_argument("--mpirun", default="mpirun")
    parser.add_argument("--directory", default=None)
    arguments = parser.parse_args()
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    base = pathlib.Path(tempfile.mkdtemp(prefix="diwan-resume-time-", dir=arguments.directory))
    print(f"{arguments.trials} trials of {arguments.observations} observations, {arguments.algorithm}, "
          f"seconds (medians of {arguments.rounds})")
    print(f"{'all in':>12} {'status':>8} {'run':>8} {'mpirun':>8}")
    for kind in ("checkpoint", "journal"):
        # Made where its copies will run: the folder of the experiment file is part of what it says.
        original, folder = base / kind, base / "copy"
        folder.mkdir()
        (folder / "experiment.yaml").write_text(EXPERIMENT.format(
            algorithm=arguments.algorithm, trials=arguments.trials + 1,
            parameters="\n".join(PARAMETER.format(i) for i in range(10))))
        subprocess.run([arguments.make_experiment, "experiment.yaml", "long.diwan",
                        str(arguments.trials), str(arguments.observations), kind],
                       cwd=folder, check=True)
        folder.rename(original)
        rounds = [measure(arguments, original, folder) for _ in range(arguments.rounds)]
        middle = {key: statistics.median(figures[key] for figures in rounds) for key in rounds[0]}
        print(f"{kind:>12} {middle['status']:>8.2f} {middle['run']:>8.2f} {middle['mpirun']:>8.2f}",
              flush=True)
    shutil.rmtree(base)


main()
