// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Nothing of a trial outlives it, however it hides and whoever dies first.

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/launchers/supervisor/process_tree.hpp"
#include "driver/launchers/supervisor/supervisor_process.hpp"
#include "tests/driver/launchers/supervisor/run_case.hpp"

namespace diwan::test {
namespace {

class Tree : public RunCase {};

/// A daemon: two forks and a session of its own; writes its process id to the file "daemon".
constexpr const char* daemon_line = "(setsid sh -c 'echo $$ >daemon; exec sleep 1000' &) ; ";
/// The same with its origin hidden.
constexpr const char* hidden_daemon_line =
    "(env -i setsid sh -c 'echo $$ >daemon; exec sleep 1000' >/dev/null 2>&1 &) ; ";
constexpr const char* wait_for_daemon = "while [ ! -s daemon ]; do sleep 0.01; done; ";

/// @throws std::runtime_error where it has gone: kill(0) would end whoever runs the tests
pid_t supervisor_of(pid_t leader) {
  const auto process = read_process(leader);
  if (!process || process->parent <= 1) {
    throw std::runtime_error{"process " + std::to_string(leader) + " has no supervisor any more"};
  }
  return process->parent;
}

TEST_F(Tree, ADaemonIsKilledWhenItsLeaderEnds) {
  for (const char* daemon : {daemon_line, hidden_daemon_line}) {
    static std::uint32_t trial = 0;
    start();
    ++trial;

    end_of(shell(trial, std::string{daemon} + wait_for_daemon + "exit 0"));

    EXPECT_EQ(listener_->end(trial).outcome, RunOutcome::succeeded);
    const auto process = read_process(pid_in(attempt(trial) / "daemon"));
    EXPECT_TRUE(!process || process->zombie) << daemon;
  }
}

/// TERM as Slurm sends it to every process of a job, one after the other.
void end_job(pid_t leader, bool trial_first) {
  const pid_t supervisor = supervisor_of(leader);
  kill(trial_first ? leader : supervisor, SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds{20});
  kill(trial_first ? supervisor : leader, SIGTERM);
}

TEST_F(Tree, ATrialThatIsEndedWithItsWholeJobIsLostAndHasNotFailed) {
  std::uint32_t trial = 0;
  for (const char* script : {"echo loss=1; exec sleep 1000",
                             "trap 'exit 3' TERM; echo loss=1; while :; do sleep 0.1; done"}) {
    for (const bool trial_first : {true, false}) {
      start();
      submit(shell(++trial, script));
      ASSERT_TRUE(listener_->until_value(trial));

      end_job(static_cast<pid_t>(listener_->story(trial).started.front().pid), trial_first);

      ASSERT_TRUE(listener_->until_ended(trial));
      EXPECT_EQ(listener_->end(trial).outcome, RunOutcome::lost) << script;
      EXPECT_EQ(listener_->end(trial).cause, LostCause::preempted) << script;
    }
  }
}

TEST_F(Tree, ATrialThatAloneIsEndedByTermHasFailed) {
  start();
  submit(shell(1, "echo loss=1; exec sleep 1000"));
  ASSERT_TRUE(listener_->until_value(1));

  kill(static_cast<pid_t>(listener_->story(1).started.front().pid), SIGTERM);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::failed);
}

TEST_F(Tree, ADaemonOfOneTrialIsLeftAloneByTheEndOfAnother) {
  start();
  submit(shell(1, std::string{daemon_line} + wait_for_daemon + "echo loss=1; exec sleep 1000"));
  ASSERT_TRUE(listener_->until_value(1));

  end_of(shell(2, "exit 0"));

  const auto process = read_process(pid_in(attempt(1) / "daemon"));
  EXPECT_TRUE(process && !process->zombie);
  cancel(1, true);
  EXPECT_TRUE(listener_->until_ended(1));
  EXPECT_TRUE(gone(pid_in(attempt(1) / "daemon")));
}

TEST_F(Tree, CancelReachesEveryProcess) {
  start();
  submit(shell(1, std::string{daemon_line} +
                      "sh -c 'echo $$ >child; trap \"\" TERM; while :; do sleep 0.01; done' & " +
                      "while [ ! -s child ]; do sleep 0.01; done; " + wait_for_daemon +
                      "echo loss=1; wait"));
  ASSERT_TRUE(listener_->until_value(1));

  launcher_->set_grace(std::chrono::milliseconds{50});
  cancel(1);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::stopped);
  EXPECT_TRUE(gone(pid_in(attempt(1) / "child")));
  EXPECT_TRUE(gone(pid_in(attempt(1) / "daemon")));
}

