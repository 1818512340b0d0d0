#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""CPU time of one ask of tpe beside Optuna's TPESampler, in ten mixed dimensions, in one run.

usage: ask_latency.py PATH/TO/bench_tpe_ask [--trials 100 1000 10000] [--repetitions 21] [--passes 3]

Needs optuna (pip install optuna). Both sides are told the same number of random trials, then asked
one at a time, each answer told. The two alternate; printed are medians over all passes, in
milliseconds of CPU time, of Optuna univariate as ours and with its defaults. Optuna 5's default is
multivariate and takes running trials into account.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
import warnings

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)

# As in tpe_ask.cpp.
SPACE = {
    "f1": FloatDistribution(-5, 5),
    "f2": FloatDistribution(0, 1),
    "f3": FloatDistribution(1e-5, 1, log=True),
    "f4": FloatDistribution(1e-6, 0.1, log=True),
    "i1": IntDistribution(1, 10),
    "i2": IntDistribution(8, 1024, log=True),
    "i3": IntDistribution(16, 256, step=16),
    "c1": CategoricalDistribution(["a", "b", "c"]),
    "c2": CategoricalDistribution(["a", "b"]),
    "c3": CategoricalDistribution(["a", "b", "c", "d"]),
}


def suggest(trial):
    for name, space in SPACE.items():
        trial._suggest(name, space)


def ask_optuna(sampler, trials, repetitions):
    """CPU milliseconds of `repetitions` asks after `trials` random ones."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    history = []
    for number in range(trials):
        trial = study.ask(SPACE)
        history.append(
            optuna.trial.create_trial(
                params=trial.params, distributions=SPACE, value=(number * 7919 % 1000) / 1000
            )
        )
    study = optuna.create_study(sampler=sampler)
    study.add_trials(history)
    asks = []
    for number in range(repetitions):
        before = time.process_time()
        trial = study.ask()
        suggest(trial)
        asks.append((time.process_time() - before) * 1e3)
        study.tell(trial, (number * 104729 % 1000) / 1000)
    return asks


def ask_ours(program, trials, repetitions):
    output = subprocess.run(
        [program, str(trials), str(repetitions)], check=True, capture_output=True, text=True
    ).stdout
    return json.loads(output)["ask_ms"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--trials", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--repetitions", type=int, default=21)
    parser.add_argument("--passes", type=int, default=3)
    arguments = parser.parse_args()
    print(f"Optuna {optuna.__version__}, median CPU ms of one ask")
    print(f"{'trials':>7} {'ours':>8} {'univariate':>11} {'default':>9} {'ratio':>7} {'to default':>11}")
    for trials in arguments.trials:
        ours, univariate, default = [], [], []
        for _ in range(arguments.passes):
            ours.append(ask_ours(arguments.program, trials, arguments.repetitions))
            sampler = optuna.samplers.TPESampler(seed=1, multivariate=False)
            univariate += ask_optuna(sampler, trials, arguments.repetitions)
            default += ask_optuna(optuna.samplers.TPESampler(seed=1), trials, arguments.repetitions)
        a, b, c = (statistics.median(side) for side in (ours, univariate, default))
        print(f"{trials:>7} {a:>8.3f} {b:>11.2f} {c:>9.2f} {b / a:>6.0f}x {c / a:>10.0f}x")
        sys.stdout.flush()


main()
