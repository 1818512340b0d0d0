#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Writes joint_parzen_reference.hpp: log densities of Optuna's Parzen estimator over several
parameters (made with Optuna 5.0.0).

usage: make_joint_parzen_reference.py > joint_parzen_reference.hpp
"""

import warnings

import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters

warnings.simplefilter("ignore")

SPACE = {
    "interval": FloatDistribution(-5, 5),
    "log_interval": FloatDistribution(1e-5, 1, log=True),
    "log_integer": IntDistribution(1, 1000, log=True),
    "stepped": FloatDistribution(0, 1, step=0.0078125),
    "categorical": CategoricalDistribution(["a", "b", "c", "d"]),
}


def draws(rng, n):
    """Values without repetition, where the order of equal ones would matter to Optuna."""
    return {
        "interval": rng.normal(1, 1.5, n).clip(-5, 5),
        "log_interval": np.exp(rng.uniform(np.log(1e-5), 0, n)),
        "log_integer": rng.permutation(np.arange(1, 1001))[:n].astype(float),
        "stepped": 0.0078125 * rng.permutation(129)[:n],
        "categorical": rng.integers(0, 4, n).astype(float),
    }


def rows(values):
    table = np.stack([values[name] for name in SPACE], axis=1)
    return "{" + ", ".join("{" + ", ".join(repr(float(v)) for v in row) + "}" for row in table) + "}"


def main():
    rng = np.random.default_rng(2)
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// Copyright the Diwan authors")
    print("#pragma once\n")
    print("#include <vector>\n")
    print("// Made by make_joint_parzen_reference.py with Optuna 5.0.0: log_pdf of a multivariate")
    print("// _ParzenEstimator with magic clip. Columns: interval, log_interval, log_integer, stepped,")
    print("// categorical.")
    print("// clang-format off")
    print("namespace diwan {\n")
    print("struct JointParzenReference {\n  bool endpoints;\n  double prior_weight;")
    print("  std::vector<double> weights;\n  std::vector<std::vector<double>> observations;")
    print("  std::vector<std::vector<double>> queries;\n  std::vector<double> log_density;\n};\n")
    print("inline const std::vector<JointParzenReference> joint_parzen_references = {")
    for size in (1, 2, 7, 30):
        for endpoints, prior_weight in ((False, 1.0), (True, 2.5)):
            observations = draws(rng, size)
            queries = draws(rng, 6)
            weights = rng.uniform(0.1, 1, size) if size > 2 else np.ones(size)
            estimator = _ParzenEstimator(
                observations,
                SPACE,
                _ParzenEstimatorParameters(prior_weight, True, endpoints, lambda n: weights[:n], True),
            )
            result = estimator.log_pdf(queries)
            numbers = lambda values: "{" + ", ".join(repr(float(v)) for v in values) + "}"
            print(f"    {{{str(endpoints).lower()}, {prior_weight}, {numbers(weights)},")
            print(f"     {rows(observations)},")
            print(f"     {rows(queries)},")
            print(f"     {numbers(result)}}},")
    print("};\n\n}  // namespace diwan\n// clang-format on")


main()
