// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "algorithms/early_stopper.hpp"
#include "algorithms/space/direction.hpp"
#include "algorithms/space/search_space.hpp"
#include "algorithms/space/space_conditions.hpp"
#include "algorithms/suggester.hpp"

namespace diwan {

/// Name and text of each setting, as a file gives them.
using Settings = std::vector<std::pair<std::string, std::string>>;

/// All that an algorithm may know before the first fact.
struct Problem {
  SearchSpace space;
  std::vector<Direction> directions = {Direction::minimize};  ///< one per objective
  std::uint64_t seed = 0;  ///< also where settings hold a random_state: the caller chooses
  std::optional<std::uint32_t> max_trials = std::nullopt;
  std::uint32_t parallel = 1;
  Settings settings = {};
  SpaceConditions conditions = {};  ///< over `space`
};

struct SettingInfo {
  std::string name;
  std::string type;           ///< int, float, string, bool or path
  std::string default_value;  ///< empty: required, or chosen from the problem as `help` says
  std::string range;          ///< in words: "0 < x < 1"
  std::string help;
  bool required = false;
};

/// What is wrong with a setting or with the space for this algorithm, and how to mend it.
struct SettingProblem {
  std::optional<std::size_t>
      setting;  ///< index into Settings; nothing: about the problem as a whole
  std::optional<std::size_t> constraint = std::nullopt;  ///< index, where one is to blame
  std::string what;
  std::string mend;
};

struct AlgorithmInfo {
  std::string name;
  std::string summary;  ///< what it does
  std::string source;   ///< paper
  std::string when;     ///< when to take it, in 48 characters at most
  std::string advice;   ///< the same in sentences, with what speaks against it
  /// Mean normalised score after 30, 60 and 100 trials, one at a time (docs/algorithms.md, "Beside
  /// their peers"): 1 at the best known value, 0 where random search is after 100.
  std::optional<std::array<double, 3>> scores = std::nullopt;
  std::vector<SettingInfo> settings;
  bool runnable = false;  ///< false: its settings are checked, but this version cannot run it
  bool early_stopping = false;
  bool learns = false;                  ///< makes more of each trial the fewer run at a time
  bool has_rungs = false;               ///< ends by itself what is not worth going on with
  bool goes_on = false;                 ///< trials go on from earlier ones' checkpoints, always
  bool several_objectives = false;      ///< can search for a Pareto front
  bool conditional_parameters = false;  ///< takes inactive values, and suggests canonical points
  bool constraints = false;             ///< suggests allowed points only
};

/// All algorithms, search first, each in the order that `diwan algorithms` prints.
std::span<const AlgorithmInfo> algorithms();
const AlgorithmInfo* find_algorithm(std::string_view name);

/// Everything that is wrong with running `algorithm` on `problem`: unknown settings (with the
/// nearest known name), texts that are no such number, values out of range, a space it cannot
/// search, conditions it cannot keep, constraints that nothing keeps.
std::vector<SettingProblem> check(const AlgorithmInfo& algorithm, const Problem& problem);

/// A suggester for `problem`. It takes objectives in their own direction: signs, and results that
/// are not finite (taken as failed), and known results of another space, are dealt with here, so
/// that algorithms minimise finite numbers over canonical assignments.
/// @throws std::invalid_argument with the first of check().
std::unique_ptr<Suggester> make_suggester(std::string_view name, const Problem& problem);

/// An early stopper for `problem`, whose settings are the stopper's own. It takes objectives in
/// their own direction too; values that are not finite are no reports.
/// @throws std::invalid_argument with the first of check().
std::unique_ptr<EarlyStopper> make_early_stopper(std::string_view name, const Problem& problem);

}  // namespace diwan
