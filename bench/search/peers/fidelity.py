#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Best value of a full training against epochs spent: hyperband, bohb and asha beside their peers.

usage: fidelity.py PATH/TO/diwan [--peers] [--contestants NAME…] [--seeds 20] [--trainings 30]

On the two tables of real learning curves, with one worker. Diwan runs anew each time, through
`diwan suggest`; its promoted trials and HpBandSter's continue, so that they cost only the epochs
that are new; Optuna's pruners, and Diwan's algorithms without `resource_name` (…-stop) or with
medianstop (…-median), stop trials that report their epochs. Results of the peers are read from
recorded_fidelity.csv; --peers runs them again and writes that file. HpBandSter's sampler and
brackets are driven here directly, without its name server. Printed are medians after so many full
trainings' worth of epochs; none where no trial has had a full training by then.
"""
import argparse
import csv
import math
import pathlib
import statistics
import warnings

import contestants as field
import tasks as task_room

RECORDED = pathlib.Path(__file__).parent / "recorded_fidelity.csv"
COLUMNS = ("contestant", "version", "table", "seed", "trainings", "best")
MOMENTS = (3, 5, 10, 20, 30)
TABLES = ("mlp_digits", "gbm_diabetes")
RUNGS = ("hyperband", "bohb", "asha")
DIWAN = ("random", "tpe", "tpe-median", *RUNGS, *(f"{name}-stop" for name in RUNGS))
PRUNERS = ("none", "median", "halving", "hyperband")
PEERS = {**{f"optuna-tpe-{pruner}": "optuna" for pruner in PRUNERS}, "hpbandster-bohb": "hpbandster"}


class Curve:
    """What was found by when."""

    def __init__(self, table, trainings):
        self.full = table.epochs
        self.most = trainings * self.full
        self.epochs = 0
        self.found = []  # (epochs spent, value of a full training)

    def spend(self, epochs):
        self.epochs += epochs

    def open(self):
        return self.epochs < self.most

    def end(self, value):
        self.found.append((self.epochs, value))

    def at(self, trainings):
        return min((v for e, v in self.found if e <= trainings * self.full), default=math.inf)


def promoted(runner, table, curve):
    """Each trial trains to its resource, going on where its parent stopped."""
    trained = {}
    while curve.open() and (suggestion := runner.next()):
        at = suggestion["assignments"]
        until = at.get("epochs", curve.full)
        curve.spend(until - trained.get(suggestion["labels"].get("parent"), 0))
        trained[suggestion["trial"]] = until
        value = table.curve(at)[until - 1]
        if until == curve.full:
            curve.end(value)
        runner.tell(suggestion["trial"], value)


def stopped(runner, table, curve):
    """Each trial reports every epoch until it is stopped."""
    while curve.open() and (suggestion := runner.next()):
        trial = suggestion["trial"]
        values = table.curve(suggestion["assignments"])
        for step, value in enumerate(values, 1):
            curve.spend(1)
            if runner.report(trial, step, value) and step < curve.full:
                runner.tell(trial, None, "EarlyStopped")
                break
        else:
            curve.end(values[-1])
            runner.tell(trial, values[-1])


def diwan(program, name, table, seed, curve):
    algorithm, _, stops = name.partition("-")
    settings = {"r_l": curve.full, "eta": 3} if algorithm in RUNGS else {}
    parameters = table.parameters
    if settings and not stops:
        settings["resource_name"] = "epochs"
        parameters += (task_room.Int("epochs", 1, curve.full),)
    runner = field.Diwan(program, algorithm, task_room.Task(table.name, parameters, None, 0), seed, 100000,
                         1, settings, "medianstop" if stops == "median" else None)
    try:
        (stopped if stops else promoted)(runner, table, curve)
    finally:
        runner.close()


def optuna_pruner(name, full):
    import optuna
    pruners = optuna.pruners
    return {"none": pruners.NopPruner, "median": pruners.MedianPruner,
            "halving": lambda: pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3),
            "hyperband": lambda: pruners.HyperbandPruner(min_resource=1, max_resource=full,
                                                         reduction_factor=3)}[name]()


def optuna(name, table, seed, curve):
    import optuna as library
    library.logging.set_verbosity(library.logging.ERROR)
    warnings.simplefilter("ignore")
    study = library.create_study(sampler=library.samplers.TPESampler(seed=seed),
                                 pruner=optuna_pruner(name.rsplit("-", 1)[1], curve.full))
    ask = field.Study(study, table, lambda trial: trial)
    while curve.open():
        trial, at = ask.ask()
        values = table.curve(at)
        for step, value in enumerate(values, 1):
            curve.spend(1)
            trial.report(value, step)
            if step < curve.full and trial.should_prune():
                study.tell(trial, state=library.trial.TrialState.PRUNED)
                break
        else:
            curve.end(values[-1])
            study.tell(trial, values[-1])


def hpbandster(_, table, seed, curve):
    import ConfigSpace
    import numpy
    from hpbandster.core.dispatcher import Job
    from hpbandster.optimizers.config_generators.bohb import BOHB
    from hpbandster.optimizers.iterations import SuccessiveHalving
    warnings.simplefilter("ignore")
    numpy.random.seed(seed)
    space = ConfigSpace.ConfigurationSpace(seed=seed)
    for p in table.parameters:
        if isinstance(p, task_room.Choice):
            space.add(ConfigSpace.CategoricalHyperparameter(p.name, list(p.choices)))
        else:
            space.add(ConfigSpace.UniformIntegerHyperparameter(p.name, p.low, p.high))
    sampler = BOHB(configspace=space, min_points_in_model=None, top_n_percent=15, num_samples=64,
                   random_fraction=1 / 3, bandwidth_factor=3, min_bandwidth=1e-3)
    # The brackets of the BOHB optimizer with eta 3.
    brackets = int(math.log(curve.full) / math.log(3) + 1e-9) + 1
    budgets = [curve.full * 3.0 ** -k for k in range(brackets)][::-1]
    trained = {}
    number = 0
    while curve.open():
        s = brackets - 1 - number % brackets
        first = int(math.floor(brackets / (s + 1)) * 3 ** s)
        bracket = SuccessiveHalving(
            HPB_iter=number, num_configs=[max(int(first * 3 ** -i), 1) for i in range(s + 1)],
            budgets=budgets[-s - 1:], config_sampler=sampler.get_config)
        number += 1
        while curve.open() and (run := bracket.get_next_run()) is not None:
            name, config, budget = run
            until = round(budget)
            value = table.curve(dict(config))[until - 1]
            curve.spend(until - trained.get(name, 0))
            trained[name] = until
            job = Job(name, config=config, budget=budget)
            job.timestamps = {"submitted": 0, "started": 0, "finished": 0}
            job.result = {"loss": value, "info": None}
            bracket.register_result(job)
            sampler.new_result(job)
            if until == curve.full:
                curve.end(value)


def race(program, name, table, seed, trainings):
    curve = Curve(table, trainings)
    if name in DIWAN:
        diwan(program, name, table, seed, curve)
    elif name.startswith("optuna"):
        optuna(name, table, seed, curve)
    else:
        hpbandster(name, table, seed, curve)
    return {m: curve.at(m) for m in MOMENTS if m <= trainings}


def read():
    results, versions = {}, {}
    if RECORDED.exists():
        with open(RECORDED, newline="") as lines:
            for row in csv.DictReader(lines):
                results.setdefault((row["table"], row["contestant"]), {}).setdefault(
                    int(row["seed"]), {})[int(row["trainings"])] = float(row["best"])
                versions[row["contestant"]] = row["version"]
    return results, versions


def write(results, versions):
    with open(RECORDED, "w", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        for (table, name), seeds in sorted(results.items()):
            for seed, found in sorted(seeds.items()):
                for trainings, best in sorted(found.items()):
                    writer.writerow((name, versions[name], table, seed, trainings, repr(best)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("diwan")
    parser.add_argument("--peers", action="store_true", help="run the peers again and record them")
    parser.add_argument("--contestants", nargs="*")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--trainings", type=int, default=30, choices=MOMENTS)
    arguments = parser.parse_args()
    names = arguments.contestants or [*DIWAN, *PEERS]
    recorded, versions = read()
    absent = {n: why for n in names if n in PEERS and arguments.peers
              and (why := field.cannot_import(PEERS[n]))}
    ran = [n for n in names if n in DIWAN or arguments.peers and n not in absent]
    for table in (task_room.curves(name) for name in TABLES):
        for name in ran:
            recorded[table.name, name] = {
                seed: race(arguments.diwan, name, table, seed, arguments.trainings)
                for seed in range(arguments.seeds)}
    versions.update({n: field.version_of(PEERS[n]) for n in ran if n in PEERS})
    if arguments.peers:
        write({key: seeds for key, seeds in recorded.items() if key[1] in PEERS}, versions)
    moments = [m for m in MOMENTS if m <= arguments.trainings]
    print("| table | | version | seeds | " + " | ".join(map(str, moments)) + " |")
    print("|---" * (4 + len(moments)) + "|")
    for (table, name), seeds in sorted(recorded.items()):
        if name in names:
            medians = [statistics.median(found[m] for found in seeds.values()) for m in moments]
            print(f"| {table} | {name} | {versions.get(name, '')} | {len(seeds)} | "
                  + " | ".join("none" if math.isinf(m) else f"{m:.4g}" for m in medians) + " |")
    for name, why in absent.items():
        print(f"\n{name} does not take part: {why}")


main()
