// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "algorithms/registry.hpp"

namespace diwan {

/// A trial as the tests look at it.
struct RungTrial {
  Assignment assignment;
  std::string bracket;
  std::string rung;
  std::uint32_t parent = 0;  ///< 0: none
};

/// Plays one trial after the other on a space of one parameter x in [0,1] and a resource `epochs`.
class RungPlay {
 public:
  using Result = std::function<Finished(std::uint32_t trial, double x, double epochs)>;

  explicit RungPlay(const std::string& algorithm, const SearchSpace& space = space_of(27))
      : space_(space) {
    const auto most = static_cast<std::int64_t>(space.axis(1).decode(1));
    suggester_ = make_suggester(
        algorithm, {.space = space,
                    .seed = 7,
                    .settings = {{"resource_name", "epochs"}, {"r_l", std::to_string(most)}}});
  }

  static SearchSpace space_of(std::int64_t epochs) {
    return SearchSpace(
        {{"x", Real{.low = 0, .high = 1}}, {"epochs", Integer{.low = 1, .high = epochs}}});
  }

  Suggester& suggester() { return *suggester_; }
  const std::map<std::uint32_t, RungTrial>& trials() const { return trials_; }

  /// Issues what the suggester wants, at most `count`; their numbers.
  std::vector<std::uint32_t> issue(std::size_t count) {
    std::vector<std::uint32_t> numbers;
    for (const Suggestion& next : suggester_->ask(count).items) {
      const auto number = static_cast<std::uint32_t>(trials_.size()) + 1;
      suggester_->tell(Issued{.trial = number,
                              .assignment = next.assignment,
                              .labels = next.labels,
                              .parent = next.parent});
      trials_[number] = {.assignment = next.assignment,
                         .bracket = next.labels.at("bracket"),
                         .rung = next.labels.at("rung"),
                         .parent = next.parent.value_or(0)};
      numbers.push_back(number);
    }
    return numbers;
  }
  /// The first three scouts climb the four levels of 27 epochs, all in the same order.
  void scout() {
    for (int level = 0; level < 4; ++level) {
      for (const std::uint32_t number : issue(3)) {
        end(number, x(number));
      }
    }
  }
  void end(std::uint32_t number, double value) {
    suggester_->tell(Finished{.trial = number, .objectives = {value}});
  }
  void fail(std::uint32_t number) {
    suggester_->tell(Finished{.trial = number, .outcome = TrialOutcome::failed, .objectives = {}});
  }
  double x(std::uint32_t number) const { return trials_.at(number).assignment.values[0]; }
  double epochs(std::uint32_t number) const { return trials_.at(number).assignment.values[1]; }

 private:
  SearchSpace space_;
  std::unique_ptr<Suggester> suggester_;
  std::map<std::uint32_t, RungTrial> trials_;
};

}  // namespace diwan
