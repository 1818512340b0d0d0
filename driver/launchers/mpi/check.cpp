// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/check.hpp"

#include <array>
#include <string>

#include <mpi.h>

namespace diwan::mpi {

void check(int code, const char* call) {
  if (code == MPI_SUCCESS) {
    return;
  }
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  if (MPI_Error_string(code, text.data(), &length) != MPI_SUCCESS) {
    length = 0;
  }
  throw MpiError(std::string(call) + ": " +
                 std::string(text.data(), static_cast<std::size_t>(length)) + " (code " +
                 std::to_string(code) + ")");
}

}  // namespace diwan::mpi
