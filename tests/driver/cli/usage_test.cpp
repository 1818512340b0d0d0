// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/driver/cli/program.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using test::run_diwan;

/// Exactly one line, which begins as every complaint does.
void expect_complaint(const test::ProgramResult& result, const std::string& part) {
  EXPECT_EQ(result.status, 2) << result.err;
  EXPECT_TRUE(result.err.starts_with("diwan: ")) << result.err;
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_NE(result.err.find(part), std::string::npos) << result.err;
  EXPECT_EQ(result.out, "");
}

TEST(Usage, OverviewNamesEveryCommandThatIsNotInternal) {
  EXPECT_EQ(run_diwan({"help", "run"}).out, run_diwan({"run", "--help"}).out);
  const auto result = run_diwan({"--help"});

  EXPECT_EQ(result.status, 0);
  for (const char* name :
       {"validate", "status", "trials", "metrics", "best", "logs", "journal", "stop", "pause",
        "extend", "cancel", "suggest", "collect", "report-metric", "algorithms"}) {
    EXPECT_NE(result.out.find(std::string("\n  ") + name), std::string::npos) << name;
  }
  EXPECT_EQ(result.out.find("\n  exec"), std::string::npos);
}

TEST(Usage, EveryCommandExplainsItself) {
  for (const char* name :
       {"validate", "status", "trials", "metrics", "best", "logs", "journal", "stop", "pause",
        "extend", "cancel", "suggest", "collect", "report-metric", "algorithms", "exec"}) {
    for (const char* option : {"--help", "-h"}) {
      const auto result = run_diwan({name, option});

      EXPECT_EQ(result.status, 0) << name;
      EXPECT_TRUE(result.out.starts_with(std::string("usage: diwan ") + name)) << result.out;
    }
  }
}

void expect_fits(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST(Usage, HelpFitsATerminal) {
  const std::string overview = run_diwan({"--help"}).out;
  expect_fits(overview);
  std::istringstream lines(overview.substr(overview.find("\ncommands:\n") + 11));

  for (std::string line; std::getline(lines, line) && line.starts_with("  ");) {
    const std::string name = line.substr(2, line.find(' ', 2) - 2);
    expect_fits(run_diwan({name, "--help"}).out);
  }
}

TEST(Usage, RequeueIsForSlurmJobs) {
  test::Sample sample;

  expect_complaint(run_diwan({"run", sample.file().string(), "--requeue"}), "no Slurm job");
}

TEST(Usage, VersionIsOneLine) {
  const auto result = run_diwan({"--version"});

  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(result.out.starts_with("diwan 0.")) << result.out;
}

TEST(Usage, AlonePrintsTheOverviewAndFails) {
  const auto result = run_diwan({});

  EXPECT_EQ(result.status, 2);
  EXPECT_TRUE(result.err.starts_with("usage: diwan COMMAND")) << result.err;
}

TEST(Usage, UnknownCommandNamesTheNearest) {
  expect_complaint(run_diwan({"statsu"}), "did you mean status?");
}

TEST(Usage, UnknownOptionNamesTheNearest) {
  expect_complaint(run_diwan({"trials", "x", "--sotr", "lr"}), "did you mean --sort?");
}

TEST(Usage, MissingArgumentSaysHowItIsUsed) {
  expect_complaint(run_diwan({"metrics", "x"}), "TRIAL is missing; usage: diwan metrics DIR TRIAL");
  expect_complaint(run_diwan({"status"}), "DIR is missing");
}

TEST(Usage, TooManyArgumentsAreRefused) {
  expect_complaint(run_diwan({"status", "a", "b"}), "too many arguments");
}

TEST(Usage, UnknownFormatNamesThoseThereAre) {
  expect_complaint(run_diwan({"trials", "x", "-o", "xml"}),
                   "(xml) is not known; give one of table, csv");
}

TEST(Usage, NumbersAreCheckedInFull) {
  for (const char* number : {"0", "-1", "2x", "1e3", "99999999999999999999"}) {
    expect_complaint(run_diwan({"best", "x", "--count=" + std::string(number)}),
                     "best: --count (" + std::string(number) + ") is no such number");
  }
}

TEST(Usage, MissingDirectoryIsNamed) {
  for (const char* name : {"status", "trials", "best", "journal", "stop", "pause"}) {
    expect_complaint(run_diwan({name, "/nowhere/at/all"}), "/nowhere/at/all: no such directory");
  }
}

TEST(Usage, DirectoryWithoutExperimentIsRefused) {
  const test::ScratchDirectory scratch;

  for (const char* name : {"status", "trials", "best", "journal", "stop", "pause"}) {
    expect_complaint(run_diwan({name, scratch.path().string()}), "holds no experiment");
  }
}

TEST(Usage, ABatchScriptThatAsksForTheExitStatusHearsNothingTwice) {
  const test::ScratchDirectory scratch;
  const std::filesystem::path file = scratch.path() / "bad.yaml";
  std::ofstream(file) << "kind: Experiment\n";

  for (const std::string& asked : {scratch.path().string(), file.string()}) {
    const auto result = run_diwan({"status", asked, "--exit-status"});
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out + result.err, "") << "the run has said it";
  }
}

}  // namespace
}  // namespace diwan
