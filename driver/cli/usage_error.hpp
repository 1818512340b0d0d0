// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <stdexcept>

namespace diwan {

/// The program was used wrongly or given what it cannot use; what() says where, what and how to
/// mend. Exit status 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace diwan
