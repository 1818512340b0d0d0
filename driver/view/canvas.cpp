// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/view/canvas.hpp"

#include <algorithm>

#include "driver/results/character.hpp"
#include "driver/view/utf8.hpp"

namespace diwan::view {
namespace {

struct Glyph {
  char32_t code = U'?';
  std::size_t bytes = 1;
  std::size_t columns = 1;
};

char32_t code_of(std::string_view bytes) {
  if (bytes.size() == 1) {
    return static_cast<unsigned char>(bytes[0]);
  }
  char32_t code = static_cast<unsigned char>(bytes[0]) & (0xFFU >> (bytes.size() + 1));
  for (const char byte : bytes.substr(1)) {
    code = (code << 6U) | (static_cast<unsigned char>(byte) & 0x3FU);
  }
  return code;
}

/// The first character of a text that is not empty, as it may be shown.
Glyph first_glyph(std::string_view text) {
  const Character character = first_character(text);
  const char32_t code = code_of(text.substr(0, character.bytes));
  const bool stray_byte = character.bytes == 1 && code >= 0x80;
  if (character.control || stray_byte) {
    return {.code = U'?', .bytes = character.bytes, .columns = 1};
  }
  return {.code = code, .bytes = character.bytes, .columns = character.columns};
}

/// Does the text fit? Looks no further than it has to.
bool fits(std::string_view text, std::size_t columns) {
  std::size_t used = 0;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    used += glyph.columns;
    if (used > columns) {
      return false;
    }
    text.remove_prefix(glyph.bytes);
  }
  return true;
}

}  // namespace

std::string Canvas::line(std::size_t row) const {
  std::string text;
  for (std::size_t c = 0; c < size_.columns; ++c) {
    for (const char32_t code : at(row, c).text) {
      append_utf8(text, code);
    }
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::size_t Canvas::put(std::size_t row, std::size_t column, std::string_view text, Style style,
                        std::size_t columns) {
  if (row >= size_.rows || column >= size_.columns) {
    return column;
  }
  constexpr std::size_t most_marks = 3;  // accents on one character
  columns = std::min(columns, size_.columns - column);
  const bool cut = !fits(text, columns);
  const std::size_t end = column + columns - (cut && columns > 0 ? 1 : 0);
  std::size_t last = size_.columns;  // column of the character that a mark would join
  while (!text.empty()) {
    Glyph glyph = first_glyph(text);
    text.remove_prefix(glyph.bytes);
    if (!unicode_ && glyph.code >= 0x80) {
      glyph = {.code = U'?', .bytes = 0, .columns = std::max<std::size_t>(glyph.columns, 1)};
    }
    if (glyph.columns == 0) {
      if (last < size_.columns && cell(row, last).text.size() <= most_marks) {
        cell(row, last).text += glyph.code;
      }
      continue;
    }
    if (column + glyph.columns > end) {
      break;
    }
    last = column;
    cell(row, column) = {std::u32string(1, glyph.code), style};
    for (std::size_t i = 1; i < glyph.columns; ++i) {
      cell(row, column + i) = {unicode_ ? U"" : U"?", style};
    }
    column += glyph.columns;
  }
  if (cut && columns > 0) {
    fill(row, column, end + 1 - column, U' ', style);
    cell(row, end) = {unicode_ ? U"…" : U"~", style};
    return end + 1;
  }
  return column;
}

std::size_t Canvas::put_before(std::size_t row, std::size_t end, std::string_view text, Style style,
                               std::size_t columns) {
  columns = std::min({columns, end, size_.columns});
  const std::size_t needed = fits(text, columns) ? columns_of(text) : columns;
  put(row, end - needed, text, style, needed);
  return end - needed;
}

void Canvas::fill(std::size_t row, std::size_t column, std::size_t count, char32_t character,
                  Style style) {
  for (std::size_t c = column; c < std::min(column + count, size_.columns) && row < size_.rows;
       ++c) {
    cell(row, c) = {std::u32string(1, character), style};
  }
}

void Canvas::paint(std::size_t row, std::size_t column, std::size_t columns, Style style) {
  for (std::size_t c = column; c < std::min(column + columns, size_.columns) && row < size_.rows;
       ++c) {
    cell(row, c).style = style;
  }
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    columns += glyph.columns;
    text.remove_prefix(glyph.bytes);
  }
  return columns;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns, std::size_t most) {
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < most && columns > 0) {
    std::size_t used = 0;
    std::size_t bytes = 0;
    std::size_t blank = std::string_view::npos;
    while (bytes < text.size() && text[bytes] != '\n') {
      const Glyph glyph = first_glyph(text.substr(bytes));
      if (used + glyph.columns > columns && bytes > 0) {
        break;
      }
      blank = text[bytes] == ' ' ? bytes : blank;
      used += glyph.columns;
      bytes += glyph.bytes;
    }
    const bool whole = bytes == text.size() || text[bytes] == '\n' || text[bytes] == ' ';
    const bool at_blank = !whole && blank != std::string_view::npos && blank > 0;
    const std::size_t taken = at_blank ? blank : bytes;
    lines.emplace_back(text.substr(0, taken));
    text.remove_prefix(taken);
    if (!text.empty() && (text.front() == '\n' || text.front() == ' ')) {
      text.remove_prefix(1);
    }
  }
  return lines;
}

}  // namespace diwan::view
