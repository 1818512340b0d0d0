// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/log_tail.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

TEST(LogTail, IsTheLastLinesOfBothLogsMadeHarmless) {
  const test::ScratchDirectory attempt;
  std::ofstream(attempt.path() / "stdout.log") << "one\ntwo\nthree";
  std::ofstream(attempt.path() / "stderr.log") << "\x1b[31mred\n";

  EXPECT_EQ(log_tail(attempt.path(), 2),
            "the end of its stdout.log:\n  two\n  three\n"
            "the end of its stderr.log:\n  ?[31mred\n");
}

TEST(LogTail, AFifoInPlaceOfALogHoldsNobody) {
  const test::ScratchDirectory attempt;
  ASSERT_EQ(mkfifo((attempt.path() / "stdout.log").c_str(), 0600), 0);
  std::ofstream(attempt.path() / "stderr.log") << "two\n";

  EXPECT_EQ(log_tail(attempt.path(), 5), "the end of its stderr.log:\n  two\n");
}

TEST(LogTail, IsEmptyWhereNothingWasPrinted) {
  const test::ScratchDirectory attempt;
  std::ofstream(attempt.path() / "stdout.log") << "";

  EXPECT_EQ(log_tail(attempt.path(), 5), "");
}

}  // namespace
}  // namespace diwan
