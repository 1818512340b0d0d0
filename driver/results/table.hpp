// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace diwan {

/// What a table is printed on.
struct Page {
  std::size_t columns = 80;
  bool colour = false;  ///< headings in bold

  /// COLUMNS, else the terminal's own width, else 80 on a terminal; no limit elsewhere. Colour on a
  /// terminal unless NO_COLOR is set or TERM is dumb.
  static Page of_standard_output();
};

/// Columns that a terminal needs for a UTF-8 text.
std::size_t width_of(std::string_view text);
/// The text made safe for a terminal: control characters become '?'.
std::string printable(std::string_view text);
/// At most `columns` columns, the last one an ellipsis where something was cut.
std::string cut_to(std::string_view text, std::size_t columns);
/// The text over lines of at most `columns` columns, cut at blanks; those after the first begin
/// with `indent` of them. No line end at the end.
std::string wrap_to(std::string_view text, std::size_t columns, std::size_t indent);

/// Aligned columns with a heading. Where they do not fit the page, texts and headings are cut, the
/// last column first and then the widest; numbers (what is aligned to the right) never are.
class Table {
 public:
  enum class Align {
    left,
    right,  ///< never cut
    whole   ///< to the left, but never cut
  };
  void column(std::string_view heading, Align align = Align::left);
  /// One cell a column.
  void row(std::vector<std::string> cells);
  std::string text(const Page& page) const;

  /// How narrow a column with this heading can become whose widest cell takes so many columns.
  static std::size_t least_width(std::string_view heading, std::size_t widest, Align align);

 private:
  std::vector<std::size_t> widths(const Page& page) const;

  std::vector<std::string> headings_;
  std::vector<Align> aligns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace diwan
