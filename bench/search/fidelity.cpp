// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
//
// Best full-fidelity value against epochs spent, on a table of real learning curves.
//
//   bench_fidelity TABLE ALGORITHM promote|stop SEEDS
//
// One worker. A promoted trial continues from its parent's checkpoint, so it costs only the epochs
// that are new. Prints the median over seeds after 3, 5, 10, 20 and 30 full trainings' worth.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "algorithms/registry.hpp"
#include "bench/search/table.hpp"

namespace diwan::bench {
namespace {

struct Spent {
  std::vector<std::pair<double, double>> steps;  ///< epochs spent, best full value then

  double best_at(double epochs) const {
    double best = std::numeric_limits<double>::infinity();
    for (const auto& [at, value] : steps) {
      if (at <= epochs) {
        best = std::min(best, value);
      }
    }
    return best;
  }
};

Problem problem_of(const Table& table, bool promote, std::uint64_t seed) {
  std::vector<Parameter> parameters = table.parameters();
  const auto epochs = static_cast<std::int64_t>(table.epochs());
  Settings settings = {{"r_l", std::to_string(epochs)}, {"eta", "3"}};
  if (promote) {
    parameters.push_back({"epochs", Integer{.low = 1, .high = epochs}});
    settings.emplace_back("resource_name", "epochs");
  }
  return {.space = SearchSpace(std::move(parameters)), .seed = seed, .settings = settings};
}

/// Every trial runs to its resource.
Spent promote(const Table& table, Suggester& suggester, double budget) {
  Spent spent;
  std::map<std::uint32_t, std::size_t> resource;
  double epochs = 0;
  double best = std::numeric_limits<double>::infinity();
  for (std::uint32_t trial = 1; epochs < budget; ++trial) {
    const Suggestions answer = suggester.ask(1);
    if (answer.items.empty()) {
      break;
    }
    const Suggestion& next = answer.items.front();
    const auto until = static_cast<std::size_t>(next.assignment.values.back());
    suggester.tell(Issued{.trial = trial,
                          .assignment = next.assignment,
                          .labels = next.labels,
                          .parent = next.parent});
    resource[trial] = until;
    epochs += static_cast<double>(until - (next.parent ? resource[*next.parent] : 0));
    const double value = table.curve(next.assignment)[until - 1];
    suggester.tell(Finished{.trial = trial, .objectives = {value}});
    if (until == table.epochs()) {
      best = std::min(best, value);
      spent.steps.emplace_back(epochs, best);
    }
  }
  return spent;
}

/// Every trial runs until it is stopped or has all epochs.
Spent stop(const Table& table, Suggester& suggester, double budget) {
  Spent spent;
  double epochs = 0;
  double best = std::numeric_limits<double>::infinity();
  for (std::uint32_t trial = 1; epochs < budget; ++trial) {
    const Suggestions answer = suggester.ask(1);
    if (answer.items.empty()) {
      break;
    }
    const Suggestion& next = answer.items.front();
    suggester.tell(Issued{.trial = trial, .assignment = next.assignment, .labels = next.labels});
    const auto& curve = table.curve(next.assignment);
    std::size_t epoch = 0;
    while (epoch < curve.size() && suggester.stops().empty()) {
      suggester.tell(Reported{
          .trial = trial, .step = static_cast<std::int64_t>(epoch + 1), .value = curve[epoch]});
      ++epoch;
    }
    epochs += static_cast<double>(epoch);
    const bool whole = epoch == curve.size();
    suggester.tell(
        Finished{.trial = trial,
                 .outcome = whole ? TrialOutcome::succeeded : TrialOutcome::early_stopped,
                 .objectives = {curve[epoch - 1]}});
    if (whole) {
      best = std::min(best, curve.back());
      spent.steps.emplace_back(epochs, best);
    }
  }
  return spent;
}

}  // namespace
}  // namespace diwan::bench

int main(int argc, char** argv) {
  using namespace diwan;
  using namespace diwan::bench;
  if (argc != 5) {
    std::fprintf(stderr, "usage: bench_fidelity TABLE ALGORITHM promote|stop SEEDS\n");
    return 2;
  }
  const Table table(argv[1]);
  const bool promoting = std::string(argv[3]) == "promote";
  const bool plain = std::string(argv[2]) == "random" || std::string(argv[2]) == "tpe" ||
                     std::string(argv[2]) == "multivariate-tpe" || std::string(argv[2]) == "sobol";
  const int seeds = std::atoi(argv[4]);
  const std::vector<double> budgets = {3, 5, 10, 20, 30};
  std::vector<std::vector<double>> found(budgets.size());
  for (int seed = 0; seed < seeds; ++seed) {
    Problem problem = problem_of(table, promoting && !plain, static_cast<std::uint64_t>(seed));
    if (plain) {
      problem.settings.clear();
    }
    const auto suggester = make_suggester(argv[2], problem);
    const double most = budgets.back() * static_cast<double>(table.epochs());
    const Spent spent =
        promoting && !plain ? promote(table, *suggester, most) : stop(table, *suggester, most);
    for (std::size_t i = 0; i < budgets.size(); ++i) {
      found[i].push_back(spent.best_at(budgets[i] * static_cast<double>(table.epochs())));
    }
  }
  std::printf("%s %s %s", argv[1], argv[2], argv[3]);
  for (std::vector<double>& values : found) {
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    std::printf(" %.5g", (values[(n - 1) / 2] + values[n / 2]) / 2);
  }
  std::printf("\n");
  return 0;
}
