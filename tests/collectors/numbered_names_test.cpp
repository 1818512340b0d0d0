// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/numbered_names.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace diwan {
namespace {

using Names = std::vector<std::string>;

TEST(NumberedNames, AreFoundHoweverTheyAreSpelt) {
  const std::string text = "a=1 b : 2\n{\"c\": \"3\", 'd': nan} e=-.5 f=x g: +inf 12:30 train/h=1";

  EXPECT_EQ(numbered_names(text, "", 9), (Names{"a", "b", "c", "d", "e", "g", "train/h"}));
}

TEST(NumberedNames, GiveThoseFirstThatResembleTheWantedOne) {
  EXPECT_EQ(numbered_names("epoch=1 Loss=2 lr=3 val_loss: 4", "loss", 9),
            (Names{"Loss", "val_loss", "epoch", "lr"}));
  EXPECT_EQ(numbered_names("epoch=1 validation_accuracy=2", "validation-accuracy", 1),
            (Names{"validation_accuracy"}));
}

TEST(NumberedNames, AreNamedOnceAndNoMoreThanAsked) {
  EXPECT_EQ(numbered_names("a=1 a=2 b=3 c=4", "x", 2), (Names{"a", "b"}));
}

}  // namespace
}  // namespace diwan
