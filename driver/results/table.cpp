// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/table.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstdlib>
#include <limits>

#include <sys/ioctl.h>
#include <unistd.h>

namespace diwan {
namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::size_t columns_of_output() {
  if (const char* given = std::getenv("COLUMNS")) {
    const std::string_view text(given);
    std::size_t columns = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), columns);
    if (error == std::errc{} && end == text.data() + text.size() && columns > 0) {
      return columns;
    }
  }
  if (isatty(STDOUT_FILENO) == 0) {
    return std::numeric_limits<std::size_t>::max();
  }
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return 80;
}

bool set_and_not_empty(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

}  // namespace

Page Page::of_standard_output() {
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return {.columns = columns_of_output(),
          .colour = isatty(STDOUT_FILENO) != 0 && !dumb && !set_and_not_empty("NO_COLOR")};
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string printable(std::string_view text) {
  std::string safe(text);
  std::replace_if(
      safe.begin(), safe.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return safe;
}

std::string cut_to(std::string_view text, std::size_t columns) {
  if (width_of(text) <= columns) {
    return std::string(text);
  }
  std::string kept;
  std::size_t characters = 0;
  for (const char c : text) {
    if (starts_character(c) && ++characters >= columns) {
      break;
    }
    kept += c;
  }
  return columns == 0 ? std::string() : kept + "…";
}

std::string wrap_to(std::string_view text, std::size_t columns, std::size_t indent) {
  std::string wrapped;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find(' ', text.find_first_not_of(' ')), text.size());
    std::string_view word = text.substr(0, size);
    text.remove_prefix(size);
    if (used > indent && used + width_of(word) > columns) {
      word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
      wrapped += "\n" + std::string(indent, ' ');
      used = indent;
    }
    wrapped += word;
    used += width_of(word);
  }
  return wrapped;
}

void Table::column(std::string_view heading, Align align) {
  headings_.push_back(printable(heading));
  aligns_.push_back(align);
}

void Table::row(std::vector<std::string> cells) {
  assert(cells.size() == headings_.size());
  for (std::string& cell : cells) {
    cell = printable(cell);
  }
  rows_.push_back(std::move(cells));
}

std::string Table::text(const Page& page) const {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < headings_.size(); ++c) {
    widths.push_back(width_of(headings_[c]));
    for (const auto& row : rows_) {
      widths[c] = std::max(widths[c], width_of(row[c]));
    }
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    std::size_t used = 0;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const bool last = c + 1 == cells.size();
      const std::size_t room = page.columns > used ? page.columns - used : 0;
      const std::string cell = last ? cut_to(cells[c], std::max<std::size_t>(room, 8)) : cells[c];
      const std::string gap(widths[c] - std::min(widths[c], width_of(cell)), ' ');
      text += aligns_[c] == Align::right ? gap + cell : cell + (last ? "" : gap);
      text += last ? "" : "  ";
      used += widths[c] + 2;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  };
  std::string text =
      page.colour ? "\x1b[1m" + line(headings_) + "\x1b[0m\n" : line(headings_) + "\n";
  for (const auto& row : rows_) {
    text += line(row) + "\n";
  }
  return text;
}

}  // namespace diwan
