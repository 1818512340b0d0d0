// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/control.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "driver/core/experiment.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using Kind = ControlRequest::Kind;
using namespace std::chrono_literals;

ControlRequest request(Kind kind, Time time) {
  ControlRequest made;
  made.kind = kind;
  made.time = time;
  made.trial = 3;
  made.max_trials = 20;
  made.by = "diwan test";
  return made;
}

TEST(Control, ReadsBackEveryKindOfRequestOldestFirst) {
  const test::ScratchDirectory scratch;
  const std::vector<Kind> kinds = {Kind::cancel, Kind::extend, Kind::go_on, Kind::pause,
                                   Kind::stop};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    write_request(scratch.path(), request(kinds[i], Time{10s * (9 - i)}));
  }

  const std::vector<ControlRequest> read = read_requests(scratch.path());

  ASSERT_EQ(read.size(), 5U);
  EXPECT_EQ(read[0].kind, Kind::stop);
  EXPECT_EQ(read[3].kind, Kind::extend);
  EXPECT_EQ(read[3].max_trials, 20U);
  EXPECT_EQ(read[4].kind, Kind::cancel);
  EXPECT_EQ(read[4].trial, 3U);
  EXPECT_EQ(read[4].time, Time{90s});
  EXPECT_EQ(read[4].text, "cancel trial 3 (diwan test)");
}

TEST(Control, PutsFilesThatAreNoRequestsAside) {
  const test::ScratchDirectory scratch;
  const auto file = scratch.path() / "control" / "1.json";
  std::filesystem::create_directory(scratch.path() / "control");
  for (const char* text :
       {"", "{}", "[1]", R"({"kind":"halt"})", R"({"kind":"cancel"})",
        R"({"kind":"extend","maxTrials":0})", R"({"kind":"cancel","trial":-1})"}) {
    std::ofstream(file) << text;

    EXPECT_TRUE(read_requests(scratch.path()).empty()) << text;
    EXPECT_TRUE(std::filesystem::exists(file.string() + ".refused")) << text;
    EXPECT_FALSE(std::filesystem::exists(file)) << text;
  }
}

TEST(Control, HasNoRequestsWithoutADirectory) {
  EXPECT_TRUE(read_requests("/nowhere/at/all").empty());
}

TEST(Control, ExtendChangesNothingButTheTrials) {
  const test::Sample sample;

  const auto stimulus = request(Kind::extend, Time{}).stimulus(sample.experiment());

  const auto& set = std::get<BudgetSet>(stimulus);
  EXPECT_EQ(set.budget.max_trials, 20U);
  EXPECT_EQ(set.budget.parallel, 2U);
  EXPECT_EQ(set.budget.max_failed, 3U);
  EXPECT_EQ(set.origin, "extend");
}

TEST(Control, ForgetsStopsThatWereMeantForAnOwnerBefore) {
  const test::ScratchDirectory scratch;
  write_request(scratch.path(), request(Kind::stop, Time{10s}));
  write_request(scratch.path(), request(Kind::extend, Time{11s}));
  write_request(scratch.path(), request(Kind::pause, Time{30s}));

  discard_stale_requests(scratch.path(), Time{20s});

  const std::vector<ControlRequest> left = read_requests(scratch.path());
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].kind, Kind::extend);
  EXPECT_EQ(left[1].kind, Kind::pause);
}

}  // namespace
}  // namespace diwan
