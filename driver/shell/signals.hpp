// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <vector>

namespace diwan {

/// Collects TERM, INT, HUP, USR1, USR2 and CONT for the loop to read; there is one of it at a time.
class Signals {
 public:
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  /// Signal numbers since the last call, in order of arrival.
  std::vector<int> take();
  /// Readable when take() has something.
  int wake_descriptor() const;
};

}  // namespace diwan
