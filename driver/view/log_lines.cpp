// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/view/log_lines.hpp"

#include <algorithm>
#include <cstddef>

namespace diwan::view {
namespace {

constexpr char escape = '\x1b';

bool is_between(char c, char low, char high) { return c >= low && c <= high; }

/// Length of the escape sequence that the text begins with (ECMA-48, 5.4 and 5.6); of one that is
/// not whole, the rest.
std::size_t sequence_length(std::string_view text) {
  if (text.size() < 2) {
    return text.size();
  }
  const char kind = text[1];
  if (kind == '[') {
    std::size_t length = 2;
    while (length < text.size() && is_between(text[length], 0x20, 0x3F)) {
      ++length;
    }
    return std::min(length + 1, text.size());
  }
  if (kind == ']' || kind == 'P' || kind == '_' || kind == '^' || kind == 'X') {
    // A string, up to BEL or ESC \.
    const std::size_t end = text.find_first_of("\a\x1b\n", 2);
    if (end == std::string_view::npos || text[end] == '\n') {
      return std::min(end, text.size());
    }
    return text[end] == '\a' ? end + 1 : std::min(end + 2, text.size());
  }
  return is_between(kind, 0x20, 0x2F) ? std::min<std::size_t>(3, text.size()) : 2;
}

std::string line_of(std::string_view text) {
  constexpr std::size_t tabulator = 8;
  std::string line;
  std::string before;  // what a carriage return went back over
  while (!text.empty()) {
    const char c = text.front();
    if (c == escape) {
      text.remove_prefix(sequence_length(text));
      continue;
    }
    text.remove_prefix(1);
    if (c == '\r') {
      before = line.empty() ? before : std::move(line);
      line.clear();
    } else if (c == '\b') {
      line.resize(line.size() - (line.empty() ? 0 : 1));
    } else if (c == '\t') {
      line.append(tabulator - line.size() % tabulator, ' ');
    } else {
      line += c;
    }
  }
  return line.empty() ? before : line;
}

}  // namespace

std::vector<std::string> log_lines(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    lines.push_back(line_of(bytes.substr(0, end)));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return lines;
}

}  // namespace diwan::view
