// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace diwan::view {

/// How a cell looks; a terminal without colour shows it by weight alone.
enum class Style {
  plain,
  dim,      ///< rulers, labels
  strong,   ///< what counts
  bar,      ///< the line at the top
  accent,   ///< curves, running trials
  good,     ///< the best
  warn,     ///< early stops, questions
  bad,      ///< failures
  selected  ///< the row that keys act on
};

/// One place of a terminal. A wide character has the place to its right too, which is empty then.
struct Cell {
  std::u32string text = U" ";
  Style style = Style::plain;
  bool operator==(const Cell&) const = default;
};

struct Size {
  std::size_t rows = 24;
  std::size_t columns = 80;
  bool operator==(const Size&) const = default;
};

/// A part of a canvas.
struct Area {
  std::size_t row = 0;
  std::size_t column = 0;
  std::size_t rows = 0;
  std::size_t columns = 0;
};

/// What a terminal is to show: lines of styled cells. Text is made safe on its way in, whatever it
/// holds: control characters, bytes that are not UTF-8 and marks that turn the direction of writing
/// around become '?'.
class Canvas {
 public:
  /// @param unicode  false: what is not ASCII becomes '?', too.
  Canvas(Size size, bool unicode)
      : size_(size), unicode_(unicode), cells_(size.rows * size.columns) {}

  Size size() const { return size_; }
  const Cell& at(std::size_t row, std::size_t column) const {
    return cells_[row * size_.columns + column];
  }
  /// One line as text, without the blanks at its end.
  std::string line(std::size_t row) const;

  /// Puts a UTF-8 text there, at most `columns` wide and within the line; where it is cut its last
  /// character says so. Returns the column behind it.
  std::size_t put(std::size_t row, std::size_t column, std::string_view text,
                  Style style = Style::plain, std::size_t columns = SIZE_MAX);
  /// The same, ending before `end`. Returns the column where it begins.
  std::size_t put_before(std::size_t row, std::size_t end, std::string_view text,
                         Style style = Style::plain, std::size_t columns = SIZE_MAX);
  /// One character, `count` times.
  void fill(std::size_t row, std::size_t column, std::size_t count, char32_t character,
            Style style = Style::plain);
  /// Changes the look of what is there.
  void paint(std::size_t row, std::size_t column, std::size_t columns, Style style);

 private:
  Cell& cell(std::size_t row, std::size_t column) { return cells_[row * size_.columns + column]; }

  Size size_;
  bool unicode_;
  std::vector<Cell> cells_;
};

/// Columns that the text takes on a canvas.
std::size_t columns_of(std::string_view text);

/// The text over lines of at most `columns`, cut at blanks where there are any; at most `most`
/// lines.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns, std::size_t most);

}  // namespace diwan::view
