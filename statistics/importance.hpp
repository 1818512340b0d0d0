// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "statistics/landscape.hpp"

namespace diwan::statistics {

/// How much of an objective's variance over the search space a parameter makes by itself.
struct Share {
  std::size_t parameter = 0;  ///< index in the search space
  double mean = 0;            ///< over the trees of the forest, 0 to 1
  double deviation = 0;       ///< over the trees
};

/// How much two parameters make together, beyond what each makes by itself.
struct PairShare {
  std::size_t first = 0;  ///< the more important one
  std::size_t second = 0;
  double mean = 0;
  double deviation = 0;
};

/// Functional analysis of variance of a forest [Hutter et al. 2014, An efficient approach for
/// assessing hyperparameter importance].
///
/// Shares are of the whole variance and add up to at most 1; the rest is made by more parameters
/// together, and by noise where trees follow it. They say what matters over the whole space, where
/// most values are bad, and nothing of which value is good. The deviation says how far trees grown
/// from other draws of the results disagree; it is no confidence interval, and what all trees get
/// wrong it does not show: see `explained`.
struct Importance {
  std::vector<Share> parameters;    ///< every one, the most important first
  std::vector<PairShare> pairs;     ///< of the most important parameters, the strongest first
  std::size_t used = 0;             ///< results
  std::size_t left_out = 0;         ///< results that were NaN or infinite
  bool flat = false;                ///< no two results differed: every share is 0
  std::optional<double> explained;  ///< Landscape::explained
};

struct ImportanceOptions {
  std::size_t most_paired = 12;  ///< parameters of which pairs are made
};

/// O(trees * (leaves * (parameters + pairs) + leaves^2)).
Importance importance(const Landscape& landscape, const ImportanceOptions& options = {});

/// How many trials say nothing here, in a sentence; empty where all do. That some fail is usual,
/// and nothing against the importances.
std::string left_out_note(const Importance& importance);

/// Why importances should be taken with care, each in a sentence: fewer than 30 results, a forest
/// that explains little, all results equal. Empty where nothing is against them.
std::vector<std::string> cautions(const Importance& importance);

}  // namespace diwan::statistics