TEST_F(Tree, AChildHasTheGraceToCheckpointThoughItsLeaderHasGone) {
  start();
  submit(shell(1,
               "sh -c 'echo $$ >child; trap \"sleep 0.3; echo saved >saved; exit\" TERM; "
               "while :; do sleep 0.01; done' & "
               "while [ ! -s child ]; do sleep 0.01; done; echo loss=1; trap 'exit 0' TERM; wait"));
  ASSERT_TRUE(listener_->until_value(1));

  cancel(1);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(text_of(attempt(1) / "saved"), "saved\n");
}

TEST_F(Tree, AStoppedTrialStillHearsTerm) {
  start();
  submit(shell(1, "trap 'echo loss=7; exit' TERM; echo loss=1; while :; do sleep 0.01; done"));
  ASSERT_TRUE(listener_->until_value(1));
  kill(static_cast<pid_t>(listener_->story(1).started[0].pid), SIGSTOP);

  cancel(1);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{1, 7}));
}

TEST_F(Tree, TheLastLinesOfATeeAreRead) {
  start();

  end_of(command(1, {"/bin/bash", "-c", "exec > >(sleep 0.05; cat); echo loss=4"}));

  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{4}));
}

TEST_F(Tree, AKilledSupervisorCostsItsRunsAndNothingStays) {
  start();
  submit(shell(1, std::string{daemon_line} + wait_for_daemon + "sleep 1000 & echo loss=1; wait"));
  ASSERT_TRUE(listener_->until_value(1));
  const auto leader = static_cast<pid_t>(listener_->story(1).started[0].pid);

  kill(supervisor_of(leader), SIGKILL);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::lost);
  EXPECT_TRUE(gone(leader));
  EXPECT_TRUE(gone(pid_in(attempt(1) / "daemon")));
  ASSERT_FALSE(listener_->notices().empty());
  EXPECT_NE(listener_->notices()[0].find("ended by signal 9"), std::string::npos);
  EXPECT_EQ(end_of(shell(2, "exit 0")).outcome, RunOutcome::succeeded);
}

TEST_F(Tree, AKilledSupervisorLeavesNoDaemonThatHidItsOrigin) {
  start();
  submit(shell(1, std::string{hidden_daemon_line} + wait_for_daemon + "echo loss=1; sleep 1000"));
  ASSERT_TRUE(listener_->until_value(1));

  kill(supervisor_of(static_cast<pid_t>(listener_->story(1).started[0].pid)), SIGKILL);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_TRUE(gone(pid_in(attempt(1) / "daemon")));
}

TEST_F(Tree, AKilledSupervisorCostsNoChildOfItsClient) {
  start();
  submit(shell(1, "echo loss=1; sleep 1000"));
  ASSERT_TRUE(listener_->until_value(1));
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }

  kill(supervisor_of(static_cast<pid_t>(listener_->story(1).started[0].pid)), SIGKILL);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(kill(child, 0), 0);
  const auto process = read_process(child);
  EXPECT_TRUE(process && !process->zombie);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST_F(Tree, AClientKilledTogetherWithItsSupervisorLeavesNothing) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const std::filesystem::path leader_file = directory_.path() / "leader";
  const pid_t client = fork();
  if (client == 0) {
    start();
    submit(shell(1, std::string{hidden_daemon_line} + wait_for_daemon +
                        "sh -c 'echo $$ >child; exec sleep 1000' & " +
                        "while [ ! -s child ]; do sleep 0.01; done; " +
                        "echo $$ >../../../leader; while :; do sleep 0.01; done"));
    pause();
    _exit(0);
  }
  const pid_t leader = pid_in(leader_file);
  ASSERT_GT(leader, 0);
  const pid_t supervisor = supervisor_of(leader);

  kill(client, SIGKILL);
  kill(supervisor, SIGKILL);
  waitpid(client, nullptr, 0);

  EXPECT_TRUE(gone(leader));
  EXPECT_TRUE(gone(pid_in(attempt(1) / "child")));
  EXPECT_TRUE(gone(pid_in(attempt(1) / "daemon")));
}

TEST_F(Tree, AKilledGuardianCostsNothing) {
  start();
  submit(shell(1, "echo loss=1; while [ ! -e go ]; do sleep 0.01; done"));
  ASSERT_TRUE(listener_->until_value(1));
  const auto supervisor =
      read_process(supervisor_of(static_cast<pid_t>(listener_->story(1).started[0].pid)));
  ASSERT_TRUE(supervisor);
  ASSERT_NE(supervisor->parent, getpid());

  kill(supervisor->parent, SIGKILL);
  touch(attempt(1) / "go");

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::succeeded);
  EXPECT_EQ(end_of(shell(2, "exit 0")).outcome, RunOutcome::succeeded);
  launcher_.reset();
  EXPECT_TRUE(gone(supervisor->pid));
}

