// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <stdexcept>

namespace diwan::mpi {

/// An MPI call that failed: its name and the library's own text.
class MpiError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Returns if `code` is MPI_SUCCESS.
/// @throws MpiError
void check(int code, const char* call);

}  // namespace diwan::mpi
