// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/table.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <numeric>

#include <sys/ioctl.h>
#include <unistd.h>

#include "driver/results/character.hpp"

namespace diwan {
namespace {

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
  // Of Open MPI rank 0 gets a terminal that may end in a file.
  const bool relayed = set_and_not_empty("OMPI_COMM_WORLD_RANK");
  return {
      .columns = columns_of_output(),
      .colour = isatty(STDOUT_FILENO) != 0 && !dumb && !relayed && !set_and_not_empty("NO_COLOR")};
}

std::size_t width_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    columns += character.columns;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string printable(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    safe += character.control ? "?" : text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
  }
  return safe;
}

std::string cut_to(std::string_view text, std::size_t columns) {
  if (width_of(text) <= columns) {
    return std::string(text);
  }
  if (columns == 0) {
    return {};
  }
  std::string kept;
  std::size_t used = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    used += character.columns;
    if (used > columns - 1) {
      break;
    }
    kept += text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
  }
  return kept + "…";
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

std::size_t Table::least_width(std::string_view heading, std::size_t widest, Align align) {
  constexpr std::size_t narrowest_heading = 4;
  constexpr std::size_t narrowest_text = 8;
  // Numbers are never cut, what stands above them may be.
  return std::min(std::max(widest, width_of(heading)),
                  align == Align::left ? narrowest_text : std::max(widest, narrowest_heading));
}

std::vector<std::size_t> Table::widths(const Page& page) const {
  std::vector<std::size_t> widths;
  std::vector<std::size_t> least;
  for (std::size_t c = 0; c < headings_.size(); ++c) {
    std::size_t widest = 0;
    for (const auto& row : rows_) {
      widest = std::max(widest, width_of(row[c]));
    }
    widths.push_back(std::max(widest, width_of(headings_[c])));
    least.push_back(least_width(headings_[c], widest, aligns_[c]));
  }
  std::size_t total = 2 * (std::max<std::size_t>(widths.size(), 1) - 1);
  total = std::accumulate(widths.begin(), widths.end(), total);
  // The last column gives way first, then the widest ones.
  const auto shrink = [&](std::size_t c, std::size_t by) {
    const std::size_t room = widths[c] - std::min(least[c], widths[c]);
    widths[c] -= std::min(by, room);
    total -= std::min(by, room);
    return room > 0;
  };
  if (total > page.columns && !widths.empty()) {
    shrink(widths.size() - 1, total - page.columns);
  }
  while (total > page.columns) {
    std::size_t widest = 0;
    for (std::size_t c = 1; c < widths.size(); ++c) {
      const auto spare = [&](std::size_t i) { return widths[i] - std::min(least[i], widths[i]); };
      widest = spare(c) > spare(widest) ? c : widest;
    }
    if (!shrink(widest, 1)) {
      break;
    }
  }
  return widths;
}

std::string Table::text(const Page& page) const {
  const std::vector<std::size_t> columns = widths(page);
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string cell = cut_to(cells[c], columns[c]);
      const std::string gap(columns[c] - std::min(columns[c], width_of(cell)), ' ');
      text += c == 0 ? "" : "  ";
      text += aligns_[c] == Align::right ? gap + cell : cell + gap;
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
