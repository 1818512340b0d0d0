// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/told_waits.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "driver/store/owner.hpp"
#include "driver/store/store.hpp"
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
  ToldWaits told{scratch.path(), 1};
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
    ToldWaits told{scratch.path(), 1};
    EXPECT_EQ(read_waits(scratch.path()), std::nullopt);
    told.take(priority);
    told.take({.at = Time{1001s}, .groups = {}});
    EXPECT_EQ(read_waits(scratch.path()), std::nullopt);
    told.take(priority);
  }
  EXPECT_EQ(read_waits(scratch.path()), std::nullopt);
}

TEST(ToldWaits, LeavesTheFileOfAnOwnerThatTookTheDirectoryOver) {
  const test::ScratchDirectory scratch;
  const Waits theirs = later(priority, 1s);
  {
    ToldWaits told{scratch.path(), 1};
    told.take(priority);
    write_owner(scratch.path(), {.identity = this_process(), .epoch = 2});
    write_waits(scratch.path(), theirs);

    told.take(later(priority, 60s));
    told.take({.at = Time{1061s}, .groups = {}});
    EXPECT_EQ(read_waits(scratch.path()), theirs);
  }

  EXPECT_EQ(read_waits(scratch.path()), theirs);
}

TEST(ToldWaits, GoesOnWhereItCannotBeWritten) {
  ToldWaits told{"/nowhere/at/all", 1};

  EXPECT_NO_THROW(told.take(priority));
}

}  // namespace
}  // namespace diwan
