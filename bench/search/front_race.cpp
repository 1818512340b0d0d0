// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "algorithms/hypervolume.hpp"
#include "algorithms/registry.hpp"
#include "algorithms/rng.hpp"
#include "bench/search/fronts.hpp"

namespace {

using diwan::bench::FrontFunction;

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, at);) {
    parts.push_back(part);
  }
  return parts;
}

/// Percentage of the whole front's hypervolume after each number of ended trials, `parallel` of
/// them running at a time and ending in an order drawn from the seed.
std::vector<double> run(diwan::Suggester& suggester, const FrontFunction& function,
                        const std::vector<std::size_t>& budgets, std::size_t parallel,
                        std::uint64_t seed) {
  std::vector<double> shares;
  std::vector<diwan::Issued> running;
  std::vector<std::vector<double>> rows;
  diwan::Draw draw(seed, 1);
  std::uint32_t issued = 0;
  while (rows.size() < budgets.back()) {
    while (running.size() < parallel) {
      const diwan::Suggestion item = suggester.ask(1).items.at(0);
      running.push_back({.trial = ++issued, .assignment = item.assignment, .labels = item.labels});
      suggester.tell(running.back());
    }
    const auto which = static_cast<std::ptrdiff_t>(draw.below(running.size()));
    const diwan::Issued one = running[static_cast<std::size_t>(which)];
    running.erase(running.begin() + which);
    rows.push_back(function.values(one.assignment));
    suggester.tell(diwan::Finished{.trial = one.trial, .objectives = rows.back()});
    if (std::find(budgets.begin(), budgets.end(), rows.size()) != budgets.end()) {
      shares.push_back(100 * diwan::hypervolume(rows, function.reference) / function.most);
    }
  }
  return shares;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

}  // namespace

/// usage: bench_front_race FUNCTION,.. BUDGET,.. SEEDS PARALLEL ALGORITHM...
///
/// Prints a row for each function of several objectives (or all) and algorithm: median over the
/// seeds of the percentage of the whole front's hypervolume after each budget, PARALLEL trials at a
/// time, and the CPU time of a trial (ask, tells and function).
int main(int argc, char** argv) {
  if (argc < 6) {
    std::cerr << "usage: bench_front_race FUNCTION,.. BUDGET,.. SEEDS PARALLEL ALGORITHM...\n";
    return 2;
  }
  const std::vector<std::string> names = split(argv[1], ',');
  std::vector<std::size_t> budgets;
  for (const std::string& budget : split(argv[2], ',')) {
    budgets.push_back(std::strtoul(budget.c_str(), nullptr, 10));
  }
  const std::uint64_t seeds = std::strtoul(argv[3], nullptr, 10);
  const std::size_t parallel = std::strtoul(argv[4], nullptr, 10);
  for (const FrontFunction& function : diwan::bench::front_functions()) {
    if (names[0] != "all" && std::find(names.begin(), names.end(), function.name) == names.end()) {
      continue;
    }
    for (int a = 5; a < argc; ++a) {
      std::vector<std::vector<double>> shares(budgets.size());
      const std::clock_t before = std::clock();
      for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const std::vector<diwan::Direction> directions(function.reference.size(),
                                                       diwan::Direction::minimize);
        const auto suggester = diwan::make_suggester(
            argv[a], {.space = function.space, .directions = directions, .seed = seed});
        const std::vector<double> reached = run(*suggester, function, budgets, parallel, seed);
        for (std::size_t b = 0; b < budgets.size(); ++b) {
          shares[b].push_back(reached[b]);
        }
      }
      const double seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
      std::cout << "| " << function.name << " | " << argv[a] << " |";
      for (const std::vector<double>& values : shares) {
        std::cout << ' ' << median(values) << " |";
      }
      const auto trials = static_cast<double>(seeds * budgets.back());
      std::cout << ' ' << seconds * 1e3 / trials << " ms |" << std::endl;
    }
  }
  return 0;
}
