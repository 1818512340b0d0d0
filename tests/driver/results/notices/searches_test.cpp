// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Searches as algorithms make them: of those that are as they should be there is nothing to notice,
// of those in too narrow a space its edge.

#include <algorithm>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "algorithms/registry.hpp"
#include "algorithms/rng.hpp"
#include "tests/driver/results/notices/search.hpp"

namespace diwan {
namespace {

using test::Search;

/// Three parameters that matter, with the best values inside, those of `lr` around 10^-2.5; two
/// that do not.
SearchSpace training_space(double highest_lr) {
  return SearchSpace({Parameter{.name = "lr",
                                .domain = Real{.low = 1e-5,
                                               .high = highest_lr,
                                               .distribution = Distribution::log_uniform}},
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
Search search_by(const std::string& algorithm, std::uint64_t seed, double highest_lr) {
  const SearchSpace space = training_space(highest_lr);
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

/// An algorithm, and with how many seeds: those with a model think longer.
struct Searcher {
  std::string name;
  std::uint64_t seeds = 20;
};
void PrintTo(const Searcher& searcher, std::ostream* out) { *out << searcher.name; }

class NormalSearches : public testing::TestWithParam<Searcher> {};
class NarrowSearches : public testing::TestWithParam<Searcher> {};

/// Random search has plateaus by its nature: among n trials the best is as likely in the first
/// half.
TEST_P(NormalSearches, GiveNoFalseNotice) {
  for (std::uint64_t seed = 1; seed <= GetParam().seeds; ++seed) {
    for (const SearchNotice& notice : search_by(GetParam().name, seed, 1).notices()) {
      EXPECT_EQ(notice.kind, SearchNotice::Kind::plateau) << "seed " << seed << ": " << notice.text;
    }
  }
}

/// The notice is a careful one, so that it is missed now and then where the best three are not all
/// at the bound.
TEST_P(NarrowSearches, FindTheEdgeOfASpaceThatIsTooNarrow) {
  std::uint64_t found = 0;
  for (std::uint64_t seed = 1; seed <= GetParam().seeds; ++seed) {
    for (const SearchNotice& notice : search_by(GetParam().name, seed, 1e-3).notices()) {
      EXPECT_TRUE(notice.kind != SearchNotice::Kind::edge || notice.subject == 0) << notice.text;
      found += notice.kind == SearchNotice::Kind::edge ? 1 : 0;
    }
  }

  EXPECT_GT(2 * found, GetParam().seeds);
}

std::string name_of(const testing::TestParamInfo<Searcher>& info) {
  std::string name = info.param.name;
  std::erase(name, '-');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, NormalSearches,
                         testing::Values(Searcher{"random"}, Searcher{"sobol"}, Searcher{"tpe"},
                                         Searcher{"multivariate-tpe"}, Searcher{"cmaes"},
                                         Searcher{"auto", 5}, Searcher{"bayesianoptimization", 5}),
                         name_of);
// Others have no three trials so near an edge.
INSTANTIATE_TEST_SUITE_P(All, NarrowSearches,
                         testing::Values(Searcher{"auto", 5}, Searcher{"bayesianoptimization", 5}),
                         name_of);

}  // namespace
}  // namespace diwan
