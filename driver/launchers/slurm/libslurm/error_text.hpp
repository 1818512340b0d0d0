// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

namespace diwan::slurm {

/// What libslurm writes to stderr, where the words of a refusal are ("invalid partition specified:
/// x"): caught, so that they can be passed on with the answer. What was not taken goes to the
/// stderr of before when the process ends, also when libslurm ends it.
class ErrorText {
 public:
  ErrorText();
  ~ErrorText() = default;
  ErrorText(const ErrorText&) = delete;
  ErrorText& operator=(const ErrorText&) = delete;

  /// Since the last call.
  std::string take();
};

}  // namespace diwan::slurm
