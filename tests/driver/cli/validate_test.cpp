// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/driver/cli/program.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using test::run_diwan;

/// The sample's experiment, or one whose trials run this shell script.
class File {
 public:
  explicit File(const std::string& script = "") : path_(scratch_.path() / "e.yaml") {
    std::string text = test::sample_spec();
    if (!script.empty()) {
      text.replace(text.find("        command:"), std::string::npos,
                   "        command: [/bin/sh, run.sh, '${trialParameters.lr}']\n");
      std::ofstream(scratch_.path() / "run.sh") << script;
    }
    std::ofstream(path_) << text;
  }
  std::string path() const { return path_.string(); }
  std::filesystem::path directory() const { return scratch_.path(); }

 private:
  test::ScratchDirectory scratch_;
  std::filesystem::path path_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

TEST(Validate, SaysWhatTheFileMeans) {
  const File file;

  const auto result = run_diwan({"validate", file.path()});

  EXPECT_EQ(result.status, 0) << result.err;
  for (const char* part :
       {"minimize loss to 0.01; also accuracy", "random", "4 trials, 2 at a time",
        "lr         double       0.001 .. 0.1", "batch      categorical  32, 64"}) {
    EXPECT_NE(result.out.find(part), std::string::npos) << part << "\n" << result.out;
  }
}

TEST(Validate, WarnsOfAProgramThatThisHostDoesNotHave) {
  const File file;

  const auto result = run_diwan(
      {"validate", file.path(), "--set",
       "trialTemplate.trialSpec.spec.command=[no-such-program, \"${trialParameters.lr}\"]"});

  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err,
            "diwan: validate: warning: it cannot run on this host: spec.trialTemplate: the command "
            "\"no-such-program\" is not on PATH; install it, or give its path\n");
  EXPECT_EQ(result.out.find("cannot run"), std::string::npos) << result.out;
}

TEST(Validate, ShowsACommandOfSeveralLinesOnOne) {
  const File file;
  std::string text = test::sample_spec();
  text.replace(text.find("        command:"), std::string::npos,
               "        command: [sh, -c, \"echo one\\necho two\", '${trialParameters.lr}']\n");
  std::ofstream(file.path()) << text;

  const auto result = run_diwan({"validate", file.path()});

  EXPECT_NE(result.out.find("command     sh -c 'echo one\\necho two' "), std::string::npos)
      << result.out << result.err;
}

TEST(Validate, ShowsTheFirstCommandsAlikeEachTime) {
  const File file;

  const auto result = run_diwan({"validate", file.path(), "--show", "3"});
  const auto again = run_diwan({"validate", file.path(), "--show", "3"});

  const auto lines = lines_of(result.out);
  ASSERT_GE(lines.size(), 3U);
  for (std::size_t i = lines.size() - 3; i < lines.size(); ++i) {
    EXPECT_TRUE(lines[i].starts_with("/bin/echo --lr=0.0")) << lines[i];
  }
  EXPECT_EQ(again.out, result.out);
}

TEST(Validate, TellsEveryProblemWithItsPlaceAndNothingElse) {
  const test::ScratchDirectory scratch;
  const auto path = (scratch.path() / "bad.yaml").string();
  std::string text = test::sample_spec();
  text.replace(text.find("0.001"), 5, "0.9");
  text.replace(text.find("algorithmName: random"), 21, "algorithmName: randon");
  std::ofstream(path) << text;

  const auto result = run_diwan({"validate", path});

  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  const auto lines = lines_of(result.err);
  ASSERT_EQ(lines.size(), 2U) << result.err;
  for (const std::string& line : lines) {
    EXPECT_TRUE(line.starts_with(path + ":")) << line;
  }
}

TEST(Validate, AppliesSettings) {
  const File file;

  const auto result = run_diwan({"validate", file.path(), "--set", "maxTrialCount=99"});
  const auto bad = run_diwan({"validate", file.path(), "--set", "maxTrialCount"});

  EXPECT_NE(result.out.find("99 trials"), std::string::npos) << result.out;
  EXPECT_EQ(bad.status, 2);
}

TEST(Validate, RefusesWhatIsNoFile) {
  EXPECT_EQ(run_diwan({"validate", "/nowhere.yaml"}).status, 2);
  EXPECT_EQ(run_diwan({"validate", "/tmp"}).status, 2);
}

TEST(ValidateTry, ShowsWhatItsCollectorSaw) {
  const File file("echo loss=0.5\necho accuracy=0.7\n");

  const auto result = run_diwan({"validate", file.path(), "--try"});

  EXPECT_EQ(result.status, 0) << result.out << result.err;
  EXPECT_NE(result.out.find("loss = 0.5"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("safe to run"), std::string::npos) << result.out;
  EXPECT_FALSE(std::filesystem::exists(file.directory() / "e.diwan"));
}

TEST(ValidateTry, ReturnsThreeWhenTheObjectiveWasNotSeen) {
  const File file("echo los=0.5\n");

  const auto result = run_diwan({"validate", file.path(), "--try"});

  EXPECT_EQ(result.status, 3) << result.out << result.err;
  EXPECT_NE(result.out.find("los=0.5"), std::string::npos) << result.out;
}

TEST(ValidateTry, ReturnsFourWhenTheTrialFailed) {
  const File file("echo loss=0.5\necho broken >&2\nexit 3\n");

  const auto result = run_diwan({"validate", file.path(), "--try"});

  EXPECT_EQ(result.status, 4) << result.out << result.err;
  EXPECT_NE(result.out.find("broken"), std::string::npos) << result.out;
}

TEST(ValidateTry, NamesTheLineThatGaveEachValue) {
  const File file(
      "echo epoch 1 loss=0.5\n"
      "echo warning accuracy=0.75 >&2\n"
      "printf 'the last line, without an end, loss=0.25'\n");

  const auto result = run_diwan({"validate", file.path(), "--try"});

  EXPECT_EQ(result.status, 0) << result.out << result.err;
  for (const char* part : {"loss = 0.5 at step 1  by stdout: epoch 1 loss=0.5\n",
                           "accuracy = 0.75 at step 1  by stderr: warning accuracy=0.75\n",
                           "loss = 0.25 at step 2  by stdout: the last line, without an end"}) {
    EXPECT_NE(result.out.find(part), std::string::npos) << part << "\n" << result.out;
  }
}

TEST(ValidateTry, IsNotSafeWhereAnAdditionalMetricNeverCame) {
  const File file("echo loss=0.5\necho acuracy=0.7\n");

  const auto result = run_diwan({"validate", file.path(), "--try"});

  EXPECT_EQ(result.status, 3) << result.out << result.err;
  EXPECT_NE(result.out.find("not safe to run: accuracy was not seen"), std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("numbers stand there by loss, acuracy; read is"), std::string::npos)
      << result.out;
}

TEST(ValidateTry, EndsTheTrialAtItsLimitAndJudgesWhatWasSeen) {
  const File file("echo loss=0.5 accuracy=0.7\nexec sleep 60\n");

  const auto result = run_diwan({"validate", file.path(), "--try", "--try-limit", "1s"});
  const auto bad = run_diwan({"validate", file.path(), "--try", "--try-limit", "soon"});

  EXPECT_EQ(result.status, 0) << result.out << result.err;
  EXPECT_NE(result.out.find("as far as was seen"), std::string::npos) << result.out;
  EXPECT_EQ(bad.status, 2);
}

}  // namespace
}  // namespace diwan
