// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/notices/impossible_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "algorithms/space/shortest.hpp"

namespace diwan {
namespace {

constexpr std::array<std::string_view, 15> share_words = {
    "accuracy",    "acc",  "auc", "auroc",   "auprc", "f1",   "precision",  "recall",
    "sensitivity", "dice", "iou", "jaccard", "top1",  "top5", "specificity"};
/// With one of these it is something else: accuracy_loss, recall_seconds.
constexpr std::array<std::string_view, 6> other_words = {"loss",  "error",   "time",
                                                         "count", "seconds", "ms"};

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (is_letter_or_digit(c)) {
      words.back() += lower(c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  return words;
}

template <std::size_t N>
bool any_in(const std::vector<std::string>& words, const std::array<std::string_view, N>& list) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  });
}

}  // namespace

bool is_share(std::string_view name) {
  const std::vector<std::string> words = words_of(name);
  return any_in(words, share_words) && !any_in(words, other_words);
}

ImpossibleValues::ImpossibleValues(const Rules& rules) {
  for (std::size_t m = 0; m < rules.metrics.size(); ++m) {
    if (is_share(rules.metrics[m].name)) {
      Share& share = shares_.emplace_back();
      share.metric = static_cast<std::uint32_t>(m);
      share.name = rules.metrics[m].name;
    }
  }
}

void ImpossibleValues::take(const Trial& trial) {
  for (Share& share : shares_) {
    const MetricSummary& summary = trial.metrics.at(share.metric);
    if (summary.count == 0 || !std::isfinite(summary.min) || !std::isfinite(summary.max)) {
      continue;
    }
    ++share.trials;
    // A percentage below 1 over a whole curve is rare, and 1 itself is chance among 100 classes.
    share.fractions += summary.max >= 0.3 && summary.max < 0.99 ? 1 : 0;
    if (share.trials == 1 || summary.min < share.lowest) {
      share.lowest = summary.min;
      share.lowest_trial = trial.number;
    }
    if (share.trials == 1 || summary.max > share.highest) {
      share.highest = summary.max;
      share.highest_trial = trial.number;
    }
  }
}

void ImpossibleValues::add_notices(std::vector<SearchNotice>& notices) const {
  for (const Share& share : shares_) {
    constexpr std::uint32_t few = 3;
    const bool below = share.lowest < 0;
    const bool above_percent = share.highest > 100;
    // Above 1 it may be a percentage; not where every trial stays below 2, or where most are
    // fractions.
    const bool above_one =
        share.highest > 1 && share.trials >= few &&
        (share.highest <= 2 || (share.fractions >= few && 4 * share.fractions >= 3 * share.trials));
    if (!below && !above_percent && !above_one) {
      continue;
    }
    const std::uint32_t trial = below ? share.lowest_trial : share.highest_trial;
    notices.push_back(
        {.kind = SearchNotice::Kind::impossible_value,
         .subject = share.metric,
         .text = share.name + " is " + shortest(below ? share.lowest : share.highest) +
                 " in trial #" + std::to_string(trial) + ", " +
                 (below           ? "below 0"
                  : above_percent ? "above 100"
                                  : "above 1") +
                 ": no share can be. Look for a sum that is not divided, or another metric of that "
                 "name (`diwan logs DIR " +
                 std::to_string(trial) + "`)"});
  }
}

}  // namespace diwan
