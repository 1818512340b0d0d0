// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/write_trouble.hpp"

#include <chrono>

namespace diwan::slurm {
namespace {

constexpr std::chrono::seconds retry_pause{2};

}  // namespace

void WriteTrouble::failed(const std::string& what) {
  next_try_ = std::chrono::steady_clock::now() + retry_pause;
  if (is_over()) {
    roster_->note(
        what + "; make room there: what runs goes on, nothing is started, and it is tried again");
  }
  told_.insert(what);
}

void WriteTrouble::went() {
  if (!is_over()) {
    told_.clear();
    roster_->note("it can be written again; going on");
  }
}

}  // namespace diwan::slurm
