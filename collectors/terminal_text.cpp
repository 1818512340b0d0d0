// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/terminal_text.hpp"

#include <algorithm>
#include <array>

namespace diwan {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool is_between(char c, char low, char high) { return c >= low && c <= high; }

// ECMA-48 5.4: parameter and intermediate bytes, then one final byte; a byte that fits none of
// them ends a broken sequence and is text again.
std::size_t end_of_control_sequence(std::string_view line, std::size_t at) {
  while (at < line.size() && is_between(line[at], ' ', '?')) {
    ++at;
  }
  return at < line.size() && is_between(line[at], '@', '~') ? at + 1 : at;
}

// ECMA-48 5.6: a string up to BEL or ESC \. One without an end is no string: only its start goes.
std::size_t end_of_control_string(std::string_view line, std::size_t at) {
  for (std::size_t end = at; end < line.size(); ++end) {
    if (line[end] == '\a') {
      return end + 1;
    }
    if (line[end] == escape_character) {
      return end + 1 < line.size() && line[end + 1] == '\\' ? end + 2 : end;
    }
  }
  return at;
}

std::size_t end_of_escape_sequence(std::string_view line, std::size_t at) {
  ++at;
  if (at == line.size()) {
    return at;
  }
  const char kind = line[at];
  if (kind == '[') {
    return end_of_control_sequence(line, at + 1);
  }
  if (std::string_view("]PX^_").find(kind) != std::string_view::npos) {
    return end_of_control_string(line, at + 1);
  }
  while (at < line.size() && is_between(line[at], ' ', '/')) {
    ++at;
  }
  return at < line.size() && is_between(line[at], '0', '~') ? at + 1 : at;
}

struct Character {
  std::size_t length = 1;  // bytes
  bool printable = false;
};

// One character of well-formed UTF-8 (Unicode 15, table 3-7), or one byte that is not.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    return {.length = 1, .printable = (lead >= 0x20 && lead != 0x7F) || lead == '\t'};
  }
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || text.size() < length) {
    return {};
  }
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) {
    return {};
  }
  for (std::size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) {
      return {};
    }
  }
  const bool c1_control = lead == 0xC2 && byte(1) < 0xA0;
  return {.length = length, .printable = !c1_control};
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\v\f\r";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view without_escape_sequences(std::string_view line, std::string& scratch) {
  std::size_t found = line.find(escape_character);
  if (found == std::string_view::npos) {
    return line;
  }
  scratch.clear();
  std::size_t kept = 0;
  while (found != std::string_view::npos) {
    scratch.append(line, kept, found - kept);
    kept = end_of_escape_sequence(line, found);
    found = line.find(escape_character, kept);
  }
  scratch.append(line, kept);
  return scratch;
}

std::string printable(std::string_view text, std::size_t limit_bytes) {
  std::string clean;
  clean.reserve(std::min(text.size(), limit_bytes));
  while (!text.empty()) {
    const Character next = first_character(text);
    const std::string_view shown = next.printable ? text.substr(0, next.length) : replacement;
    if (clean.size() + shown.size() > limit_bytes) {
      break;
    }
    clean.append(shown);
    text.remove_prefix(next.length);
  }
  return clean;
}

}  // namespace diwan
