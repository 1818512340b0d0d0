// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/find_text.hpp"

#include <algorithm>
#include <cstring>

namespace diwan {
namespace {

constexpr std::size_t block = 128;
constexpr std::size_t none = std::string_view::npos;

/// The blocks of a text: side by side, but for the last, which ends with the text.
std::size_t block_after(std::size_t at, std::size_t last) {
  return at == last ? none : std::min(at + block, last);
}

/// The first block from `at` on in which `first` and, so far behind it, `second` stand; none where
/// there is none. Within a block without a branch, so that compilers make it a handful of vector
/// instructions.
std::size_t block_to_look_at(const char* text, std::size_t at, std::size_t last,
                             std::size_t distance, char first, char second) {
  for (; at != none; at = block_after(at, last)) {
    unsigned char any = 0;
    for (std::size_t i = at; i < at + block; ++i) {
      any = static_cast<unsigned char>(any | ((text[i] == first) & (text[i + distance] == second)));
    }
    if (any != 0) {
      break;
    }
  }
  return at;
}

std::size_t find_simply(std::string_view text, std::string_view wanted) {
  const void* const found = ::memmem(text.data(), text.size(), wanted.data(), wanted.size());
  return found == nullptr ? none
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

std::size_t find_text(std::string_view text, std::string_view wanted) {
  const std::size_t distance = wanted.size() - 1;
  if (text.size() < block + distance) {
    return find_simply(text, wanted);
  }
  const std::size_t last = text.size() - block - distance;
  for (std::size_t at = 0; at != none; at = block_after(at, last)) {
    at = block_to_look_at(text.data(), at, last, distance, wanted.front(), wanted.back());
    const std::size_t found =
        at == none ? none : find_simply(text.substr(at, block + distance), wanted);
    if (at == none || found != none) {
      return at == none ? none : at + found;
    }
  }
  return none;
}

}  // namespace diwan
