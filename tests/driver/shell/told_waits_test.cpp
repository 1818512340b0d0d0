// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/told_waits.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "driver/store/waits_file.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using namespace std::chrono_literals;

const Waits priority{.at = Time{1000s},
                     .groups = {{.reason = "Slurm: Priority", .trials = {1, 2}}}};

Waits later(Waits waits, std::chrono::seconds by) {
  waits.at += by;
  return waits;
}

TEST(ToldWaits, WritesWhatIsNewAndTheSameOnlyAfterAWhile) {
  const test::ScratchDirectory scratch;
  ToldWaits told{scratch.path()};
  told.take(priority);
  EXPECT_EQ(read_waits(scratch.path()), priority);

  told.take(later(priority, 29s));
  EXPECT_EQ(read_waits(scratch.path()), priority);
  told.take(later(priority, 30s));
  EXPECT_EQ(read_waits(scratch.path()), later(priority, 30s));

  Waits other = later(priority, 31s);
  other.groups[0].trials = {2};
  told.take(other);
  EXPECT_EQ(read_waits(scratch.path()), other);
}

TEST(ToldWaits, LeavesNothingWhereNothingWaitsOrTheRunEnds) {
  const test::ScratchDirectory scratch;
  write_waits(scratch.path(), priority);  // by a run that was killed
  {
    ToldWaits told{scratch.path()};
    EXPECT_EQ(read_waits(scratch.path()), std::nullopt);
    told.take(priority);
    told.take({.at = Time{1001s}, .groups = {}});
    EXPECT_EQ(read_waits(scratch.path()), std::nullopt);
    told.take(priority);
  }
  EXPECT_EQ(read_waits(scratch.path()), std::nullopt);
}

TEST(ToldWaits, GoesOnWhereItCannotBeWritten) {
  ToldWaits told{"/nowhere/at/all"};

  EXPECT_NO_THROW(told.take(priority));
}

}  // namespace
}  // namespace diwan
