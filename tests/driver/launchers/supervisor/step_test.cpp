// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Runs that are steps, with a script in srun's place that notes what it is asked.

#include <fstream>

#include <gtest/gtest.h>

#include "driver/launchers/supervisor/step_folder.hpp"
#include "tests/driver/launchers/supervisor/run_case.hpp"

namespace diwan::test {
namespace {

using namespace std::chrono_literals;

/// Runs the command in the background. What it reads it takes for a request to end that, as the
/// ranks do; TERM kills it.
constexpr const char* fake_srun = R"(
trap 'echo TERM >> "$0"; kill -KILL $child $reader; exit 1' TERM
"$@" < /dev/null & child=$!
{ read -r line && echo "$line" >> "$0" && kill -TERM $child; } <&0 & reader=$!
wait $child; status=$?
kill $reader 2>/dev/null
exit $status
)";

class Step : public RunCase {
 protected:
  Launch step(const std::string& script) {
    Launch launch = shell(1, script);
    launch.step = {"bash", "-c", fake_srun, requests().native()};
    const StepFolder folder = step_folder(attempt(1));
    make_step_folder(folder, 1, "5 0");
    begin(folder);
    return launch;
  }
  static void begin(const StepFolder& folder) {
    write_step_begin(folder, {.id = "5.2", .nodes = "n1", .gpus = {}, .at = {}});
  }
  std::filesystem::path requests() const { return directory_.path() / "requests"; }
};

TEST_F(Step, ObeysAStopThatSrunPassesOn) {
  start();
  submit(step("trap 'echo saved; exit 0' TERM; echo loss=1; while :; do sleep 0.01; done"));
  ASSERT_TRUE(listener_->until_value(1));

  cancel(1);
  ASSERT_TRUE(listener_->until_ended(1));

  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::stopped);
  EXPECT_EQ(text_of(requests()), "end\n") << "TERM would have srun kill its tasks";
  EXPECT_EQ(output(1), "loss=1\nsaved\n");
}

TEST_F(Step, IsKilledBySrunNotBesideIt) {
  start([](RunSettings& settings) { settings.grace = 50ms; });
  submit(step("trap '' TERM; echo loss=1; while :; do sleep 0.01; done"));
  ASSERT_TRUE(listener_->until_value(1));

  cancel(1);
  ASSERT_TRUE(listener_->until_ended(1));

  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::stopped);
  EXPECT_EQ(text_of(requests()), "end\nTERM\n");
}

TEST_F(Step, ThatWaitsForRoomIsEndedAtOnce) {
  start([](RunSettings& settings) { settings.grace = 60s; });
  submit(step("echo loss=1; sleep 60"));
  ASSERT_TRUE(listener_->until_value(1));
  std::ofstream(step_folder(attempt(1)).began(), std::ios::trunc);

  cancel(1);
  ASSERT_TRUE(listener_->until_ended(1));

  EXPECT_EQ(text_of(requests()), "TERM\n");
}

TEST_F(Step, HasItsTimeLimitFromItsBeginOn) {
  start([](RunSettings& settings) {
    settings.time_limit = 1s;
    settings.grace = 1s;
  });
  const Launch launch =
      step("echo loss=1; env | grep DIWAN_DEADLINE; sleep 1.3; echo loss=0; sleep 60");
  const StepFolder folder = step_folder(attempt(1));
  std::ofstream(folder.began(), std::ios::trunc);
  submit(launch);
  ASSERT_TRUE(listener_->until([&] { return listener_->story(1).values().size() == 2; }))
      << "it waits for room";

  begin(folder);
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(listener_->until_ended(1));

  EXPECT_GE(std::chrono::steady_clock::now() - begun, 1s);
  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::failed);
  EXPECT_EQ(output(1), "loss=1\nloss=0\n") << "the tasks know their deadline";
}

TEST_F(Step, HasNoUsageOfSruns) {
  start();

  const Ended& ended = end_of(step("echo loss=1"));

  EXPECT_EQ(ended.outcome, RunOutcome::succeeded);
  EXPECT_EQ(ended.usage, Usage{});
}

TEST_F(Step, ThatFailedIsJudgedByWhatItsRanksWrote) {
  start();
  Launch launch = step("exit 4");
  std::ofstream(step_folder(attempt(1)).failed()) << "rank 2 on n3: exit status 4";

  const Ended& ended = end_of(launch);

  EXPECT_EQ(ended.outcome, RunOutcome::failed);
  EXPECT_EQ(ended.reason, "rank 2 on n3: exit status 4");
}

}  // namespace
}  // namespace diwan::test
