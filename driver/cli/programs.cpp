// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/programs.hpp"

#include <system_error>

namespace diwan {

namespace fs = std::filesystem;

fs::path this_program() { return fs::read_symlink("/proc/self/exe"); }

fs::path main_program() {
  const fs::path self = this_program();
  const fs::path folder = self.parent_path();
  return folder.parent_path().filename() == "libexec"
             ? folder.parent_path().parent_path() / "bin" / "diwan"
             : self;
}

fs::path helper_program(const char* name) {
  return main_program().parent_path().parent_path() / "libexec" / "diwan" / name;
}

fs::path exec_program() {
  const fs::path program = helper_program("diwan-exec");
  std::error_code unreadable;
  return fs::exists(program, unreadable) ? program : this_program();
}

}  // namespace diwan
