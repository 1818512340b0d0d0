#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Writes parzen_reference.hpp: log densities of Optuna's Parzen estimator (made with Optuna 5.0.0).

usage: make_parzen_reference.py > parzen_reference.hpp
"""

import warnings

import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

warnings.simplefilter("ignore")

SPACES = {
    "interval": FloatDistribution(-5, 5),
    "log_interval": FloatDistribution(1e-5, 1, log=True),
    "integer": IntDistribution(1, 20),
    "stepped_integer": IntDistribution(16, 256, step=16),
    "log_integer": IntDistribution(1, 1000, log=True),
    "stepped": FloatDistribution(0, 1, step=0.125),
    "categorical": CategoricalDistribution(["a", "b", "c", "d"]),
}


def draws(name, distribution, rng, n):
    if name == "categorical":
        return rng.integers(0, 4, n).astype(float)
    if name == "log_interval":
        return np.exp(rng.uniform(np.log(1e-5), 0, n))
    if name == "log_integer":
        return np.round(np.exp(rng.uniform(0, np.log(1000), n)))
    if name == "interval":
        return rng.normal(1, 1.5, n).clip(-5, 5)
    step = distribution.step
    count = round((distribution.high - distribution.low) / step)
    return distribution.low + step * np.round(rng.beta(2, 4, n) * count)


def numbers(values):
    return "{" + ", ".join(repr(float(v)) for v in values) + "}"


def main():
    rng = np.random.default_rng(1)
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// Copyright the Diwan authors")
    print("#pragma once\n")
    print("#include <cstddef>\n#include <vector>\n")
    print("// Made by make_parzen_reference.py with Optuna 5.0.0: log_pdf of _ParzenEstimator with magic")
    print("// clip, of the first `size` observations; with its default weights where it `forgets`.")
    print("// clang-format off")
    print("namespace diwan {\n")
    print("struct ParzenReference {\n  const char* space;\n  std::size_t size;\n  bool endpoints;\n  bool forgets;")
    print("  double prior_weight;\n  std::vector<double> observations;\n  std::vector<double> queries;")
    print("  std::vector<double> log_density;\n};\n")
    print("inline const std::vector<ParzenReference> parzen_references = {")
    for name, distribution in SPACES.items():
        observations = draws(name, distribution, rng, 40)
        queries = np.unique(draws(name, distribution, rng, 6))
        if name != "categorical":
            queries = np.append(queries, [distribution.low, distribution.high])
        # Among equal observations of unequal weight Optuna's deviations follow an unstable sort.
        forgets = name in ("interval", "log_interval", "categorical")
        weights = default_weights if forgets else np.ones
        for size in (1, 2, 7, 40):
            for endpoints, prior_weight in ((False, 1.0), (True, 2.5)):
                estimator = _ParzenEstimator(
                    {"x": observations[:size]},
                    {"x": distribution},
                    _ParzenEstimatorParameters(prior_weight, True, endpoints, weights, False),
                )
                result = estimator.log_pdf({"x": queries})
                print(f'    {{"{name}", {size}, {str(endpoints).lower()}, {str(forgets).lower()}, {prior_weight},')
                print(f"     {numbers(observations[:size])},")
                print(f"     {numbers(queries)},")
                print(f"     {numbers(result)}}},")
    print("};\n\n}  // namespace diwan\n// clang-format on")


main()
