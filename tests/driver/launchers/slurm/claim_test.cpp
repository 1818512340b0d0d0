// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/claim.hpp"

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "driver/launchers/slurm/array_files.hpp"
#include "tests/driver/launchers/listener.hpp"

namespace diwan::slurm {
namespace {

class ClaimTest : public ::testing::Test {
 protected:
  ClaimTest() { make_array_directory(directory_.path()); }
  const test::TemporaryDirectory directory_;
};

TaskIdentity task(std::uint32_t number, std::uint32_t restarts = 0) {
  return {.job = 12, .task = number, .restarts = restarts, .host = "n1"};
}

TEST_F(ClaimTest, IsGivenToTheFirstAndNamesItToTheOthers) {
  EXPECT_EQ(read_claim(directory_.path(), {4, 1}), std::nullopt);
  EXPECT_EQ(claim(directory_.path(), {4, 1}, task(3)), std::nullopt);
  EXPECT_EQ(claim(directory_.path(), {4, 1}, task(5)), task(3));
  EXPECT_EQ(claim(directory_.path(), {4, 1}, task(3, 1)), task(3)) << "another life of the task";
  EXPECT_EQ(claim(directory_.path(), {4, 1}, task(3)), std::nullopt) << "it has it already";
  EXPECT_EQ(claim(directory_.path(), {4, 2}, task(5)), std::nullopt) << "another attempt";
  EXPECT_EQ(read_claim(directory_.path(), {4, 1}), task(3));
}

TEST_F(ClaimTest, OfManyAtOnceOneGetsIt) {
  for (std::uint32_t trial = 1; trial <= 20; ++trial) {
    std::atomic<int> winners = 0;
    std::vector<std::thread> threads;
    for (std::uint32_t i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        winners += claim(directory_.path(), {trial, 1}, task(i)) ? 0 : 1;
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    EXPECT_EQ(winners, 1);
  }
}

TEST_F(ClaimTest, ATaskMakesManyByOneFile) {
  const std::filesystem::path claims = arrays_directory(directory_.path()) / "claims";
  {
    Claimant claimant{directory_.path(), task(3)};
    for (std::uint32_t trial = 1; trial <= 10; ++trial) {
      EXPECT_EQ(claimant.claim({trial, 1}), std::nullopt);
    }
    EXPECT_EQ(std::filesystem::hard_link_count(claims / "7.1"), 11U);
    std::filesystem::remove(claimant_path(directory_.path(), 12, 3, 0));
    EXPECT_EQ(claimant.claim({11, 1}), std::nullopt) << "its file was removed by somebody";
  }
  EXPECT_EQ(std::filesystem::hard_link_count(claims / "11.1"), 1U) << "nothing else is left";
  EXPECT_EQ(read_claim(directory_.path(), {7, 1}), task(3));
  EXPECT_EQ(read_claim(directory_.path(), {11, 1}), task(3));
}

TEST_F(ClaimTest, AFileThatCanHaveNoMoreNamesIsFollowedByAnother) {
  Claimant claimant{directory_.path(), task(3)};
  EXPECT_EQ(claimant.claim({1, 1}), std::nullopt);
  const std::filesystem::path own = claimant_path(directory_.path(), 12, 3, 0);
  std::error_code error;
  std::uint32_t names = 0;
  constexpr std::uint32_t more_than_ext4_has = 66'000;
  while (!error && names < more_than_ext4_has) {
    std::filesystem::create_hard_link(own, directory_.path() / std::to_string(++names), error);
  }
  if (!error) {
    GTEST_SKIP() << "this file system gives a file more names than that";
  }
  EXPECT_EQ(error, std::errc::too_many_links);
  EXPECT_EQ(claimant.claim({2, 1}), std::nullopt);
  EXPECT_EQ(read_claim(directory_.path(), {2, 1}), task(3));
}

TEST_F(ClaimTest, LeavesNoOtherFiles) {
  claim(directory_.path(), {4, 1}, task(3));
  claim(directory_.path(), {4, 1}, task(5));
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator{arrays_directory(directory_.path()) / "claims"}) {
    files += entry.exists() ? 1 : 0;
  }
  EXPECT_EQ(files, 1U);
}

TEST_F(ClaimTest, RefusesAnIdentityThatIsNone) {
  for (const char* line :
       {"", "{}", "[1]", R"({"job":1,"task":2,"restarts":0})", R"({"job":-1,"task":2})"}) {
    EXPECT_EQ(parse_identity(line), std::nullopt) << line;
  }
  EXPECT_EQ(parse_identity(identity_line(task(7, 2))), task(7, 2));
}

TEST_F(ClaimTest, TheFileOfAJobReadsBackAsItWasWritten) {
  const auto directory = array_directory(directory_.path(), 1);
  EXPECT_EQ(read_job_file(directory), std::nullopt);
  for (const JobFile& file :
       {JobFile{.comment = "diwan k 1", .job = {}, .tasks = 3, .pilots = false, .over = false},
        JobFile{.comment = "c", .job = 77, .tasks = 1, .pilots = true, .over = true}}) {
    write_job_file(directory, file);
    EXPECT_EQ(read_job_file(directory), file);
  }
}

TEST_F(ClaimTest, AFileOfAJobThatIsThereAndCannotBeReadIsNotTakenForOneThatIsMissing) {
  const auto path = array_directory(directory_.path(), 1) / "job";
  for (const char* text : {"", "nonsense", "[]", R"({"version":2,"comment":"c"})",
                           R"({"version":"1","comment":"c"})", R"({"comment":"c"})"}) {
    std::ofstream{path} << text;
    EXPECT_THROW(read_job_file(path.parent_path()), JobFileError) << text;
  }
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);  // EISDIR
  EXPECT_THROW(read_job_file(path.parent_path()), JobFileError);
}

TEST_F(ClaimTest, TheNumberOfAnArrayThatWasWithdrawnIsNotGivenAgain) {
  EXPECT_EQ(make_array_directory(directory_.path()), 2U);
  withdraw_array(array_directory(directory_.path(), 2));
  EXPECT_EQ(known_arrays(directory_.path()), std::vector<std::uint32_t>{1});
  EXPECT_EQ(make_array_directory(directory_.path()), 3U);
  withdraw_array(array_directory(directory_.path(), 1));
  EXPECT_EQ(make_array_directory(directory_.path()), 4U);
}

}  // namespace
}  // namespace diwan::slurm
