// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "algorithms/space/assignment.hpp"

namespace diwan {

/// How a trial ended, as an algorithm sees it.
enum class TrialOutcome { succeeded, early_stopped, failed, metrics_unavailable, killed };

/// Whether a trial that ended so has values of its objectives.
constexpr bool has_result(TrialOutcome outcome) {
  return outcome == TrialOutcome::succeeded || outcome == TrialOutcome::early_stopped;
}

/// Facts, told in journal order. Trials are numbered from 1 in the order they were issued.
struct Issued {
  std::uint32_t trial = 0;
  Assignment assignment;
  Labels labels;
  std::optional<std::uint32_t> parent = std::nullopt;  ///< as the suggestion had it
  bool operator==(const Issued&) const = default;
};
/// An intermediate value of objective number `objective`. The first one of a later attempt replaces
/// the trial's values from its step on.
struct Reported {
  std::uint32_t trial = 0;
  std::uint32_t objective = 0;
  std::int64_t step = 0;
  double value = 0;
  std::uint32_t attempt = 1;
  bool operator==(const Reported&) const = default;
};
/// The end of a trial with one value per objective, by its metric strategy; empty when there is
/// none.
struct Finished {
  std::uint32_t trial = 0;
  TrialOutcome outcome = TrialOutcome::succeeded;
  std::vector<double> objectives;
  bool operator==(const Finished&) const = default;
};
/// A result from elsewhere (history, another experiment); it has no number and is no part of the
/// budget.
struct Known {
  Assignment assignment;
  TrialOutcome outcome = TrialOutcome::succeeded;
  std::vector<double> objectives;
  bool operator==(const Known&) const = default;
};
struct BudgetChanged {
  std::optional<std::uint32_t> max_trials;
  std::uint32_t parallel = 1;
  bool operator==(const BudgetChanged&) const = default;
};
using Fact = std::variant<Issued, Reported, Finished, Known, BudgetChanged>;

struct Suggestion {
  Assignment assignment;
  Labels labels;
  std::optional<std::uint32_t> parent;  ///< trial whose checkpoint this one continues
  bool operator==(const Suggestion&) const = default;
};

/// An answer to ask(). Fewer items than asked and not exhausted: none yet, ask again after the next
/// end of a trial. Exhausted: no further suggestion will ever come.
struct Suggestions {
  std::vector<Suggestion> items;
  bool exhausted = false;
  bool operator==(const Suggestions&) const = default;
};

/// Advice to end a running trial early, and the rule that says so.
struct StopAdvice {
  std::uint32_t trial = 0;
  std::string rule;
  bool operator==(const StopAdvice&) const = default;
};

/// A search algorithm: facts in, suggestions out; no clock, no I/O, no hidden randomness.
///
/// The contract that tests/contract/suggester_test.cpp runs for every algorithm: ask() is const and
/// repeatable, the same tells give the same answer in any process and however often asked in
/// between, and the first n of a larger ask equal n asks of one, each answer told as issued before
/// the next ask. So telling the facts of a journal again rebuilds a suggester. Not thread-safe.
class Suggester {
 public:
  Suggester() = default;
  Suggester(const Suggester&) = delete;
  Suggester(Suggester&&) = delete;
  Suggester& operator=(const Suggester&) = delete;
  Suggester& operator=(Suggester&&) = delete;
  virtual ~Suggester() = default;

  virtual void tell(const Fact& fact) = 0;
  virtual Suggestions ask(std::size_t count) const = 0;
  /// Every running trial that should end now, until its end is told; ascending.
  virtual std::vector<StopAdvice> stops() const { return {}; }
};

}  // namespace diwan
