# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""The experiment that most tests and measurements on Slurm search: random, of one parameter x."""


def random_search(trials, parallel=None, resources="{}", slurm="{}", command="bash trial.sh"):
    """Text of an experiment named search. `command`: its words; x comes behind them. `resources`, `slurm`: YAML."""
    words = ", ".join([*command.split(), '"${trialParameters.x}"'])
    at_a_time = "" if parallel is None else f"  parallelTrialCount: {parallel}\n"
    return f"""
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {{name: search}}
spec:
  seed: 3
  objective: {{type: minimize, objectiveMetricName: loss}}
  algorithm: {{algorithmName: random}}
  maxTrialCount: {trials}
{at_a_time}  parameters:
    - {{name: x, parameterType: double, feasibleSpace: {{min: "-1", max: "1"}}}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [{words}]
        resources: {resources}
        slurm: {slurm}
"""
