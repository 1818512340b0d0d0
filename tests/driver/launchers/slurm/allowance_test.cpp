// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/allowance.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "tests/driver/launchers/slurm/scripted_scheduler.hpp"

namespace diwan::slurm {
namespace {

using namespace std::chrono_literals;

/// Before a Slurm that was asked for its limits, once, and has not answered.
class AllowanceTest : public ::testing::Test {
 protected:
  Refused refused(Refused::Kind kind, const std::string& text) const {
    return {.question = script_.questions, .kind = kind, .text = text, .field = {}};
  }
  /// Slurm does not answer, and is asked again.
  void is_away(SteadyTime present) {
    allowance_.take(refused(Refused::Kind::away, "Unable to contact slurm controller"), present);
    allowance_.ask(present + 2min);
  }

  Script script_;
  ScriptedScheduler scheduler_{script_};
  RunSettings settings_;
  Roster roster_{settings_};
  Allowance allowance_{scheduler_, roster_};
  SteadyTime begin_ = std::chrono::steady_clock::now();
};

TEST_F(AllowanceTest, ASlurmThatIsNotConfiguredHereRefusesAtOnce) {
  for (const char* said :
       {"Unable to process configuration file",
        "scontrol did not end in time: s_p_parse_file: cannot stat file /x/slurm.conf: No such "
        "file or directory, retrying in 1sec up to 60sec",
        "fetch_config: DNS SRV lookup failed; Could not establish a configuration source"}) {
    Allowance allowance{scheduler_, roster_};
    EXPECT_THROW(allowance.take(refused(Refused::Kind::away, said), begin_), LaunchRefused) << said;
  }
}

TEST_F(AllowanceTest, AControllerThatHandsOutTheConfigurationAndIsAwayIsWaitedFor) {
  const std::string said =
      "_fetch_child: failed to fetch remote configs: Unable to contact slurm controller (connect "
      "failure); Could not establish a configuration source";

  EXPECT_NO_THROW(allowance_.take(refused(Refused::Kind::away, said), begin_));

  EXPECT_EQ(allowance_.tasks(begin_), 0U);
}

TEST_F(AllowanceTest, ASlurmThatNeverAnswersIsWaitedForAQuarterOfAnHour) {
  is_away(begin_);
  is_away(begin_ + 14min);
  const std::vector<Notice> said = roster_.take_notices();

  EXPECT_THROW(is_away(begin_ + 15min), LaunchRefused);

  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].text,
            "Slurm does not answer (Unable to contact slurm controller); going on as soon as it "
            "does, or ending where it has not in 15 minutes");
}

TEST_F(AllowanceTest, WhereJobsOfOursMayRunItIsWaitedForAsLongAsItTakes) {
  roster_.add_array(1, {.comment = "diwan 00ff 1", .job = 17, .tasks = 1});
  is_away(begin_);

  EXPECT_NO_THROW(is_away(begin_ + 24h));
}

TEST_F(AllowanceTest, OneThatHasAnsweredIsWaitedForWhateverItSays) {
  allowance_.take(Limits{.question = script_.questions, .version = {}, .max_array_size = 1001});
  allowance_.refused(1, "MaxSubmitJobs", begin_);
  allowance_.ask(begin_ + 2min);

  EXPECT_NO_THROW(allowance_.take(
      refused(Refused::Kind::away, "Unable to process configuration file"), begin_ + 24h));
  EXPECT_EQ(allowance_.hindrance(), "Slurm does not answer (Unable to process configuration file)");
  allowance_.is_back();
  EXPECT_EQ(allowance_.hindrance(), "Slurm takes no more jobs now (MaxSubmitJobs)");
  allowance_.granted();
  EXPECT_EQ(allowance_.hindrance(), "");
}

}  // namespace
}  // namespace diwan::slurm
