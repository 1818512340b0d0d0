// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "driver/core/coordinator.hpp"
#include "tests/for_each_seed.hpp"
#include "tests/simulation/audit.hpp"
#include "tests/simulation/fake_launcher.hpp"
#include "tests/simulation/fake_suggester.hpp"

namespace diwan::simulation {

struct Weather {
  int stormy_ticks = 150;       ///< afterwards all is calm and the experiment must come to its end
  double crash = 0;             ///< chance at every crash point
  std::optional<int> crash_at;  ///< or once, at this one
  bool requests = true;         ///< stops, pauses, cancels, prunes, other budgets and capacities
};

/// One experiment from its first owner to its completion, with everything that can befall it. A
/// crash point lies before and after every record that is written and every command carried out.
class World {
 public:
  World(Dice& dice, Weather weather);

  /// Lives until the experiment is complete and checks everything on the way.
  void run();

  int crash_points() const { return crash_points_; }
  int crashes() const { return crashes_; }
  const Experiment& journaled() const { return journaled_; }

 private:
  struct Crash {};

  bool calm() const { return tick_ >= weather_.stormy_ticks; }
  void start_program();
  void tick();
  void add_requests(std::vector<Stimulus>& stimuli);
  void add_calm_requests(std::vector<Stimulus>& stimuli);
  Budget any_budget();
  void handle(const std::vector<Stimulus>& stimuli);
  void write(const Record& record);
  void carry_out(const Ask& ask);
  void carry_out(const Submit& submit);
  void carry_out(const Cancel& cancel);
  void carry_out(const Finish& finish);
  void crash_point();

  Dice& dice_;
  Weather weather_;
  Rules rules_;
  CoordinatorOptions options_;
  FakeSuggester suggester_;
  FakeLauncher launcher_;
  Audit audit_;
  Experiment journaled_;  ///< what replaying all written records gives
  std::vector<Record> journal_;
  std::optional<Coordinator> coordinator_;  ///< the program, while it lives
  std::optional<Answered> answer_;          ///< on its way
  std::uint64_t epoch_ = 0;
  int tick_ = 0;
  int crash_points_ = 0;
  int crashes_ = 0;
  std::optional<Completion> finished_;
};

}  // namespace diwan::simulation
