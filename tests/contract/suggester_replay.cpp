// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <cstdlib>
#include <iostream>

#include "suggester_cases.hpp"

/// usage: suggester_replay ALGORITHM SPACE OBJECTIVES TRIALS: plays a case and prints its
/// transcript.
int main(int argc, char** argv) {
  if (argc != 5) {
    return 2;
  }
  const diwan::SuggesterCase one{
      .algorithm = argv[1], .space = argv[2], .objectives = std::strtoul(argv[3], nullptr, 10)};
  const auto suggester = diwan::make(one);
  const auto trials = static_cast<std::size_t>(std::strtoul(argv[4], nullptr, 10));
  std::cout << diwan::transcript(diwan::play(*suggester, diwan::problem_of(one), trials));
  return 0;
}
