#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Parameter importances of Diwan beside those of Optuna's fANOVA evaluator, on the same trials in one run.

usage: importance.py PATH/TO/diwan [--trials 100 300 1000] [--seeds 3] [--directory DIR]

Each experiment is run by `diwan run` with random search; `diwan importance` reads its directory, and
Optuna's FanovaImportanceEvaluator (64 trees, as ours) the same trials as `diwan trials` prints them.
Told are both importances, their rank correlation (Spearman) and largest difference, how far Optuna's
own differ from seed to seed, and CPU seconds: of the whole process `diwan importance`, reading
included, and of the evaluation alone in Optuna. Optuna gives no pairs; ours are printed.

Of the spaces `mixed` and `log` the two differ by intent, and the last line leaves them out: Optuna sees
a log-uniform parameter on its plain scale, averages over vectors of several categories and of none, and
gives the first and last integer half a share; Diwan takes what the search draws.
"""
import argparse
import csv
import io
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

try:
    import optuna
    import sklearn
    from optuna.importance import FanovaImportanceEvaluator
except ImportError as error:
    sys.exit(f"{error}; scripts/bench importance installs what is needed")

# Name: parameters (name, type, feasible space) and the objective as awk has it, over their names.
PROBLEMS = {
    "additive": ([(f"x{i}", "double", {"min": 0, "max": 1}) for i in range(1, 6)],
                 "5*x1 + 3*(x2-0.5)^2 + x3"),
    "ishigami": ([(f"x{i}", "double", {"min": -3.141592653589793, "max": 3.141592653589793})
                  for i in range(1, 4)],
                 "sin(x1) + 7*sin(x2)^2 + 0.1*x3^4*sin(x1)"),
    "mixed": ([("rate", "double", {"min": 0, "max": 1}), ("layers", "int", {"min": 1, "max": 6}),
               ("kind", "categorical", {"list": ["a", "b", "c", "d"]}),
               ("width", "discrete", {"list": [16, 32, 64, 128]}),
               ("idle", "double", {"min": -5, "max": 5})],
              '(rate-0.3)^2*(kind=="b" ? 8 : 2) + 0.1*layers + (kind=="c") - width/256'),
    "log": ([("lr", "double", {"min": 1e-5, "max": 1, "distribution": "logUniform"}),
             ("momentum", "double", {"min": 0, "max": 1})],
            "(log(lr)+5)^2/10 + momentum"),
}


def experiment(name, trials, seed):
    parameters, formula = PROBLEMS[name]
    bindings = [f"-v {p}=${{trialParameters.{p}}}" for p, _, _ in parameters]
    words = " ".join(bindings).split() + ['BEGIN{printf "loss=%.12g\\n", ' + formula + "}"]
    feasible = [{"name": p, "parameterType": kind,
                 "feasibleSpace": {k: [str(v) for v in value] if k == "list" else str(value)
                                   for k, value in space.items()}}
                for p, kind, space in parameters]
    return {
        "apiVersion": "kubeflow.org/v1beta1", "kind": "Experiment", "metadata": {"name": name},
        "spec": {
            "objective": {"type": "minimize", "objectiveMetricName": "loss"},
            "algorithm": {"algorithmName": "random"}, "seed": seed,
            "maxTrialCount": trials, "parallelTrialCount": 2, "parameters": feasible,
            "trialTemplate": {
                "trialParameters": [{"name": p, "reference": p} for p, _, _ in parameters],
                "primaryContainerName": "main",
                "trialSpec": {"apiVersion": "batch/v1", "kind": "Job", "spec": {"template": {"spec": {
                    "containers": [{"name": "main", "image": "none", "command": ["awk"] + words}]}}}}}}}


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ours(diwan, directory):
    """Importances, pairs and the CPU seconds of the process."""
    before = children_seconds()
    text = subprocess.run([diwan, "importance", directory, "-o", "json"], check=True,
                          capture_output=True, text=True).stdout
    found = json.loads(text)
    return ({p["parameter"]: p["importance"] for p in found["parameters"]}, found,
            children_seconds() - before)


def distribution(kind, space):
    if kind == "double":
        return optuna.distributions.FloatDistribution(space["min"], space["max"],
                                                      log=space.get("distribution") == "logUniform")
    if kind == "int":
        return optuna.distributions.IntDistribution(space["min"], space["max"])
    return optuna.distributions.CategoricalDistribution([str(v) for v in space["list"]])


def study_of(diwan, directory, name):
    rows = subprocess.run([diwan, "trials", directory, "-o", "csv"], check=True, capture_output=True,
                          text=True).stdout
    distributions = {p: distribution(kind, space) for p, kind, space in PROBLEMS[name][0]}
    cast = {"double": float, "int": int}
    study = optuna.create_study()
    study.add_trials([
        optuna.trial.create_trial(
            params={p: cast.get(kind, str)(row["parameter." + p]) for p, kind, _ in PROBLEMS[name][0]},
            distributions=distributions, value=float(row["objective"]))
        for row in csv.DictReader(io.StringIO(rows))])
    return study


def theirs(study, seed):
    before = time.process_time()
    found = FanovaImportanceEvaluator(seed=seed).evaluate(study)
    return {name: float(value) for name, value in found.items()}, time.process_time() - before


def ranks(values):
    order = sorted(range(len(values)), key=lambda i: values[i])
    place = [0] * len(values)
    for rank, index in enumerate(order):
        place[index] = rank
    return place


def spearman(left, right):
    a, b = ranks(left), ranks(right)
    n = len(a)
    return 1 - 6 * sum((x - y) ** 2 for x, y in zip(a, b)) / (n * (n * n - 1))


def compare(diwan, directory, name, trials, seed, place):
    file = place / f"{name}-{trials}-{seed}.yaml"
    file.write_text(json.dumps(experiment(name, trials, seed)))
    subprocess.run([diwan, "run", file, "--dir", directory, "--progress", "none"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    mine, document, my_seconds = ours(diwan, directory)
    study = study_of(diwan, directory, name)
    runs = [theirs(study, s) for s in (0, 1)]
    other, other_seconds = runs[0]
    names = list(mine)
    difference = max(abs(mine[n] - other[n]) for n in names)
    own = max(abs(runs[0][0][n] - runs[1][0][n]) for n in names)
    correlation = spearman([mine[n] for n in names], [other[n] for n in names])
    seconds = sum(r[1] for r in runs) / len(runs)
    print(f"\n{name}, {trials} trials, seed {seed}: rank correlation {correlation:.2f}, largest difference "
          f"{difference:.4f} (Optuna's between two seeds {own:.4f})")
    print(f"  CPU {my_seconds:.2f} s beside {seconds:.2f} s: {seconds / my_seconds:.0f} times")
    for n in names:
        print(f"  {n:<10} diwan {mine[n]:.4f}   optuna {other[n]:.4f}")
    for pair in document["pairs"][:1]:
        print(f"  {' '.join(pair['parameters']):<10} diwan {pair['importance']:.4f} together")
    return difference, own, correlation, seconds / my_seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("diwan", type=pathlib.Path)
    parser.add_argument("--trials", type=int, nargs="+", default=[100, 300])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--problems", nargs="+", choices=PROBLEMS, default=list(PROBLEMS))
    parser.add_argument("--directory", type=pathlib.Path)
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print(f"optuna {optuna.__version__}, scikit-learn {sklearn.__version__}")
    diwan = options.diwan.resolve()
    figures = []
    with tempfile.TemporaryDirectory(dir=options.directory) as folder:
        place = pathlib.Path(folder)
        for name in options.problems:
            for trials in options.trials:
                for seed in range(1, options.seeds + 1):
                    directory = place / f"{name}-{trials}-{seed}.diwan"
                    result = compare(diwan, directory, name, trials, seed, place)
                    if name not in ("mixed", "log"):
                        figures.append(result)
    if figures:
        difference, own, correlation, ratio = zip(*figures)
        print(f"\nof continuous uniform parameters: largest difference {max(difference):.4f} (Optuna's between two seeds "
              f"{max(own):.4f}), lowest rank correlation {min(correlation):.2f}, "
              f"{min(ratio):.0f} to {max(ratio):.0f} times less CPU")


if __name__ == "__main__":
    main()
