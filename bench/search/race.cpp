// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "algorithms/registry.hpp"
#include "algorithms/rng.hpp"
#include "bench/search/functions.hpp"
#include "bench/search/tables.hpp"

namespace {

using diwan::bench::Function;

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, at);) {
    parts.push_back(part);
  }
  return parts;
}

/// ALGORITHM[:SETTING=VALUE]... on the problem.
std::unique_ptr<diwan::Suggester> contestant(const std::string& text, diwan::Problem problem) {
  const std::vector<std::string> parts = split(text, ':');
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t equals = parts[i].find('=');
    problem.settings.emplace_back(parts[i].substr(0, equals), parts[i].substr(equals + 1));
  }
  return diwan::make_suggester(parts[0], problem);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

struct Conditions {
  std::vector<std::size_t> budgets;
  std::uint64_t seeds = 0;
  std::size_t parallel = 0;
  bool noise = false;  ///< normal, a tenth of the distance between the quartiles of random points
  bool failures = false;  ///< one trial in ten, and all in a corner of the first two parameters
};

/// What a trial tells, other than the value.
class Trouble {
 public:
  Trouble(const Function& function, const Conditions& conditions, std::uint64_t seed)
      : space_(function.space), failures_(conditions.failures), draw_(seed, 2) {
    if (conditions.noise) {
      std::vector<double> values;
      for (const auto& item :
           diwan::make_suggester("random", {.space = space_, .seed = 0})->ask(1000).items) {
        values.push_back(function.value(item.assignment));
      }
      std::sort(values.begin(), values.end());
      deviation_ = 0.1 * (values[values.size() * 3 / 4] - values[values.size() / 4]);
    }
  }
  bool fails(const diwan::Assignment& at) {
    const std::vector<double> unit = space_.encode(at);
    return failures_ && (draw_.uniform() < 0.1 || (unit[0] > 0.8 && unit[1] > 0.8));
  }
  double told(double value) { return value + deviation_ * draw_.normal(); }

 private:
  diwan::SearchSpace space_;
  bool failures_;
  double deviation_ = 0;
  diwan::Draw draw_;
};

/// Best value after each number of ended trials, which end in an order drawn from the seed.
std::vector<double> run(diwan::Suggester& suggester, const Function& function,
                        const Conditions& conditions, std::uint64_t seed) {
  const std::vector<std::size_t>& budgets = conditions.budgets;
  Trouble trouble(function, conditions, seed);
  std::vector<double> bests;
  std::vector<diwan::Issued> running;
  diwan::Draw draw(seed, 1);
  double best = std::numeric_limits<double>::infinity();
  std::uint32_t issued = 0;
  for (std::size_t ended = 1; ended <= budgets.back(); ++ended) {
    while (running.size() < conditions.parallel) {
      const diwan::Suggestions answer = suggester.ask(1);
      if (answer.items.empty()) {
        break;
      }
      running.push_back({.trial = ++issued,
                         .assignment = answer.items[0].assignment,
                         .labels = answer.items[0].labels});
      suggester.tell(running.back());
    }
    if (running.empty()) {
      break;
    }
    const auto which = static_cast<std::ptrdiff_t>(draw.below(running.size()));
    const diwan::Issued one = running[static_cast<std::size_t>(which)];
    running.erase(running.begin() + which);
    if (trouble.fails(one.assignment)) {
      suggester.tell(diwan::Finished{
          .trial = one.trial, .outcome = diwan::TrialOutcome::failed, .objectives = {}});
    } else {
      const double value = function.value(one.assignment);
      suggester.tell(diwan::Finished{.trial = one.trial, .objectives = {trouble.told(value)}});
      best = std::min(best, value);
    }
    if (std::find(budgets.begin(), budgets.end(), ended) != budgets.end()) {
      bests.push_back(best);
    }
  }
  bests.resize(budgets.size(), best);
  return bests;
}

/// The functions and the tables.
std::vector<Function> tasks() {
  std::vector<Function> all = diwan::bench::functions();
  all.push_back(diwan::bench::table("svm_digits", 4));
  all.push_back(diwan::bench::table("gbm_diabetes", 5));
  all.push_back(diwan::bench::table("mlp_digits", 5));
  return all;
}

