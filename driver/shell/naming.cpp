// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/naming.hpp"

#include <string_view>

#include "algorithms/rng.hpp"

namespace diwan {
namespace {

// Streams of the experiment's seed; algorithms draw from small numbers.
constexpr std::uint64_t name_stream = 0x6e616d65;
constexpr std::uint64_t seed_stream = 0x73656564;
constexpr std::uint64_t confirmation_stream = 0x636f6e66;

}  // namespace

std::string trial_name(const std::string& experiment, std::uint64_t seed, std::uint32_t number) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
  constexpr std::string_view all = "abcdefghijklmnopqrstuvwxyz0123456789";
  Draw draw(seed, name_stream, number);
  std::string name = experiment + "-";
  name += letters[draw.below(letters.size())];
  for (int i = 0; i < 7; ++i) {
    name += all[draw.below(all.size())];
  }
  return name;
}

std::int32_t trial_seed(std::uint64_t seed, std::uint32_t number) {
  return static_cast<std::int32_t>(Draw(seed, seed_stream, number).below(std::uint64_t{1} << 31));
}

std::uint64_t confirmation_seed(std::uint64_t seed) {
  return Draw(seed, confirmation_stream, 0).below(std::uint64_t{1} << 63);
}

}  // namespace diwan
