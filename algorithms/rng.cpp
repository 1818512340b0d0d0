// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/rng.hpp"

namespace diwan {
namespace {

std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key) {
  constexpr std::uint64_t multiplier_0 = 0xD2511F53;
  constexpr std::uint64_t multiplier_1 = 0xCD9E8D57;
  constexpr std::uint32_t golden_ratio = 0x9E3779B9;
  constexpr std::uint32_t root_three = 0xBB67AE85;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product_0 = multiplier_0 * counter[0];
    const std::uint64_t product_1 = multiplier_1 * counter[2];
    counter = {high(product_1) ^ counter[1] ^ key[0], low(product_1),
               high(product_0) ^ counter[3] ^ key[1], low(product_0)};
    key = {key[0] + golden_ratio, key[1] + root_three};
  }
  return counter;
}

Draw::Draw(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  // 192 bits of name and a block number do not fit one counter: the name is hashed first, into a
  // key and half a counter of its own.
  const std::array<std::uint32_t, 4> name =
      philox({low(index), high(index), low(stream), high(stream)}, {low(seed), high(seed)});
  key_ = {name[0], name[1]};
  counter_ = {0, 0, name[2], name[3]};
}

std::uint64_t Draw::bits() {
  if (used_ == block_.size()) {
    block_ = philox(counter_, key_);
    used_ = 0;
    if (++counter_[0] == 0) {
      ++counter_[1];
    }
  }
  const std::uint64_t result = (std::uint64_t{block_[used_ + 1]} << 32) | block_[used_];
  used_ += 2;
  return result;
}

double Draw::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

std::uint64_t Draw::below(std::uint64_t n) {
  // Of 2^64 values the lowest 2^64 mod n are refused; the rest divide evenly.
  const std::uint64_t refused = (0 - n) % n;
  std::uint64_t x = bits();
  while (x < refused) {
    x = bits();
  }
  return x % n;
}

double Draw::normal() {
  // Half a unit off both ends: never 0, never 1.
  return normal_quantile((static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52);
}

}  // namespace diwan