/// Median of the best value after each budget.
std::vector<double> medians(const std::string& text, const Function& function,
                            const Conditions& conditions) {
  std::vector<std::vector<double>> bests(conditions.budgets.size());
  for (std::uint64_t seed = 0; seed < conditions.seeds; ++seed) {
    const auto suggester =
        contestant(text, {.space = function.space,
                          .seed = seed,
                          .max_trials = static_cast<std::uint32_t>(conditions.budgets.back()),
                          .parallel = static_cast<std::uint32_t>(conditions.parallel)});
    const std::vector<double> reached = run(*suggester, function, conditions, seed);
    for (std::size_t b = 0; b < bests.size(); ++b) {
      bests[b].push_back(reached[b]);
    }
  }
  std::vector<double> result;
  result.reserve(bests.size());
  for (std::vector<double>& values : bests) {
    result.push_back(median(std::move(values)));
  }
  return result;
}

}  // namespace

/// usage: bench_race TASK,..[:noise][:failures] BUDGET,.. SEEDS PARALLEL
///                   ALGORITHM[:SETTING=VALUE]...
///
/// Prints a row for each task (or all) and algorithm: median over the seeds of the best value after
/// each budget, PARALLEL trials at a time and the last budget as the number of trials, and the CPU
/// time of a trial (ask, tells and function). With noise or failures the value that counts is the
/// true one of a trial that succeeds. Then for each algorithm the mean score over the
/// tasks: 1 at the best known value, 0 where random search ends.
int main(int argc, char** argv) {
  if (argc < 6) {
    std::cerr << "usage: bench_race TASK,..[:noise][:failures] BUDGET,.. SEEDS PARALLEL "
                 "ALGORITHM[:SETTING=VALUE]...\n";
    return 2;
  }
  const std::vector<std::string> what = split(argv[1], ':');
  const std::vector<std::string> names = split(what[0], ',');
  Conditions conditions{.budgets = {},
                        .seeds = std::strtoul(argv[3], nullptr, 10),
                        .parallel = std::strtoul(argv[4], nullptr, 10),
                        .noise = std::count(what.begin(), what.end(), "noise") > 0,
                        .failures = std::count(what.begin(), what.end(), "failures") > 0};
  for (const std::string& budget : split(argv[2], ',')) {
    conditions.budgets.push_back(std::strtoul(budget.c_str(), nullptr, 10));
  }
  const std::vector<std::string> algorithms(argv + 5, argv + argc);
  std::vector<std::vector<double>> scores(algorithms.size(),
                                          std::vector<double>(conditions.budgets.size()));
  double count = 0;
  for (const Function& function : tasks()) {
    if (names[0] != "all" && std::find(names.begin(), names.end(), function.name) == names.end()) {
      continue;
    }
    ++count;
    const double reference = medians("random", function, conditions).back();
    for (std::size_t a = 0; a < algorithms.size(); ++a) {
      const std::clock_t before = std::clock();
      const std::vector<double> reached = medians(algorithms[a], function, conditions);
      const double seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
      std::cout << "| " << function.name << " | " << algorithms[a] << " |";
      for (std::size_t b = 0; b < reached.size(); ++b) {
        std::cout << ' ' << reached[b] << " |";
        scores[a][b] += reference > function.least
                            ? (reference - reached[b]) / (reference - function.least)
                            : (reached[b] <= function.least ? 1 : 0);
      }
      const auto trials = static_cast<double>(conditions.seeds * conditions.budgets.back());
      std::cout << ' ' << seconds * 1e3 / trials << " ms |" << std::endl;
    }
  }
  for (std::size_t a = 0; a < algorithms.size(); ++a) {
    std::cout << "| mean score | " << algorithms[a] << " |";
    for (const double sum : scores[a]) {
      std::cout << ' ' << sum / count << " |";
    }
    std::cout << " |" << std::endl;
  }
  return 0;
}
