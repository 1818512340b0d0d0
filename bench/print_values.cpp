// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// A trial that prints values as fast as it can, each after EVERY-1 lines without one:
// print_values COUNT [EVERY]

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
  const long count = argc > 1 ? std::atol(argv[1]) : 0;
  const long every = argc > 2 ? std::atol(argv[2]) : 1;
  constexpr std::size_t full = std::size_t{64} << 10;
  std::string text;
  text.reserve(full + 64);
  for (long line = 0; line < count * every; ++line) {
    if (line % every != every - 1) {
      text += "read shard 17 of 512 from disk, 3 of 4 workers busy\n";
      continue;
    }
    const long i = line / every;
    text += "loss=0.";
    char digits[8];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, 100'000 + i % 900'000).ptr);
    text += '\n';
    if (text.size() >= full || i + 1 == count) {
      std::fwrite(text.data(), 1, text.size(), stdout);
      text.clear();
    }
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}
