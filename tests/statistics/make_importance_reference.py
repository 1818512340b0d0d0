#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Writes importance_reference.hpp: importances over ten forests of scikit-learn. Needs optuna and
scikit-learn.

usage: make_importance_reference.py > importance_reference.hpp

Of continuous parameters they are those of Optuna's FanovaImportanceEvaluator. It has a column for each
category and then averages over all corners of their cube, those without and with several categories
too, and gives the first and the last integer half a share. So of the mixed space the means are taken here,
over a grid of the space itself.
"""
import math
import random

import numpy
import optuna
import sklearn
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import FanovaImportanceEvaluator
from sklearn.ensemble import RandomForestRegressor

SEEDS = 10
ISHIGAMI = {f"x{i}": FloatDistribution(-3, 3) for i in (1, 2, 3)}
MIXED = {"x": FloatDistribution(0, 1), "n": IntDistribution(1, 6), "c": CategoricalDistribution(["a", "b", "c"])}


def ishigami(at):
    return math.sin(at["x1"]) + 7 * math.sin(at["x2"]) ** 2 + 0.1 * at["x3"] ** 4 * math.sin(at["x1"])


def mixed(at):
    return (at["x"] - 0.3) ** 2 * (8 if at["c"] == "b" else 2) + 0.2 * at["n"] + (at["c"] == "c")


def drawn(space, dice):
    at = {}
    for name, distribution in space.items():
        if isinstance(distribution, FloatDistribution):
            at[name] = round(dice.uniform(distribution.low, distribution.high), 4)
        elif isinstance(distribution, IntDistribution):
            at[name] = dice.randint(distribution.low, distribution.high)
        else:
            at[name] = dice.choice(distribution.choices)
    return at


def number(space, name, value):
    distribution = space[name]
    return distribution.choices.index(value) if isinstance(distribution, CategoricalDistribution) else value


def trials(label, space, function, count):
    """Assignments and values."""
    dice = random.Random(label)
    assignments = [drawn(space, dice) for _ in range(count)]
    return assignments, [round(function(at), 6) for at in assignments]


def by_optuna(space, assignments, values, seed):
    study = optuna.create_study()
    study.add_trials([optuna.trial.create_trial(params=at, distributions=space, value=value)
                      for at, value in zip(assignments, values)])
    found = FanovaImportanceEvaluator(seed=seed).evaluate(study)
    return [float(found[name]) for name in space]


def columns(x, n, c):
    return [x, n] + [float(c == choice) for choice in MIXED["c"].choices]


def by_grid(_, assignments, values, seed):
    forest = RandomForestRegressor(64, max_depth=64, random_state=seed)
    forest.fit([columns(at["x"], at["n"], at["c"]) for at in assignments], values)
    grid = numpy.array([columns((i + 0.5) / 500, n, c) for i in range(500) for n in range(1, 7)
                        for c in MIXED["c"].choices], dtype=float)
    shares = []
    for tree in forest.estimators_:
        means = tree.predict(grid).reshape(500, 6, 3)
        shares.append([means.mean(axis=axes).var() / means.var() for axes in ((1, 2), (0, 2), (0, 1))])
    return [float(share) for share in numpy.mean(shares, axis=0)]


def reference(label, space, function, count, importances):
    assignments, values = trials(label, space, function, count)
    runs = [importances(space, assignments, values, seed) for seed in range(SEEDS)]
    lines = [f"inline const std::vector<std::vector<double>> {label}_rows = {{"]
    for at, value in zip(assignments, values):
        row = [number(space, name, at[name]) for name in space] + [value]
        lines.append("    {" + ", ".join(repr(v) for v in row) + "},")
    lines += ["};", f"inline const std::vector<Reference> {label}_importances = {{"]
    for index, name in enumerate(space):
        found = [run[index] for run in runs]
        mean = sum(found) / SEEDS
        deviation = math.sqrt(sum((v - mean) ** 2 for v in found) / (SEEDS - 1))
        lines.append(f"    {{.mean = {mean:.5f}, .deviation = {deviation:.5f}}},  // {name}")
    return lines + ["};"]


def main():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    lines = ["// SPDX-License-Identifier: Apache-2.0", "// Copyright the Diwan authors", "#pragma once", "",
             "#include <vector>", "", "namespace diwan::statistics {", "",
             "// Written by make_importance_reference.py with "
             f"optuna {optuna.__version__}, scikit-learn {sklearn.__version__}.",
             "// Rows: the parameters' values, categories by index, and the objective.", "// clang-format off", "",
             "/// Over ten forests.", "struct Reference {", "  double mean = 0;", "  double deviation = 0;", "};", ""]
    lines += reference("ishigami", ISHIGAMI, ishigami, 120, by_optuna) + [""]
    lines += reference("mixed", MIXED, mixed, 80, by_grid)
    lines += ["", "// clang-format on", "}  // namespace diwan::statistics", ""]
    print("\n".join(lines), end="")


if __name__ == "__main__":
    main()
