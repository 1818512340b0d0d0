// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/client.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace diwan::slurm {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Programs of a few lines in the places of diwan-slurm and diwan; they answer every question that
// they read. A number is their question's.
const std::string answers = R"(
while read -r line; do
  number=${line#*'"question":'}; number=${number%%[,\}]*}
  echo "{\"answer\":$number,\"requests\":1,\"submitted\":$job}" >&0
done)";
const std::string ready = R"(echo '{"ready":"test"}' >&0
)";

class SlurmClient : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "scheduler-XXXXXX").native();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    fs::create_directories(folder_ / "bin");
    fs::create_directories(folder_ / "libexec/diwan");
  }
  void TearDown() override {
    client_.reset();
    fs::remove_all(folder_);
  }

  void library(const std::string& script) { write("libexec/diwan/diwan-slurm", script); }
  void tools(const std::string& script) { write("bin/diwan", script); }
  void start(Patience patience = {milliseconds{20000}, milliseconds{20}, milliseconds{50}}) {
    client_ = std::make_unique<Client>(folder_ / "bin/diwan", patience);
  }
  /// The next so many answers, as they come.
  std::vector<Answer> next(std::size_t count) {
    std::vector<Answer> all;
    const auto deadline = steady_clock::now() + std::chrono::seconds{30};
    while (all.size() < count && steady_clock::now() < deadline) {
      pollfd entry{.fd = client_->descriptor(), .events = POLLIN, .revents = 0};
      poll(&entry, 1, 5000);
      const std::vector<Answer> some = client_->answers();
      all.insert(all.end(), some.begin(), some.end());
    }
    EXPECT_EQ(all.size(), count);
    all.resize(count);
    return all;
  }
  std::string text(const char* file) const {
    std::ifstream stream{folder_ / file};
    return {std::istreambuf_iterator<char>{stream}, {}};
  }

  fs::path folder_;
  std::unique_ptr<Client> client_;

 private:
  void write(const char* file, const std::string& script) {
    std::ofstream{folder_ / file} << "#!/bin/bash\ncd " << folder_.native() << "\n" << script;
    fs::permissions(folder_ / file, fs::perms::owner_all);
  }
};

TEST_F(SlurmClient, AsksTheProcessWithLibslurmAndCountsItsRequests) {
  library(ready + "job=5" + answers);
  tools("exit 1");
  start();
  const std::uint64_t first = client_->submit({});
  const std::uint64_t second = client_->submit({});

  EXPECT_EQ(next(2), (std::vector<Answer>{Submitted{first, 5}, Submitted{second, 5}}));
  EXPECT_EQ(client_->requests(), 2U);
  EXPECT_NE(first, second);
}

TEST_F(SlurmClient, UsesTheToolsWhereLibslurmWasNotBuilt) {
  tools(ready + "echo \"$*\" > words; job=6" + answers);
  start();
  const std::uint64_t question = client_->submit({});

  const std::vector<Answer> all = next(2);

  ASSERT_TRUE(std::holds_alternative<Remark>(all[0]));
  EXPECT_NE(std::get<Remark>(all[0]).text.find("DIWAN_WITH_SLURM"), std::string::npos);
  EXPECT_EQ(all[1], Answer(Submitted{question, 6}));
  EXPECT_EQ(text("words"), "exec --scheduler 0\n");
}

TEST_F(SlurmClient, UsesTheToolsForWhatWasAskedWhenLibslurmEndsAtOnce) {
  library("echo 'diwan-slurm: fatal: Unable to process configuration file' >&2; exit 1");
  tools(ready + "job=6" + answers);
  start();
  const std::uint64_t question = client_->submit({});

  const std::vector<Answer> all = next(2);

  ASSERT_TRUE(std::holds_alternative<Remark>(all[0]));
  EXPECT_NE(std::get<Remark>(all[0]).text.find("Unable to process configuration file"),
            std::string::npos);
  EXPECT_EQ(all[1], Answer(Submitted{question, 6}));
}

TEST_F(SlurmClient, UsesTheToolsWhenLibslurmTurnsOutNotToFit) {
  library(ready + R"(read -r line; echo '{"unusable":"Incompatible versions"}' >&0)");
  tools(ready + "job=6" + answers);
  start();
  const std::uint64_t question = client_->submit({});

  const std::vector<Answer> all = next(2);

  ASSERT_TRUE(std::holds_alternative<Remark>(all[0]));
  EXPECT_NE(std::get<Remark>(all[0]).text.find("Incompatible versions"), std::string::npos);
  EXPECT_EQ(all[1], Answer(Submitted{question, 6}));
}

TEST_F(SlurmClient, AnswersForAProcessThatDiesAndStartsAnother) {
  library(ready + "[ -e second ] || { touch second; read -r line; kill -9 $$; }; job=7" + answers);
  start();
  const std::uint64_t lost = client_->submit({});

  const std::vector<Answer> first = next(1);
  const std::uint64_t again = client_->submit({});

  ASSERT_TRUE(std::holds_alternative<Refused>(first[0]));
  EXPECT_EQ(std::get<Refused>(first[0]).question, lost);
  EXPECT_EQ(std::get<Refused>(first[0]).kind, Refused::Kind::away);
  EXPECT_EQ(next(1), (std::vector<Answer>{Submitted{again, 7}}));
}

