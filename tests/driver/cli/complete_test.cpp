// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/completion/complete.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace diwan::completion {
namespace {

std::vector<std::string> words_of(const Candidates& candidates) {
  std::vector<std::string> words;
  for (const Candidate& one : candidates.words) {
    words.push_back(one.word);
  }
  return words;
}

/// What an experiment with two trials says, whichever it is.
std::vector<Candidate> two_trials(const Wanted& wanted) {
  EXPECT_EQ(wanted.directory, "my dir");
  return wanted.kind == Takes::Kind::trial ? std::vector<Candidate>{{"1", ""}, {"2", ""}}
                                           : std::vector<Candidate>{{"lr", ""}};
}

std::vector<std::string> completed(const std::vector<std::string>& words,
                                   const std::string& current) {
  return words_of(complete(words, current, two_trials));
}

using Words = std::vector<std::string>;

TEST(Complete, InternalCommandsAreNotOffered) {
  const Words offered = completed({}, "");

  EXPECT_EQ(std::count(offered.begin(), offered.end(), "run"), 1);
  EXPECT_EQ(std::count(offered.begin(), offered.end(), "exec"), 0);
}

TEST(Complete, AnUnknownCommandHasNothingAfterIt) { EXPECT_EQ(completed({"rum"}, ""), Words()); }

TEST(Complete, AValueIsOneOfItsChoices) {
  EXPECT_EQ(completed({"trials", "my dir", "-o"}, ""), (Words{"table", "csv", "json", "yaml"}));
  EXPECT_EQ(completed({"trials", "my dir", "--output"}, "c"), Words{"csv"});
}

TEST(Complete, AValueMayFollowAnEqualsSign) {
  EXPECT_EQ(completed({"trials", "--output=c"}, ""), Words());
  EXPECT_EQ(completed({"trials"}, "--output=c"), Words{"--output=csv"});
  // as bash cuts it
  EXPECT_EQ(completed({"trials", "--output"}, "="), (Words{"table", "csv", "json", "yaml"}));
  EXPECT_EQ(completed({"trials", "--output", "="}, "c"), Words{"csv"});
}

TEST(Complete, TheDirectoryIsFoundAmongOptions) {
  EXPECT_EQ(completed({"logs", "--attempt", "1", "my dir", "-f"}, ""), (Words{"1", "2"}));
  EXPECT_EQ(completed({"trials", "my dir", "--sort"}, ""), (Words{"objective", "start", "lr"}));
}

TEST(Complete, ADirectoryThatIsNotThereYetIsNotAskedFor) {
  EXPECT_EQ(completed({"trials", "--sort"}, ""), (Words{"objective", "start"}));
}

TEST(Complete, NoFurtherArgumentsAreOffered) {
  EXPECT_EQ(completed({"logs", "my dir", "1"}, ""), Words());
}

TEST(Complete, PathsAreLeftToTheShell) {
  EXPECT_EQ(complete(Words{"run"}, "", two_trials).paths, Candidates::Paths::files);
  EXPECT_EQ(complete(Words{"run", "--dir"}, "", two_trials).paths, Candidates::Paths::folders);
  EXPECT_EQ(complete(Words{"run", "--seed"}, "", two_trials).paths, Candidates::Paths::none);
  EXPECT_EQ(complete(Words{"compare", "a", "b"}, "", two_trials).paths, Candidates::Paths::files);
}

TEST(Complete, NothingOfDiwansFollowsTwoDashes) {
  EXPECT_EQ(completed({"submit", "e.yaml", "--"}, "--"), Words());
}

}  // namespace
}  // namespace diwan::completion
