// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/nas/enas.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "made_up_task.hpp"

namespace diwan::nas {
namespace {

TEST(Enas, MindsNeitherTheScaleOfTheObjectiveNorOutliers) {
  const Problem problem = problem_with(4, 3, 5);
  const auto plain = make_suggester("enas", problem);
  const auto scaled = make_suggester("enas", problem);
  const Task task(4, 3, true, 2);
  for (std::uint32_t trial = 1; trial <= 40; ++trial) {
    const Assignment assignment = plain->ask(1).items.at(0).assignment;
    const double value = task(architecture_of(assignment));
    for (const auto& [suggester, result] :
         {std::pair(plain.get(), value), std::pair(scaled.get(), 1e-9 * value + 1e3)}) {
      suggester->tell(Issued{.trial = trial, .assignment = assignment, .labels = {}});
      suggester->tell(Finished{.trial = trial, .objectives = {result}});
    }
  }

  EXPECT_EQ(plain->ask(8), scaled->ask(8));
}

TEST(Enas, LearnsFromKnownResultsAndDoesNotRepeatThem) {
  const Problem problem = problem_with(3, 2, 1);
  const auto told = make_suggester("enas", problem);
  const auto untold = make_suggester("enas", problem);
  const std::vector<Suggestion> known = make_suggester("random", problem)->ask(60).items;

  double value = 0;
  for (const Suggestion& suggestion : known) {
    value += 1;
    told->tell(Known{.assignment = suggestion.assignment, .objectives = {value}});
  }

  const std::vector<Suggestion> rest = told->ask(64).items;
  EXPECT_EQ(rest.size(), 4U);
  for (const Suggestion& suggestion : rest) {
    EXPECT_EQ(std::ranges::count(known, suggestion), 0);
  }
  EXPECT_EQ(untold->ask(65).items.size(), 64U);
}

TEST(Enas, TakesTheSettingsOfItsController) {
  const Settings settings = {
      {"controller_hidden_size", "7"},    {"controller_temperature", "None"},
      {"controller_tanh_const", "3"},     {"controller_entropy_weight", "None"},
      {"controller_skip_weight", "None"}, {"controller_learning_rate", "0.2"},
      {"controller_skip_target", "0.7"},  {"controller_train_steps", "9"},
      {"controller_baseline_decay", "1"}};

  const EnasOptions options = enas_options(settings);

  EXPECT_EQ(options.controller.hidden, 7U);
  EXPECT_EQ(options.controller.squash.temperature, 1);
  EXPECT_EQ(options.controller.squash.tanh_const, 3);
  EXPECT_EQ(options.controller.entropy_weight, 0);
  EXPECT_EQ(options.controller.skip_weight, 0);
  EXPECT_EQ(options.controller.learning_rate, 0.2);
  EXPECT_EQ(options.controller.skip_target, 0.7);
  EXPECT_EQ(options.train_steps, 9U);
  EXPECT_EQ(options.baseline_decay, 1);
  EXPECT_EQ(enas_options({{"controller_tanh_const", "None"}}).controller.squash.tanh_const,
            std::nullopt);
}

TEST(Enas, HasTheDefaultsThatItsSettingsShow) {
  Settings shown;
  for (const SettingInfo& info : find_algorithm("enas")->settings) {
    shown.emplace_back(info.name, info.default_value);
  }

  const EnasOptions by_default = enas_options({});
  const EnasOptions as_shown = enas_options(shown);

  EXPECT_EQ(by_default.controller.hidden, as_shown.controller.hidden);
  EXPECT_EQ(by_default.controller.squash.temperature, as_shown.controller.squash.temperature);
  EXPECT_EQ(by_default.controller.squash.tanh_const, as_shown.controller.squash.tanh_const);
  EXPECT_EQ(by_default.controller.learning_rate, as_shown.controller.learning_rate);
  EXPECT_EQ(by_default.controller.entropy_weight, as_shown.controller.entropy_weight);
  EXPECT_EQ(by_default.controller.skip_target, as_shown.controller.skip_target);
  EXPECT_EQ(by_default.controller.skip_weight, as_shown.controller.skip_weight);
  EXPECT_EQ(by_default.baseline_decay, as_shown.baseline_decay);
  EXPECT_EQ(by_default.train_steps, as_shown.train_steps);
}

}  // namespace
}  // namespace diwan::nas