TEST_F(SlurmClient, UsesTheToolsWhenLibslurmDiesOfEveryQuestion) {
  library(ready + "read -r line; exit 1");
  tools(ready + "job=6" + answers);
  start();

  for (int i = 0; i < 2; ++i) {
    client_->submit({});
    EXPECT_TRUE(std::holds_alternative<Refused>(next(1)[0]));
  }
  client_->submit({});
  const std::vector<Answer> third = next(2);
  client_->submit({});

  EXPECT_TRUE(std::holds_alternative<Refused>(third[0]));
  EXPECT_TRUE(std::holds_alternative<Remark>(third[1]));
  EXPECT_TRUE(std::holds_alternative<Submitted>(next(1)[0]));
}

TEST_F(SlurmClient, KillsAProcessThatDoesNotAnswer) {
  library(ready + "[ -e second ] || { touch second; exec sleep 1000; }; job=7" + answers);
  start({milliseconds{400}, milliseconds{20}, milliseconds{50}});
  client_->submit({});

  const std::vector<Answer> first = next(1);
  const std::uint64_t again = client_->submit({});

  ASSERT_TRUE(std::holds_alternative<Refused>(first[0]));
  EXPECT_EQ(std::get<Refused>(first[0]).kind, Refused::Kind::away);
  EXPECT_EQ(next(1), (std::vector<Answer>{Submitted{again, 7}}));
}

TEST_F(SlurmClient, TakesAProcessThatTalksNonsenseForGone) {
  library(ready +
          "[ -e second ] || { touch second; read -r line; echo nonsense >&0; exec sleep 1000; }; "
          "job=7" +
          answers);
  start();
  client_->submit({});

  const std::vector<Answer> first = next(1);
  const std::uint64_t again = client_->submit({});

  ASSERT_TRUE(std::holds_alternative<Refused>(first[0]));
  EXPECT_EQ(next(1), (std::vector<Answer>{Submitted{again, 7}}));
}

TEST_F(SlurmClient, RefusesWhatCannotBeAsked) {
  library(ready + "job=5" + answers);
  start();
  JobRequest request;
  request.name = "\xE9";
  const std::uint64_t question = client_->submit(request);

  const std::vector<Answer> all = next(1);

  ASSERT_TRUE(std::holds_alternative<Refused>(all[0]));
  EXPECT_EQ(std::get<Refused>(all[0]).question, question);
  EXPECT_EQ(std::get<Refused>(all[0]).kind, Refused::Kind::forbidden);
}

TEST_F(SlurmClient, NeitherWaitsNorLosesWhatTheProcessIsSlowToRead) {
  library(ready + "sleep 0.5; job=5" + answers);
  start();
  JobRequest request;
  request.script = std::string(100000, 'x');
  const auto begin = steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    client_->submit(request);
  }

  EXPECT_LT(steady_clock::now() - begin, milliseconds{400});
  EXPECT_EQ(next(20).size(), 20U);
}

TEST_F(SlurmClient, TakesTheProcessWithItAndKeepsCtrlCFromIt) {
  library(ready + "echo $$ > pid; ps -o sid= -p $$ | tr -d ' ' > session; job=5" + answers);
  start();
  client_->submit({});
  next(1);
  const pid_t process = std::stoi(text("pid"));
  const pid_t session = std::stoi(text("session"));

  client_.reset();

  EXPECT_EQ(session, process);
  EXPECT_EQ(kill(process, 0), -1);
}

TEST_F(SlurmClient, DoesNotLeaveTheProcessBehindWhenItIsKilled) {
  library(ready + "echo $$ > pid.new; mv pid.new pid; exec sleep 1000");
  const pid_t client = fork();
  if (client == 0) {
    start();
    pause();
    _exit(1);
  }
  const auto deadline = steady_clock::now() + std::chrono::seconds{20};
  while (!fs::exists(folder_ / "pid") && steady_clock::now() < deadline) {
    usleep(5000);
  }
  const pid_t process = std::stoi(text("pid"));

  kill(client, SIGKILL);
  waitpid(client, nullptr, 0);

  // It is not ours to wait for: dead, or not yet waited for by who is.
  const auto lives = [&] {
    std::ifstream stat{"/proc/" + std::to_string(process) + "/stat"};
    std::string line;
    std::getline(stat, line);
    const std::size_t name_end = line.rfind(')');
    return name_end != std::string::npos && line.at(name_end + 2) != 'Z';
  };
  while (lives() && steady_clock::now() < deadline) {
    usleep(5000);
  }
  EXPECT_FALSE(lives());
}

}  // namespace
}  // namespace diwan::slurm
