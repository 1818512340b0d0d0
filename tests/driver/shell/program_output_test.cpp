// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/program_output.hpp"

#include <chrono>
#include <stdexcept>

#include <gtest/gtest.h>

namespace diwan {
namespace {

using namespace std::chrono_literals;

std::string why_it_failed(const std::vector<std::string>& argv,
                          std::chrono::milliseconds patience) {
  try {
    program_output(argv, {}, patience);
  } catch (const std::runtime_error& failure) {
    return failure.what();
  }
  return "it did not";
}

TEST(ProgramOutput, IsWhatItPrintsOnBothStreams) {
  EXPECT_EQ(program_output({"sh", "-c", "echo out; echo err >&2"}, {}, 10s), "out\nerr\n");
}

TEST(ProgramOutput, VariablesReplaceThoseOfOurOwnEnvironment) {
  EXPECT_EQ(program_output({"sh", "-c", "echo $HOME; test -n \"$PATH\""}, {"HOME=/nowhere"}, 10s),
            "/nowhere\n");
}

TEST(ProgramOutput, MayBeLong) {
  EXPECT_EQ(program_output({"sh", "-c", "head -c 300000 /dev/zero"}, {}, 10s).size(), 300000U);
}

TEST(ProgramOutput, TellsHowAProgramFailed) {
  EXPECT_EQ(why_it_failed({"sh", "-c", "echo no such job >&2; exit 3"}, 10s),
            "sh: exit status 3: no such job");
  EXPECT_EQ(why_it_failed({"sh", "-c", "kill -9 $$"}, 10s), "sh: ended by signal 9");
  EXPECT_EQ(why_it_failed({"no-such-program"}, 10s), "no-such-program: No such file or directory");
}

TEST(ProgramOutput, DoesNotWaitForAProgramThatHangs) {
  const auto begin = std::chrono::steady_clock::now();

  EXPECT_EQ(why_it_failed({"sleep", "60"}, 50ms), "sleep: no answer in 50 ms");

  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

}  // namespace
}  // namespace diwan
