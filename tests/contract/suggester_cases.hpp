// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "algorithms/registry.hpp"

namespace diwan {

/// An algorithm on a space, by so many objectives.
struct SuggesterCase {
  std::string algorithm;
  std::string space;
  std::size_t objectives = 1;
};
std::ostream& operator<<(std::ostream& out, const SuggesterCase& one);

/// Every runnable algorithm on every space that it can search, by one objective and by two.
std::vector<SuggesterCase> suggester_cases();

Problem problem_of(const SuggesterCase& one, std::uint64_t seed = 42);
std::unique_ptr<Suggester> make(const SuggesterCase& one, std::uint64_t seed = 42);

/// Made-up objectives that every parameter moves; failing, NaN and infinite for some trials.
Finished result_of(const Problem& problem, std::uint32_t trial, const Assignment& assignment);

/// Asks one at a time, keeps three running and ends them out of order, and changes the budget now
/// and then: all facts that were told.
std::vector<Fact> play(Suggester& suggester, const Problem& problem, std::size_t trials);

/// The assignments of the facts as hexadecimal floating point, one line a trial.
std::string transcript(const std::vector<Fact>& facts);

}  // namespace diwan
