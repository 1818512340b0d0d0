// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/driver/store/histories.hpp"
#include "tests/driver/store/temporary_directory.hpp"

namespace diwan {
namespace {

constexpr uid_t nobody = 65534;

std::string error_of_open(const std::filesystem::path& path) {
  try {
    open_store(path);
  } catch (const StoreError& error) {
    return error.what();
  }
  return "";
}

TEST(Directory, ThatOthersCanWriteIsRefused) {
  TemporaryDirectory directory;
  for (const mode_t mode : {0770u, 0707u, 0777u}) {
    ASSERT_EQ(::chmod(directory.path().c_str(), mode), 0);
    EXPECT_EQ(
        error_of_open(directory.path()),
        directory.path().string() + ": others can write to it; chmod go-w it, or take another");
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));

  ASSERT_EQ(::chmod(directory.path().c_str(), 0755), 0);
  EXPECT_EQ(error_of_open(directory.path()), "");
}

TEST(Directory, OfForeignFilesIsRefusedUnlessItHoldsAnExperiment) {
  TemporaryDirectory directory;
  spit(directory / "notes.txt", "mine");
  EXPECT_EQ(
      error_of_open(directory.path()),
      directory.path().string() +
          ": holds no experiment and is not empty (notes.txt); take another or an empty directory");

  std::filesystem::remove(directory / "notes.txt");
  History history(1);
  {
    const auto store = open_store(directory.path());
    store->append(history.next(3));
  }
  spit(directory / "notes.txt", "mine");
  EXPECT_EQ(error_of_open(directory.path()), "");
  EXPECT_EQ(slurp(directory / "notes.txt"), "mine");
}

TEST(Directory, OfTrialsWhoseJournalIsGoneIsRefused) {
  TemporaryDirectory directory;
  std::filesystem::create_directories(directory / "trials" / "e-1");

  EXPECT_NE(error_of_open(directory.path()).find("whose journal and checkpoint are gone"),
            std::string::npos);

  std::filesystem::remove(directory / "trials" / "e-1");
  EXPECT_EQ(error_of_open(directory.path()), "");
}

TEST(Directory, OfOurOwnNamesCountsAsEmpty) {
  TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "control");
  std::filesystem::create_directory(directory / "trials");
  spit(directory / ".tmp-abc", "left by a kill");

  EXPECT_EQ(error_of_open(directory.path()), "");
  EXPECT_FALSE(std::filesystem::exists(directory / ".tmp-abc"));
}

TEST(Directory, ThatIsAFileOrCannotBeMadeIsNamed) {
  TemporaryDirectory directory;
  spit(directory / "file", "");

  EXPECT_EQ(error_of_open(directory / "file"),
            (directory / "file").string() + ": is not a directory; take another name");
  EXPECT_EQ(
      error_of_open(directory.path() / "file" / "e.diwan"),
      (directory.path() / "file" / "e.diwan").string() + ": cannot make it (Not a directory)");
}

TEST(Directory, ThatCannotBeListedIsNotTakenForAnEmptyOne) {
  TemporaryDirectory directory;
  {
    History history(1);
    const auto store = open_store(directory.path());
    store->append(history.next(3));
  }
  const auto refused = [&] {
    const std::string path = directory.path().string();
    const std::string error = error_of_open(path);
    return error == path + ": cannot be listed (Permission denied); make it readable (chmod u+rx)";
  };
  ASSERT_EQ(::chmod(directory.path().c_str(), 0300), 0);

  if (::geteuid() == 0) {  // whom no mode keeps out
    ASSERT_EQ(::chown(directory.path().c_str(), nobody, nobody), 0);
    ASSERT_EQ(::seteuid(nobody), 0);
    EXPECT_TRUE(refused());
    ASSERT_EQ(::seteuid(0), 0);
  } else {
    EXPECT_TRUE(refused());
  }
  ASSERT_EQ(::chmod(directory.path().c_str(), 0700), 0);
}

TEST(Directory, WithoutExperimentHoldsNone) {
  TemporaryDirectory directory;

  EXPECT_FALSE(holds_experiment(directory.path()));
  EXPECT_FALSE(holds_experiment(directory / "nowhere"));
  EXPECT_FALSE(read_owner(directory / "nowhere"));
}

}  // namespace
}  // namespace diwan
