#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Writes cmaes_reference.hpp: states of the cmaes package's optimisers (made with cmaes 0.13.1).

usage: make_cmaes_reference.py > cmaes_reference.hpp
"""

import numpy as np
from cmaes import CMA, CatCMAwM, CMAwM, get_warm_start_mgd


def number(value):
    return repr(float(value))


def numbers(values):
    return "{" + ", ".join(number(v) for v in np.ravel(values)) + "}"


def root(covariance):
    squares, axes = np.linalg.eigh(covariance)
    return axes @ np.diag(np.sqrt(squares)) @ axes.T


def loss(x):
    scales = 10.0 ** np.linspace(0, 1.5, len(x))
    return float(np.sum((scales * (x - 0.3)) ** 2) + 0.3 * np.prod(x))


def generation(cma, rng):
    """A candidate a row, m + sigma C^(1/2) z, the best first."""
    C = (cma._C + cma._C.T) / 2
    points = [cma._mean + cma._sigma * root(C) @ rng.standard_normal(cma.dim) for _ in range(cma.population_size)]
    return sorted(points, key=loss)


def evolutions(rng):
    print("/// The points of a generation stand one after another, the best first.")
    print("struct EvolutionReference {\n  int dimensions;\n  int population;\n  bool adapts;\n  double sigma;")
    print("  std::vector<std::vector<double>> points;  ///< of each generation")
    print("  std::vector<double> sigmas;               ///< after each generation")
    print("  std::vector<double> mean;                 ///< after the last, as those below")
    print("  std::vector<double> covariance;\n  std::vector<double> sigma_path;\n  std::vector<double> path;\n};\n")
    print("inline const std::vector<EvolutionReference> evolution_references = {")
    for dimensions, population, generations, adapts in ((1, 4, 8, False), (2, 6, 12, False), (5, 8, 12, False), (10, 10, 6, False), (3, 24, 4, False), (3, 7, 12, True)):
        cma = CMA(mean=np.full(dimensions, 0.5), sigma=1 / 6, population_size=population, lr_adapt=adapts)
        points, sigmas = [], []
        for _ in range(generations):
            ranked = generation(cma, rng)
            points.append(np.array(ranked))
            cma.tell([(x, float(i)) for i, x in enumerate(ranked)])
            sigmas.append(cma._sigma)
        print(f"    {{{dimensions}, {population}, {str(adapts).lower()}, {number(1 / 6)},\n     {{")
        for one in points:
            print(f"         {numbers(one)},")
        print("     },")
        print(f"     {numbers(sigmas)},\n     {numbers(cma._mean)},\n     {numbers(cma._C)},")
        print(f"     {numbers(cma._p_sigma)},\n     {numbers(cma._pc)}}},")
    print("};\n")


def margins(rng):
    print("/// One dimension of `values` equal steps over the unit interval beside one without steps.")
    print("struct MarginReference {\n  int values;\n  double least;\n  std::vector<std::vector<double>> points;")
    print("  std::vector<double> means;  ///< of the stepped dimension after each generation")
    print("  std::vector<double> scales;\n};\n")
    print("inline const std::vector<MarginReference> margin_references = {")
    for values, least in ((2, 0.1), (5, 0.05), (5, 0.2), (40, 0.05)):
        step = 1 / values
        bounds = np.array([[step / 2, 1 - step / 2], [-np.inf, np.inf]])
        cma = CMAwM(mean=np.array([0.53, 0.5]), sigma=1 / 6, bounds=bounds, steps=np.array([step, 0]), margin=least, population_size=6)
        points, means, scales = [], [], []
        for _ in range(15):
            ranked = generation(cma._cma, rng)
            points.append(np.array(ranked))
            cma.tell([(x, float(i)) for i, x in enumerate(ranked)])
            means.append(cma.mean[0])
            scales.append(cma._A[0])
        print(f"    {{{values}, {least},\n     {{")
        for one in points:
            print(f"         {numbers(one)},")
        print(f"     }},\n     {numbers(means)},\n     {numbers(scales)}}},")
    print("};\n")


def categories(rng):
    print("/// Choices of two categoricals of 3 and 5, of the parents of each generation.")
    print("struct CategoriesReference {\n  double margin;\n  std::vector<double> weights;")
    print("  std::vector<std::vector<std::size_t>> parents;  ///< two numbers each")
    print("  std::vector<double> probabilities;              ///< after the last generation\n};\n")
    cma = CatCMAwM(x_space=[[0, 1], [0, 1]], c_space=[3, 5], population_size=8)
    parents = []
    for _ in range(20):
        chosen = np.stack([rng.choice(3, 4, p=[0.2, 0.2, 0.6]), rng.choice(5, 4, p=[0.6, 0.1, 0.1, 0.1, 0.1])], axis=1)
        parents.append(chosen)
        one_hot = np.zeros((8, 2, 5))
        for i, (a, b) in enumerate(chosen):
            one_hot[i, 0, a] = one_hot[i, 1, b] = 1
        cma._update_categorical(one_hot)
    print(f"inline const CategoriesReference categories_reference = {{\n    {number(1 - 0.73 ** 0.5)},\n    {numbers(cma._weights[:4])},\n    {{")
    for chosen in parents:
        print("        {" + ", ".join(str(c) for c in chosen.ravel()) + "},")
    print(f"    }},\n    {numbers(np.concatenate([cma._q[0, :3], cma._q[1]]))}}};\n")


def warm_start(rng):
    points = rng.random((37, 3))
    mean, sigma, covariance = get_warm_start_mgd([(x, float(i)) for i, x in enumerate(points)])
    print("/// Known points of three dimensions, the best first.")
    print("struct WarmStartReference {\n  std::vector<double> points;\n  std::vector<double> mean;\n  double sigma;")
    print("  std::vector<double> covariance;\n};\n")
    print(f"inline const WarmStartReference warm_start_reference = {{\n    {numbers(points)},\n    {numbers(mean)},\n    {number(sigma)},\n    {numbers(covariance)}}};\n")


def main():
    rng = np.random.default_rng(1)
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// Copyright the Diwan authors")
    print("#pragma once\n")
    print("#include <cstddef>\n#include <vector>\n")
    print("// Made by make_cmaes_reference.py with cmaes 0.13.1.")
    print("// clang-format off\nnamespace diwan {\n")
    evolutions(rng)
    margins(rng)
    categories(rng)
    warm_start(rng)
    print("}  // namespace diwan\n// clang-format on")


main()
