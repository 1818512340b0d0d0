// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/smoke_verdict.hpp"

#include <algorithm>

#include "driver/core/counted.hpp"
#include "driver/results/duration_text.hpp"

namespace diwan {
namespace {

std::string entry(std::string_view name, const std::string& what) {
  std::string head(name);
  head.resize(std::max<std::size_t>(head.size() + 1, 10), ' ');
  return head + what + "\n";
}

std::string metric_line(const MetricRule& rule, const SmokeFacts::Metric& metric) {
  if (!metric.usable) {
    std::string why = metric.absence;
    if (why.empty()) {
      why = metric.count == 0 ? "never came" : "every value was nan or infinite";
    }
    return entry(rule.name, why);
  }
  std::string text = counted(metric.count, "value") + ", step " + std::to_string(metric.first_step);
  text += metric.count > 1 ? " to " + std::to_string(metric.last_step) : "";
  text += ", " + std::string(metric.count > 1 ? "the first " : "") + "after " +
          duration_text(metric.first_at);
  text += metric.count > 1 ? ", the last after " + duration_text(metric.last_at) : "";
  return entry(rule.name, text);
}

/// Several values of one metric that all came when the trial was as good as over were written
/// before, and held back. One value may well be computed at the end.
bool held_back(const SmokeFacts& facts) {
  constexpr double shortest_told = 1;
  const double late = 0.9 * facts.seconds;
  return facts.seconds >= shortest_told && !facts.cut_short &&
         std::any_of(
             facts.metrics.begin(), facts.metrics.end(),
             [&](const auto& metric) { return metric.count > 1 && metric.first_at >= late; }) &&
         std::all_of(facts.metrics.begin(), facts.metrics.end(), [&](const auto& metric) {
           return metric.count == 0 || metric.first_at >= late;
         });
}

std::string notes(const Spec& spec, const SmokeFacts& facts) {
  std::string text;
  if (held_back(facts)) {
    text += entry("note",
                  "all values came at the very end: your program buffers its output. Flush it "
                  "after each line (fflush, std::endl, `stdbuf -oL`), or nothing can be watched or "
                  "stopped early");
  }
  if (spec.early_stopping && facts.metrics.front().count == 1) {
    text += entry("note", "one value of " + spec.metrics.front().name +
                              " leaves early stopping nothing to judge; print it at every epoch");
  }
  const auto& limit = spec.trial_template->resources.time_limit;
  if (limit && facts.seconds > 0.8 * static_cast<double>(limit->count())) {
    text += entry("note", "it took " + duration_text(facts.seconds) + " of the " +
                              duration_text(static_cast<double>(limit->count())) +
                              " that timeLimit allows; slower trials will fail");
  }
  return text;
}

/// What the whole budget would take, if every trial were like this one.
std::string budget_line(const Spec& spec, const SmokeFacts& facts) {
  constexpr double trials_without_budget = 100;
  const auto& most = spec.budget.max_trials;
  const double trials = most ? *most : trials_without_budget;
  const double whole = trials * facts.seconds;
  std::string text = (most ? counted(*most, "trial") : "a hundred trials") + " like this one " +
                     (facts.cut_short ? "take more than " : "take ") + duration_text(whole);
  const std::uint32_t parallel = spec.budget.at_a_time();
  if (spec.parallel_given && parallel > 1) {
    text +=
        ", " + duration_text(whole / parallel) + " with " + std::to_string(parallel) + " at a time";
  } else if (!spec.parallel_given) {
    text += " divided by the number of slots";
  }
  text += spec.early_stopping ? ", less what is stopped early" : "";
  return entry("budget", text + "; this one had the host to itself");
}

}  // namespace

SmokeVerdict smoke_verdict(const Spec& spec, const SmokeFacts& facts) {
  SmokeVerdict verdict;
  std::string missing;
  for (std::size_t m = 0; m < spec.metrics.size(); ++m) {
    verdict.text += metric_line(spec.metrics[m], facts.metrics.at(m));
    if (!facts.metrics[m].usable) {
      missing += (missing.empty() ? "" : ", ") + spec.metrics[m].name;
    }
  }
  verdict.text += notes(spec, facts);
  if (!facts.succeeded && !facts.cut_short) {
    verdict.status = ExitStatus::too_many_failures;
    verdict.text += "not safe to run: the trial failed\n";
    return verdict;
  }
  verdict.text += budget_line(spec, facts);
  if (!missing.empty()) {
    verdict.status = ExitStatus::no_usable_trial;
    verdict.text += "not safe to run: " + missing + " was not seen" +
                    (facts.cut_short ? " in that time; give it more by --try-limit" : "") + "\n";
    return verdict;
  }
  verdict.text += facts.cut_short ? "safe to run, as far as was seen\n" : "safe to run\n";
  return verdict;
}

}  // namespace diwan
