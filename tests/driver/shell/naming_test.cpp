// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/naming.hpp"

#include <cctype>
#include <set>

#include <gtest/gtest.h>

namespace diwan {
namespace {

TEST(TrialName, IsTheSameWheneverItIsAskedFor) {
  EXPECT_EQ(trial_name("search", 7, 3), trial_name("search", 7, 3));
  EXPECT_NE(trial_name("search", 7, 3), trial_name("search", 7, 4));
  EXPECT_NE(trial_name("search", 7, 3), trial_name("search", 8, 3));
}

TEST(TrialName, HasEightCharactersOfWhichTheFirstIsALetter) {
  for (std::uint32_t number = 1; number <= 200; ++number) {
    const std::string name = trial_name("e", 1, number);

    ASSERT_EQ(name.size(), 10U);
    EXPECT_EQ(name.substr(0, 2), "e-");
    EXPECT_TRUE(std::islower(static_cast<unsigned char>(name[2])));
    for (const char c : name.substr(2)) {
      EXPECT_TRUE(std::islower(static_cast<unsigned char>(c)) ||
                  std::isdigit(static_cast<unsigned char>(c)));
    }
  }
}

TEST(TrialName, DiffersFromTrialToTrial) {
  std::set<std::string> names;

  for (std::uint32_t number = 1; number <= 10000; ++number) {
    names.insert(trial_name("e", 42, number));
  }

  EXPECT_EQ(names.size(), 10000U);
}

TEST(TrialSeed, IsANonNegativeIntThatDiffersFromTrialToTrial) {
  EXPECT_GE(trial_seed(1, 1), 0);
  EXPECT_EQ(trial_seed(1, 1), trial_seed(1, 1));
  EXPECT_NE(trial_seed(1, 1), trial_seed(1, 2));
}

}  // namespace
}  // namespace diwan
