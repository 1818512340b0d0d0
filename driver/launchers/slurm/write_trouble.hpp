// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <set>
#include <string>
#include <system_error>

#include "driver/launchers/slurm/roster.hpp"

namespace diwan::slurm {

/// Files of the experiment that cannot be written for a while: a disk is full, or a quota used up.
/// The trials go on meanwhile, so that nothing is given up: it is said once, and tried again until
/// it goes.
class WriteTrouble {
 public:
  /// `roster` must outlive this.
  explicit WriteTrouble(Roster& roster) : roster_{&roster} {}

  /// Where something could not be written a moment ago, nothing is written now.
  bool is_time(SteadyTime present) const { return present >= next_try_; }
  bool is_over() const { return told_.empty(); }
  /// Calls what writes. False where that threw std::system_error: to be called again.
  template <class Write>
  bool attempt(Write write) {
    try {
      write();
    } catch (const std::system_error& error) {
      failed(error.what());
      return false;
    }
    return true;
  }
  /// What could not be written is.
  void went();

 private:
  void failed(const std::string& what);

  Roster* roster_;
  SteadyTime next_try_{};
  std::set<std::string> told_;
};

}  // namespace diwan::slurm
