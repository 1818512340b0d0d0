// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/find_text.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace diwan {
namespace {

TEST(FindText, FindsTheFirstPlaceInTextsOfAnyLength) {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    std::string text(random() % 600, 'x');
    for (char& c : text) {
      c = "lossx"[random() % 5];
    }
    std::string wanted(1 + random() % 6, 'x');
    for (char& c : wanted) {
      c = "loss"[random() % 4];
    }

    ASSERT_EQ(find_text(text, wanted), text.find(wanted))
        << "seed " << seed << ": " << wanted << " in " << text;
  }
}

TEST(FindText, FindsWhatStandsAtEachPlace) {
  for (std::size_t size : {4U, 131U, 132U, 260U, 500U}) {
    for (std::size_t at = 0; at + 4 <= size; ++at) {
      std::string text(size, 'l');
      text.replace(at, 4, "loss");

      ASSERT_EQ(find_text(text, "loss"), at) << "of " << size;
    }
  }
}

}  // namespace
}  // namespace diwan