TEST_F(Tree, AKilledClientLeavesNothing) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const std::filesystem::path leader_file = directory_.path() / "leader";
  const pid_t client = fork();
  if (client == 0) {
    start();
    submit(shell(1, std::string{"trap '' TERM; "} + daemon_line + wait_for_daemon +
                        "echo $$ >../../../leader; while :; do sleep 0.01; done"));
    pause();
    _exit(0);
  }
  const pid_t leader = pid_in(leader_file);
  ASSERT_GT(leader, 0);
  const pid_t supervisor = supervisor_of(leader);

  kill(client, SIGKILL);
  waitpid(client, nullptr, 0);

  EXPECT_TRUE(gone(leader));
  EXPECT_TRUE(gone(pid_in(attempt(1) / "daemon")));
  EXPECT_TRUE(gone(supervisor));
  EXPECT_NE(text_of(attempt(1) / "exit").find("coordinator_gone"), std::string::npos);
}

TEST_F(Tree, TheSupervisorDoesNotHearTheTerminal) {
  start();
  submit(shell(1, "echo loss=1; while :; do sleep 0.01; done"));
  ASSERT_TRUE(listener_->until_value(1));
  const pid_t supervisor = supervisor_of(static_cast<pid_t>(listener_->story(1).started[0].pid));

  EXPECT_EQ(getsid(supervisor), supervisor);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    kill(supervisor, signal);
  }

  EXPECT_EQ(end_of(shell(2, "exit 0")).outcome, RunOutcome::succeeded);
  EXPECT_TRUE(listener_->story(1).ended.empty());
}

TEST_F(Tree, SweepKillsWhatAnEarlierOwnerLeftAndNothingElse) {
  const auto daemon = [&](const std::filesystem::path& place) {
    const pid_t pid = fork();
    if (pid == 0) {
      // Twice: it must not be a descendant of ours, which sweep() spares.
      if (fork() != 0) {
        _exit(0);
      }
      setsid();
      const std::string variable = "DIWAN_TRIAL_DIR=" + (place / "trials/e-1/attempt-1").native();
      const std::string script = "sleep 1000 & echo $! >" + (place / "child").native() +
                                 "; echo $$ >" + (place / "pid").native() + "; wait";
      execl("/usr/bin/env", "env", variable.c_str(), "/bin/sh", "-c", script.c_str(), nullptr);
      _exit(1);
    }
    waitpid(pid, nullptr, 0);
    return pid_in(place / "pid");
  };
  prctl(PR_SET_CHILD_SUBREAPER, 0);
  const TemporaryDirectory other;
  const pid_t ours = daemon(directory_.path());
  const pid_t theirs = daemon(other.path());

  const std::vector<Swept> swept = sweep(directory_.path());

  EXPECT_TRUE(gone(ours));
  EXPECT_TRUE(gone(pid_in(directory_.path() / "child")));
  EXPECT_TRUE(read_process(theirs));
  EXPECT_TRUE(std::ranges::any_of(swept, [&](const Swept& each) { return each.pid == ours; }));
  EXPECT_TRUE(sweep(directory_.path()).empty());
  kill(-theirs, SIGKILL);
}

TEST_F(Tree, AllButTheStandardStreamsIsClosedInATrial) {
  start();
  submit(shell(1, "echo loss=1; exec sleep 1000"));
  ASSERT_TRUE(listener_->until_value(1));

  end_of(command(2, {"/bin/ls", "/proc/self/fd"}));

  // 3 is the directory that ls itself reads.
  EXPECT_EQ(output(2), "0\n1\n2\n3\n");
}

TEST_F(Tree, ATrialGetsSignalsAsFromAShell) {
  std::signal(SIGPIPE, SIG_IGN);
  start();
  std::signal(SIGPIPE, SIG_DFL);

  // Beyond the first 31 stand signals of the C library's own, which it lets nobody set.
  end_of(shell(1, "sed -nE 's/^Sig(Blk|Ign):.*(.{8})$/0x\\2/p' /proc/self/status"));

  std::istringstream masks{output(1)};
  for (std::uint32_t mask = 1; masks >> std::hex >> mask;) {
    EXPECT_EQ(mask & 0x7fffffffU, 0U);
  }
  EXPECT_EQ(output(1).size(), 22U);
}

}  // namespace
}  // namespace diwan::test
