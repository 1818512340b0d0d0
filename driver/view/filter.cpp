// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/view/filter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "driver/results/row.hpp"
#include "driver/view/words.hpp"

namespace diwan::view {
namespace {

/// A word as a comparison, `lr<0.01`.
struct Comparison {
  std::string_view name;
  std::string_view sign;  ///< < <= = >= >
  std::string_view value;
};

std::optional<Comparison> comparison_in(std::string_view word) {
  const std::size_t at = word.find_first_of("<>=");
  if (at == 0 || at == std::string_view::npos) {
    return std::nullopt;
  }
  const std::size_t signs = word[at] != '=' && word.substr(at + 1).starts_with('=') ? 2 : 1;
  return Comparison{word.substr(0, at), word.substr(at, signs), word.substr(at + signs)};
}

std::optional<double> number_in(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  return !copy.empty() && *end == '\0' && !std::isnan(value) ? std::optional(value) : std::nullopt;
}

/// What a name stands for in a trial: as text, and as a number where it is one.
struct Meant {
  std::string text;
  std::optional<double> number;
  std::string also;  ///< another word for it
};

Meant number_meant(double value) { return {shortest(value), value, ""}; }

Meant status_meant(const Trial& trial) {
  return {std::string(status_word(trial)), std::nullopt, to_string(trial.status)};
}

std::optional<Meant> meant_by(std::string_view name, const Loaded& loaded, const Trial& trial) {
  const auto& parameters = loaded.spec.space.parameters();
  for (std::size_t p = 0; p < parameters.size() && p < trial.assignment.values.size(); ++p) {
    if (lowered(parameters[p].name) == name) {
      const double value = trial.assignment.values[p];
      const std::string text = std::isnan(value) ? "" : loaded.spec.space.text(p, value);
      return Meant{text, number_in(text), ""};
    }
  }
  const auto& metrics = loaded.experiment.rules().metrics;
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    if (lowered(metrics[m].name) == name) {
      const auto value = metric_of(loaded.experiment, trial, m);
      return value ? number_meant(*value) : Meant{};
    }
  }
  if (name == "time") {
    return trial.start ? number_meant(seconds_of(loaded, trial)) : Meant{};
  }
  if (name == "number") {
    return number_meant(trial.number);
  }
  if (name == "status") {
    return status_meant(trial);
  }
  if (name == "host") {
    return Meant{trial.host, std::nullopt, ""};
  }
  return std::nullopt;
}

bool is_called(const Meant& meant, std::string_view word) {
  return lowered(meant.text) == word || (!meant.also.empty() && lowered(meant.also) == word);
}

bool holds(const Comparison& comparison, const Meant& meant) {
  const std::optional<double> wanted = number_in(comparison.value);
  if (comparison.sign == "=") {
    return wanted && meant.number ? *meant.number == *wanted : is_called(meant, comparison.value);
  }
  if (!wanted || !meant.number) {
    return false;
  }
  const bool below = comparison.sign.front() == '<';
  const bool equal = comparison.sign.size() == 2 && *meant.number == *wanted;
  return equal || (below ? *meant.number < *wanted : *meant.number > *wanted);
}

/// A status by itself is nothing else: a reason may speak of "running averages".
bool is_status(std::string_view word) {
  constexpr std::array<std::string_view, 9> statuses = {
      "pending",   "waiting", "running",      "cancelling",
      "succeeded", "failed",  "earlystopped", "metricsunavailable",
      "killed"};
  return std::ranges::find(statuses, word) != statuses.end();
}

/// All that is said of a trial, in lower case.
std::string text_of(const Loaded& loaded, const Trial& trial) {
  return lowered("#" + std::to_string(trial.number) + " " + trial.name + " " +
                 std::string(status_word(trial)) + " " + to_string(trial.status) + " " +
                 trial.host + " " + reason_of(trial) + " " +
                 assignment_text(loaded.spec, trial.assignment, Digits::exact));
}

}  // namespace

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return lower;
}

Filter::Filter(std::string_view text) {
  std::istringstream words{lowered(text)};
  for (std::string word; words >> word;) {
    words_.push_back(word);
  }
}

bool Filter::admits(const Loaded& loaded, const Trial& trial) const {
  std::string text;
  return std::ranges::all_of(words_, [&](const std::string& word) {
    if (const auto comparison = comparison_in(word)) {
      if (const auto meant = meant_by(comparison->name, loaded, trial)) {
        return holds(*comparison, *meant);
      }
    }
    if (is_status(word)) {
      return is_called(status_meant(trial), word);
    }
    text = text.empty() ? text_of(loaded, trial) : text;
    return text.find(word) != std::string::npos;
  });
}

}  // namespace diwan::view
