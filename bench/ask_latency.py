#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""CPU time of one ask of Diwan's algorithms beside their peers', in ten mixed dimensions, in one run.

usage: ask_latency.py PATH/TO/bench_ask_time [--trials 100 500 1000 2000 5000 10000] [--algorithms NAME…]
                      [--peers NAME…] [--repetitions 15] [--passes 2] [--longest 120]

Each side is told the same number of random trials, then asked one at a time, each answer told; the
sides alternate, and the medians over all passes are printed, in milliseconds. Peers are those that
this Python has: Optuna's and Rustuna's samplers. One that needs more than --longest seconds at one
number of trials is left out from there on. Rustuna's random history is told through asks, since it
takes no trials of others in.
"""
import argparse
import json
import statistics
import subprocess
import sys
import time
import warnings

ALGORITHMS = ["random", "sobol", "cmaes", "tpe", "multivariate-tpe", "bayesianoptimization", "auto"]

# As in search/functions.cpp: name, kind, and its range or choices.
SPACE = [
    ("f1", "float", -5, 5), ("f2", "float", 0, 1),
    ("f3", "log float", 1e-5, 1), ("f4", "log float", 1e-6, 0.1),
    ("i1", "int", 1, 10, 1), ("i2", "log int", 8, 1024), ("i3", "int", 16, 256, 16),
    ("c1", "choice", ["a", "b", "c"]), ("c2", "choice", ["a", "b"]),
    ("c3", "choice", ["a", "b", "c", "d"]),
]


def suggest(trial):
    for name, kind, *of in SPACE:
        if kind == "choice":
            trial.suggest_categorical(name, of[0])
        elif kind.endswith("float"):
            trial.suggest_float(name, *of, log=kind.startswith("log"))
        elif kind == "log int":
            trial.suggest_int(name, *of, log=True)
        else:
            trial.suggest_int(name, of[0], of[1], step=of[2])


def value(number):
    return number * 7919 % 1000 / 1000


def timed_asks(study, handle, repetitions):
    """CPU milliseconds of `repetitions` asks; the one before them, which may fit anew, is not kept."""
    times = []
    for number in range(repetitions + 1):
        before = time.process_time()
        trial = study.ask()
        suggest(trial)
        times.append((time.process_time() - before) * 1e3)
        study.tell(handle(trial), value(number * 13))
    return times[1:]


def optuna_asks(sampler, trials, repetitions):
    import optuna
    past = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    for number in range(trials):
        trial = past.ask()
        suggest(trial)
        past.tell(trial, value(number))
    study = optuna.create_study(sampler=sampler)
    study.add_trials(past.trials)
    return timed_asks(study, lambda trial: trial, repetitions)


def rustuna_asks(sampler, trials, repetitions):
    import rustuna
    study = rustuna.create_study(sampler=sampler)
    for number in range(trials):
        trial = study.ask()
        suggest(trial)
        study.tell(trial.number, value(number))
    return timed_asks(study, lambda trial: trial.number, repetitions)


def peers():
    """Name and function (trials, repetitions) of what this Python has; the others with the reason."""
    found, absent = {}, {}
    try:
        import optuna
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.simplefilter("ignore")
        of = optuna.samplers
        known = {"TPE": lambda: of.TPESampler(seed=1),
                 "univariate TPE": lambda: of.TPESampler(seed=1, multivariate=False)}
        for module, name, make in (("cmaes", "CMA-ES", lambda: of.CmaEsSampler(seed=1)),
                                   ("torch", "GP", lambda: of.GPSampler(seed=1))):
            try:
                __import__(module)
                known[name] = make
            except ImportError as error:
                absent[f"Optuna {name}"] = error
        for name, make in known.items():
            found[f"Optuna {optuna.__version__} {name}"] = (
                lambda n, r, make=make: optuna_asks(make(), n, r))
    except ImportError as error:
        absent["Optuna"] = error
    try:
        import rustuna
        from importlib.metadata import version
        for name, multivariate in (("TPE", True), ("univariate TPE", False)):
            found[f"Rustuna {version('rustuna')} {name}"] = (
                lambda n, r, multivariate=multivariate: rustuna_asks(
                    rustuna.samplers.TPESampler(seed=1, multivariate=multivariate), n, r))
    except ImportError as error:
        absent["Rustuna"] = error
    return found, absent


def ours(program, algorithm):
    def asks(trials, repetitions):
        output = subprocess.run([program, str(trials), str(repetitions), algorithm], check=True,
                                capture_output=True, text=True).stdout
        return [json.loads(output)["ask_ms"]]
    return asks


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--trials", type=int, nargs="+", default=[100, 500, 1000, 2000, 5000, 10000])
    parser.add_argument("--algorithms", nargs="*", default=ALGORITHMS)
    parser.add_argument("--peers", nargs="*", help="those whose name holds one of these words")
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--passes", type=int, default=2)
    parser.add_argument("--longest", type=float, default=120)
    arguments = parser.parse_args()
    found, absent = peers()
    sides = {name: ours(arguments.program, name) for name in arguments.algorithms}
    sides.update({name: asks for name, asks in found.items()
                  if arguments.peers is None or any(word in name for word in arguments.peers)})
    table = {name: [] for name in sides}
    slow = set()
    for trials in arguments.trials:
        times = {name: [] for name in sides if name not in slow}
        for _ in range(arguments.passes):
            for name, found_times in times.items():
                if name in slow:
                    continue
                begin = time.monotonic()
                found_times += sides[name](trials, arguments.repetitions)
                if time.monotonic() - begin > arguments.longest:
                    slow.add(name)
        for name in sides:
            table[name].append(statistics.median(times[name]) if times.get(name) else None)
        print(f"{trials} trials measured", file=sys.stderr)
    print("| CPU ms of an ask after | " + " | ".join(f"{n:,}" for n in arguments.trials) + " |")
    print("|---" * (1 + len(arguments.trials)) + "|")
    for name, row in table.items():
        print(f"| {name} | " + " | ".join("" if t is None else f"{t:.3g}" for t in row) + " |")
    for name, why in absent.items():
        print(f"\n{name} does not take part: {why}")


main()
