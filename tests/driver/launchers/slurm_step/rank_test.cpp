// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/rank.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <initializer_list>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/launchers/supervisor/process_tree.hpp"
#include "driver/launchers/supervisor/step_folder.hpp"
#include "tests/driver/launchers/listener.hpp"

namespace diwan::slurm_step {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Says when it has begun, and saves its work for a while when told to end.
constexpr const char* saver =
    "trap 'sleep 0.7; echo saved >> $DIWAN_NOTES; exit 1' TERM INT HUP QUIT USR2 XCPU; "
    "echo begun >> $DIWAN_NOTES; while :; do sleep 0.02; done";

/// A task of a step of two nodes, in a process of its own with a pipe for srun's input.
class RankTest : public testing::Test {
 protected:
  RankTest() { make_step_folder(folder_, 2, "5 0"); }
  ~RankTest() override {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    if (input_ >= 0) {
      close(input_);
    }
  }

  RankOrder command(const std::string& script) const {
    RankOrder order;
    order.folder = folder_.path;
    order.kind = "Command";
    order.directory = directory_.path();
    order.program = "/proc/self/exe";
    order.command = {"sh", "-c", script};
    return order;
  }

  void start(const RankOrder& order, std::uint32_t rank) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    pid_ = fork();
    if (pid_ == 0) {
      close(ends[1]);
      dup2(ends[0], STDIN_FILENO);
      const std::string number = std::to_string(rank);
      for (const auto& [name, value] : std::initializer_list<std::pair<const char*, std::string>>{
               {"SLURM_JOB_ID", "5"},
               {"SLURM_STEP_ID", "2"},
               {"SLURM_PROCID", number},
               {"SLURM_NODEID", number},
               {"SLURM_LOCALID", "0"},
               {"SLURM_STEP_NUM_TASKS", "2"},
               {"SLURM_STEP_NODELIST", "n[1-2]"},
               {"SLURM_STEP_TASKS_PER_NODE", "1(x2)"},
               {"CUDA_VISIBLE_DEVICES", "0,1"},
               {"DIWAN_NOTES", notes_.native()}}) {
        setenv(name, value.c_str(), 1);
      }
      _exit(rank_main(order));
    }
    close(ends[0]);
    input_ = ends[1];
  }

  void await(const fs::path& file, const std::string& text) const {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (test::text_of(file).find(text) == std::string::npos) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << file << " never had " << text;
      std::this_thread::sleep_for(5ms);
    }
  }

  fs::path script(const std::string& text) const {
    fs::path file = directory_.path() / "script";
    std::ofstream(file) << text;
    return file;
  }

  /// As Slurm does: to all processes of the step.
  void signal_all(int signal) const {
    const std::vector<Process> all =
        trees(list_processes(), [&](const Process& each) { return each.pid == pid_; });
    for (const Process& process : all) {
      send_signal(process, signal);
    }
  }

  void ask_to_end() const { ASSERT_EQ(write(input_, "end\n", 4), 4); }

  int end() {
    int status = -1;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

  test::TemporaryDirectory directory_;
  StepFolder folder_{directory_.path() / "step"};
  fs::path notes_ = directory_.path() / "notes";
  pid_t pid_ = -1;
  int input_ = -1;
};

class Told : public RankTest, public testing::WithParamInterface<int> {};

TEST_P(Told, ByAnySignalOfSlurmsIsNoFailure) {
  start(command(saver), 0);
  await(notes_, "begun");

  signal_all(GetParam());

  EXPECT_EQ(end(), 0);
  EXPECT_EQ(test::text_of(notes_), "begun\nsaved\n");
  EXPECT_NE(test::text_of(folder_.told()), "");
  EXPECT_EQ(test::text_of(folder_.unfinished()), "rank 0 on n1: exit status 1");
  EXPECT_EQ(test::text_of(folder_.failed()), "");
}

INSTANTIATE_TEST_SUITE_P(Signals, Told,
                         testing::Values(SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR2, SIGXCPU));

