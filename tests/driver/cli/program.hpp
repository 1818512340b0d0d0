// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace diwan::test {

/// What one run of the real program gave.
struct ProgramResult {
  int status = -1;
  std::string out;
  std::string err;
};

struct ProgramInput {
  std::string in;
  std::filesystem::path directory;  ///< current directory; empty: the test's own
  std::vector<std::pair<std::string, std::string>> env;
};

/// Runs bin/diwan with these arguments and waits for its end.
ProgramResult run_diwan(const std::vector<std::string>& arguments, const ProgramInput& input = {});
ProgramResult run_diwan(const std::vector<std::string>& arguments, const std::string& in);

}  // namespace diwan::test
