#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Writes algorithms/sobol_directions.cpp from the table of Joe and Kuo that SciPy carries.

usage: make_sobol_directions.py [DIMENSIONS] > algorithms/sobol_directions.cpp
"""

import pathlib
import sys

import numpy
import scipy.stats

HEAD = """// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/sobol_directions.hpp"

#include <array>

// Made by scripts/make_sobol_directions.py. Data: new-joe-kuo-6.21201, (c) 2008 Frances Y. Kuo and
// Stephen Joe, BSD style licence; S. Joe and F. Y. Kuo, Constructing Sobol sequences with better
// two-dimensional projections, SIAM J. Sci. Comput. 30 (2008) 2635-2654.

// clang-format off
namespace diwan {
namespace {

"""

TAIL = """
}  // namespace

std::span<const std::uint16_t> sobol_table() { return table; }

}  // namespace diwan
// clang-format on
"""


def main() -> None:
    dimensions = int(sys.argv[1]) if len(sys.argv) > 1 else 1111
    path = pathlib.Path(scipy.stats.__file__).with_name("_sobol_direction_numbers.npz")
    table = numpy.load(path)
    numbers = []
    for polynomial, first in zip(table["poly"][1:dimensions], table["vinit"][1:dimensions]):
        degree = int(polynomial).bit_length() - 1
        numbers.append(int(polynomial))
        numbers.extend(int(m) for m in first[:degree])
    assert max(numbers) < 2**16
    sys.stdout.write(HEAD)
    sys.stdout.write(f"constexpr std::array<std::uint16_t, {len(numbers)}> table = {{\n")
    line = ""
    for number in numbers:
        piece = f"{number},"
        if len(line) + len(piece) > 100:
            print(line)
            line = ""
        line += piece
    print(line + "};")
    sys.stdout.write(TAIL)


main()
