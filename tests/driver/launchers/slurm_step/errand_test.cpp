// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/errand.hpp"

#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/driver/launchers/listener.hpp"

namespace diwan::slurm_step {
namespace {

class ErrandTest : public testing::Test {
 protected:
  ErrandTest() : folder_{directory_.path() / "step"} {
    make_step_folder(folder_, 2, "5 0");
    std::ofstream(folder_.hosts()) << "n1 slots=2\nn2 slots=2\n";
  }

  test::TemporaryDirectory directory_;
  StepFolder folder_;
};

TEST_F(ErrandTest, IsRunByTheTaskOnThatNode) {
  Errands other(folder_, 0);
  Errands asked(folder_, 1);
  Spawner spawner;
  int status = -1;
  const std::string line =
      "echo $GREETING 'a b' > " + (directory_.path() / "done").native() + "; exit 7";
  std::thread asking([&] { status = run_errand(folder_, "n2", line); });

  bool ended = false;
  while (!ended) {
    other.look(spawner, 0, {});
    asked.look(spawner, 0, {"GREETING=hello"});
    int wait_status = 0;
    const pid_t pid = waitpid(-1, &wait_status, WNOHANG);
    EXPECT_FALSE(pid > 0 && other.ended(pid, 0));
    ended = pid > 0 && asked.ended(pid, WEXITSTATUS(wait_status));
  }
  asking.join();

  EXPECT_EQ(status, 7);
  EXPECT_EQ(test::text_of(directory_.path() / "done"), "hello a b\n");
}

TEST_F(ErrandTest, ToAHostThatIsNotOfTheTrialFailsAsSshDoes) {
  EXPECT_EQ(run_errand(folder_, "n3", "true"), 255);
}

}  // namespace
}  // namespace diwan::slurm_step
