// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/character.hpp"

#include <cwchar>

#include <locale.h>  // NOLINT(modernize-deprecated-headers): newlocale

namespace diwan {
namespace {

/// The number of a character, of `bytes` bytes; 0 where they are no UTF-8.
char32_t code_point(std::string_view text, std::size_t bytes) {
  if (text.size() < bytes) {
    return 0;
  }
  char32_t code = static_cast<unsigned char>(text[0]) & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) {
      return 0;
    }
    code = (code << 6U) | (byte & 0x3FU);
  }
  return code;
}

/// As the C library knows it, whatever the locale of the process; -1 for a control character.
int columns_of(char32_t code) {
  static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (utf8 == nullptr) {
    return 1;
  }
  const locale_t before = ::uselocale(utf8);
  const int columns = ::wcwidth(static_cast<wchar_t>(code));
  ::uselocale(before);
  return columns;
}

/// Invisible characters that turn around, break or hide what stands beside them. Not the joiners,
/// which scripts and emoji need.
bool is_format(char32_t code) {
  return code == 0xAD || code == 0x61C || code == 0x180E || code == 0x200B || code == 0x200E ||
         code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
         (code >= 0xFFF0 && code <= 0xFFFB) || code >= 0xE0000;
}

}  // namespace

Character first_character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) {
    return {.bytes = 1, .columns = 1, .control = first < 0x20 || first == 0x7F};
  }
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  const char32_t code = bytes == 1 ? 0 : code_point(text, bytes);
  if (code == 0) {
    return {};
  }
  if (code < 0xA0 || is_format(code)) {
    return {.bytes = bytes, .columns = 1, .control = true};
  }
  const int columns = columns_of(code);
  // One that the C library does not know is most often a new one, and shown as a box.
  return {.bytes = bytes, .columns = columns < 0 ? 1 : static_cast<std::size_t>(columns)};
}

}  // namespace diwan
