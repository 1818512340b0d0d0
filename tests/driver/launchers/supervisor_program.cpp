// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// What `diwan exec --supervisor FD` does, without the rest of diwan.

#include <cstdlib>
#include <string_view>

#include "driver/launchers/supervisor/supervisor.hpp"

int main(int argc, char** argv) {
  if (argc != 4 || std::string_view{argv[1]} != "exec" ||
      std::string_view{argv[2]} != "--supervisor") {
    return 2;
  }
  return diwan::supervisor_main(std::atoi(argv[3]));  // NOLINT(cert-err34-c): from our client
}
