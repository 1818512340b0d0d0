// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/crc32c.hpp"

#include <string>

#include <gtest/gtest.h>

namespace diwan {
namespace {

// Values of RFC 3720, appendix B.4.
TEST(Crc32c, HasThePublishedValues) {
  std::string ascending;
  for (int i = 0; i < 32; ++i) {
    ascending += static_cast<char>(i);
  }

  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
  EXPECT_EQ(crc32c(ascending), 0x46DD794Eu);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(crc32c(""), 0u);
}

TEST(Crc32c, IsTheSameInPieces) {
  const std::string text = "the quick brown fox jumps over the lazy dog";

  for (std::size_t i = 0; i <= text.size(); ++i) {
    EXPECT_EQ(crc32c(text.substr(i), crc32c(text.substr(0, i))), crc32c(text)) << i;
  }
}

}  // namespace
}  // namespace diwan
