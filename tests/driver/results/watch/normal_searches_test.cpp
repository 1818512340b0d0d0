// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Searches as they should be, of several algorithms: there is nothing to notice.

#include <algorithm>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "algorithms/registry.hpp"
#include "algorithms/rng.hpp"
#include "tests/driver/results/watch/search.hpp"

namespace diwan {
namespace {

using test::Search;

/// Three parameters that matter, with the best values inside; two that do not.
SearchSpace training_space() {
  return SearchSpace(
      {Parameter{.name = "lr",
                 .domain = Real{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform}},
       Parameter{.name = "dropout", .domain = Real{.low = 0, .high = 0.9}},
       Parameter{.name = "layers", .domain = Integer{.low = 1, .high = 12}},
       Parameter{.name = "idle", .domain = Real{.low = 0, .high = 1}},
       Parameter{.name = "idle_too", .domain = Integer{.low = 0, .high = 9}}});
}

/// What a training of so good an assignment converges to, with the noise of its seed.
double final_accuracy(const std::vector<double>& values, Draw& draw) {
  const double lr = std::log10(values[0]) + 2.5;
  const double dropout = values[1] - 0.3;
  const double layers = (values[2] - 6) / 6;
  return 0.95 * std::exp(-0.2 * lr * lr - dropout * dropout - 0.3 * layers * layers) +
         0.002 * draw.normal();
}

/// A search of 100 trials of ten epochs, two at a time.
Search search_by(const std::string& algorithm, std::uint64_t seed) {
  const SearchSpace space = training_space();
  const auto suggester = make_suggester(algorithm, {.space = space,
                                                    .directions = {Direction::maximize},
                                                    .seed = seed,
                                                    .max_trials = 100,
                                                    .parallel = 2});
  Search search(space, Direction::maximize, "accuracy");
  Draw draw(seed, 99);
  for (std::uint32_t number = 1; number <= 100; ++number) {
    const Suggestions answer = suggester->ask(1);
    if (answer.items.empty()) {
      break;
    }
    const Assignment& assignment = answer.items.front().assignment;
    suggester->tell(Issued{.trial = number, .assignment = assignment, .labels = {}});
    const double accuracy = final_accuracy(assignment.values, draw);
    std::vector<double> curve;
    for (int epoch = 1; epoch <= 10; ++epoch) {
      curve.push_back(accuracy * (1 - std::exp(-0.5 * epoch)));
    }
    search.trial(assignment.values, curve);
    suggester->tell(Finished{.trial = number,
                             .outcome = TrialOutcome::succeeded,
                             .objectives = {*std::max_element(curve.begin(), curve.end())}});
  }
  return search;
}

class NormalSearches : public testing::TestWithParam<std::string> {};

/// Random search has plateaus by its nature: among n trials the best is as likely in the first
/// half.
TEST_P(NormalSearches, GiveNoFalseNotice) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const SearchNotice& notice : search_by(GetParam(), seed).notices()) {
      EXPECT_EQ(notice.kind, SearchNotice::Kind::plateau) << "seed " << seed << ": " << notice.text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, NormalSearches,
                         testing::Values("random", "sobol", "tpe", "multivariate-tpe", "cmaes"),
                         [](const auto& algorithm) {
                           std::string name = algorithm.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace diwan
