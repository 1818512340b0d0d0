// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "algorithms/pbt/exploration.hpp"
#include "algorithms/pbt/labels.hpp"
#include "algorithms/registry.hpp"
#include "algorithms/seen.hpp"
#include "algorithms/suggester.hpp"

namespace diwan {

struct PbtOptions {
  std::size_t population = 8;
  double truncation = 0.25;  ///< share of the population that is replaced by copies, 0..0.5
  double resample = 0.25;    ///< chance of a copy to draw a value anew
};

/// Population based training [Jaderberg et al. 2017]: members train side by side, a trial at a
/// time. One that stands among the worst of its generation goes on from the weights of one of the
/// best (Suggestion::parent), with values near that one's; the others go on from their own with
/// their own. The generation of a trial is how many its weights went through before.
///
/// Asynchronous, as the paper's: nobody waits for a generation. A member is judged when it is to go
/// on, among the results that its generation has then; those of an earlier generation, and among
/// them the best, go on first, so that the population stays together and the doubtful are judged
/// last. What is decided depends on the facts told alone.
///
/// Deviation: a member is judged among results of its own generation (the paper: among the latest
/// of all), so that it is not lost for having trained less. The best whom it copies are those of
/// the latest results, however far they are. Deviation: where more is asked for than there are
/// members to go on, the population grows: by new points as long as there is no result, then by
/// copies of the best.
///
/// A member whose trial ended without a result goes on as a copy, where there is one of the best;
/// as a new point before. Known results have no weights to copy: every other new point is the best
/// of them that none has been yet.
///
/// Labels: MemberLabels. A trial without them (spec.initialTrials) is a member of its own.
class Pbt : public Suggester {
 public:
  Pbt(const Problem& problem, const PbtOptions& options);

  void tell(const Fact& fact) override;
  Suggestions ask(std::size_t count) const override;

 private:
  /// A trial that ended with a result.
  struct Rank {
    double value = 0;
    std::uint32_t trial = 0;
    bool operator<(const Rank& other) const {
      return std::tie(value, trial) < std::tie(other.value, other.trial);
    }
  };
  /// The latest result of a member.
  struct Standing {
    Rank rank;
    std::size_t generation = 0;
    Assignment assignment;
  };
  struct Member {
    std::optional<Standing> standing;
    bool running = false;
    bool failed = false;    ///< its last trial ended without a result
    Assignment assignment;  ///< of its last trial
  };
  struct Running {
    std::size_t member = 0;  ///< from 0
    std::size_t generation = 0;
  };
  /// What issuing changes.
  struct Population {
    std::vector<Member> members;
    std::uint64_t issued = 0;
  };
  struct Turn {
    std::size_t member = 0;
    bool copies = false;
  };

  void take(const Issued& issued);
  void take(const Finished& finished);
  void take(const Known& known);
  void take(const Reported& /*reported*/) {}
  void take(const BudgetChanged& /*changed*/) {}

  static Running issue(Population& population, const Labels& labels, const Assignment& assignment);
  bool loses(const Member& member) const;
  std::optional<Turn> turn(const Population& population) const;
  std::vector<const Standing*> winners(const Population& population) const;
  std::optional<Suggestion> next(const Population& population, UnseenWalk::Place& place) const;
  std::optional<Suggestion> founder(std::size_t member, UnseenWalk::Place& place) const;
  Suggestion copy(std::size_t member, const Population& population) const;

  PbtOptions options_;
  std::uint64_t seed_;
  Exploration exploration_;
  UnseenWalk walk_;
  Population population_;
  std::unordered_map<std::uint32_t, Running> running_;
  std::vector<std::vector<Rank>> generations_;  ///< results, best first
  std::set<Rank> known_;                        ///< `trial` is the place in known_assignments_
  std::vector<Assignment> known_assignments_;
  // Lent to ask() to look ahead, and given back as it was.
  mutable Seen founders_;
  mutable UnseenWalk::Place place_;
};

}  // namespace diwan
