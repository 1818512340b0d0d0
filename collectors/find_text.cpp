// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/find_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

// Before a function: it is compiled for wider vectors too, and the program takes the widest that
// the machine has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__GLIBC__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define DIWAN_WIDEST_VECTORS [[gnu::target_clones("avx2", "default")]]
#else
#define DIWAN_WIDEST_VECTORS
#endif

namespace diwan {
namespace {

constexpr std::size_t none = std::string_view::npos;

constexpr std::size_t block = 128;

/// The blocks of a text: side by side, but for the last, which ends with the text.
std::size_t block_after(std::size_t at, std::size_t last) {
  return at == last ? none : std::min(at + block, last);
}

/// Bytes that are compared at once; of the size that has one instruction on most machines, two on
/// others.
using Bytes [[gnu::vector_size(32)]] = unsigned char;
using Words [[gnu::vector_size(32)]] = std::uint64_t;

/// The first block from `at` on in which `first` and, so far behind it, `second` stand; none where
/// there is none. Within a block without a branch.
DIWAN_WIDEST_VECTORS
std::size_t block_to_look_at(const char* text, std::size_t at, std::size_t last,
                             std::size_t distance, char first, char second) {
  const Bytes firsts = Bytes{} + static_cast<unsigned char>(first);
  const Bytes seconds = Bytes{} + static_cast<unsigned char>(second);
  for (; at != none; at = block_after(at, last)) {
    Words any{};
    for (std::size_t i = at; i < at + block; i += sizeof(Bytes)) {
      Bytes here;
      Bytes behind;
      std::memcpy(&here, text + i, sizeof here);
      std::memcpy(&behind, text + i + distance, sizeof behind);
      any |= reinterpret_cast<Words>((here == firsts) & (behind == seconds));
    }
    if ((any[0] | any[1] | any[2] | any[3]) != 0) {
      break;
    }
  }
  return at;
}

/// For texts of few places where `wanted` may stand.
std::size_t find_simply(std::string_view text, std::string_view wanted) {
  if (text.size() < wanted.size()) {
    return none;
  }
  const char* const end = text.data() + (text.size() - wanted.size() + 1);
  for (const char* at = text.data(); at != end; ++at) {
    at = static_cast<const char*>(
        std::memchr(at, wanted.front(), static_cast<std::size_t>(end - at)));
    if (at == nullptr) {
      return none;
    }
    if (std::memcmp(at, wanted.data(), wanted.size()) == 0) {
      return static_cast<std::size_t>(at - text.data());
    }
  }
  return none;
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
