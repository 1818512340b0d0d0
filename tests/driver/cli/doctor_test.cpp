// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/cli/doctor/file_system.hpp"
#include "tests/driver/cli/program.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using doctor::Finding;
using doctor::Grade;

class DoctorTest : public ::testing::Test {
 protected:
  const test::ScratchDirectory scratch_;
  const std::filesystem::path directory_ = scratch_.path();
};

bool tells(const doctor::Findings& findings, Grade grade, const std::string& words) {
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.grade == grade && finding.text.find(words) != std::string::npos;
  });
}

TEST_F(DoctorTest, FindsThatAnOrdinaryFileSystemWillDoAndLeavesNothingThere) {
  const doctor::Findings findings = doctor::examine_file_system(directory_);

  EXPECT_TRUE(tells(findings, Grade::good, "rename, link, lock: work"));
  EXPECT_TRUE(std::filesystem::is_empty(directory_));
}

TEST_F(DoctorTest, NamesWhatExperimentsWouldSufferFrom) {
  chmod(directory_.c_str(), 0777);
  EXPECT_TRUE(
      tells(doctor::examine_file_system(directory_), Grade::problem, "everybody may write"));
  if (geteuid() != 0) {
    chmod(directory_.c_str(), 0500);
    EXPECT_TRUE(tells(doctor::examine_file_system(directory_), Grade::problem,
                      "nothing can be written here"));
  }
  EXPECT_TRUE(
      tells(doctor::examine_file_system("/proc"), Grade::problem, "nothing can be written here"));
}

TEST_F(DoctorTest, GivesTheSameAsJson) {
  const test::ProgramResult ran = test::run_diwan({"doctor", directory_.native(), "-o", "json"});

  ASSERT_EQ(ran.status, 0) << ran.err;
  const nlohmann::json json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["version"], 1);
  for (const char* topic : {"host", "gpus", "mpi", "slurm", "files"}) {
    EXPECT_TRUE(std::ranges::any_of(json["findings"], [&](const nlohmann::json& finding) {
      return finding["topic"] == topic;
    })) << topic;
  }
}

TEST_F(DoctorTest, RefusesWhatIsNoDirectory) {
  const test::ProgramResult ran = test::run_diwan({"doctor", (directory_ / "missing").native()});

  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.err.find("is no directory"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace diwan