TEST_F(RankTest, ThatServesLetsWhatItStartedSaveItsWork) {
  for (const bool by_slurm : {false, true}) {
    make_step_folder(folder_, 2, "5 0");
    fs::remove(notes_);
    RankOrder order = command("true");
    order.kind = "MPIJob";
    order.slots = 2;
    start(order, 1);
    std::ofstream(folder_.asked(1), std::ios::app)
        << R"({"id":"a","run":"sh )" << script(saver).native() << "\"}\n";
    await(notes_, "begun");

    if (by_slurm) {
      signal_all(SIGTERM);
    } else {
      ask_to_end();
    }
    std::ofstream(folder_.done()) << "done\n";  // rank 0's program does not wait for them

    EXPECT_EQ(end(), 0);
    EXPECT_EQ(test::text_of(notes_), "begun\nsaved\n") << by_slurm;
    EXPECT_NE(test::text_of(folder_.answered(1)), "");
  }
}

TEST_F(RankTest, ThatServesLetsThemSaveWhenSlurmTellsItLast) {
  for (const bool others_told : {false, true}) {
    make_step_folder(folder_, 2, "5 0");
    fs::remove(notes_);
    RankOrder order = command("true");
    order.kind = "MPIJob";
    order.slots = 2;
    start(order, 1);
    std::ofstream(folder_.asked(1), std::ios::app)
        << R"({"id":"a","run":"sh )" << script(saver).native() << "\"}\n";
    await(notes_, "begun");

    if (others_told) {
      std::ofstream(folder_.told()) << "by rank 0\n";
    }
    std::ofstream(folder_.done()) << "done\n";
    std::this_thread::sleep_for(others_told ? 1000ms : 250ms);
    signal_all(SIGTERM);

    EXPECT_EQ(end(), 0);
    EXPECT_EQ(test::text_of(notes_), "begun\nsaved\n") << others_told;
  }
}

TEST_F(RankTest, LetsProcessesSaveThatOutliveTheCommand) {
  start(command("sh " + script(saver).native() + " & wait"), 0);
  await(notes_, "begun");

  ask_to_end();

  EXPECT_EQ(end(), 0);
  EXPECT_EQ(test::text_of(notes_), "begun\nsaved\n");
}

TEST_F(RankTest, EndsWhatStaysOnceNobodyIsThereToWait) {
  start(command("trap '' TERM; echo begun >> $DIWAN_NOTES; while :; do sleep 0.02; done"), 0);
  await(notes_, "begun");

  close(std::exchange(input_, -1));

  EXPECT_EQ(end(), 0);
}

TEST_F(RankTest, SaysThatItBeganWithTheGpusOfTheTrialAlone) {
  const auto before = std::chrono::system_clock::now() - 1s;
  start(command("true"), 0);
  EXPECT_EQ(end(), 0);
  const StepBegin begun = read_step_begin(folder_);
  EXPECT_EQ(begun.id, "5.2");
  EXPECT_EQ(begun.gpus, "") << "those of the node";
  EXPECT_GE(begun.at, before);

  RankOrder with_gpus = command("true");
  with_gpus.gpus = true;
  start(with_gpus, 0);
  EXPECT_EQ(end(), 0);
  EXPECT_EQ(read_step_begin(folder_).gpus, "0,1");
}

TEST_F(RankTest, HasItsTimeLimitFromItsBeginOn) {
  RankOrder order = command("echo $DIWAN_DEADLINE >> $DIWAN_NOTES");
  order.time_limit = 100s;
  const std::time_t before = std::time(nullptr);
  start(order, 0);

  EXPECT_EQ(end(), 0);
  const long deadline = std::stol(test::text_of(notes_));
  EXPECT_GE(deadline, before + 100);
  EXPECT_LE(deadline, std::time(nullptr) + 101);
}

}  // namespace
}  // namespace diwan::slurm_step
