// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/store/h5.hpp"

namespace diwan {

/// Longest text of a column, in bytes.
constexpr std::size_t widest_text = 4096;

/// A text as a fixed-length column holds it: valid UTF-8 without NUL, cut to widest_text with "…".
std::string column_text(std::string_view text);

/// A table that is written at once: columns of one length, texts as wide as the longest needs.
class TableColumns {
 public:
  void texts(const char* name, const std::vector<std::string>& values);

  template <typename Number>
  void numbers(const char* name, const std::vector<Number>& values) {
    add(name, values.size(), sizeof(Number), number_type(Number{}),
        reinterpret_cast<const char*>(values.data()));
  }

  /// Makes the dataset in the file.
  void write(h5::Output& output, const char* dataset) const;

 private:
  struct Column {
    std::string name;
    std::size_t bytes;
    h5::Handle type;
    std::string data;  ///< all values, one behind the other
  };

  static h5::Handle number_type(double value);
  static h5::Handle number_type(std::int32_t value);
  static h5::Handle number_type(std::uint32_t value);
  static h5::Handle number_type(std::int64_t value);
  static h5::Handle number_type(std::uint64_t value);
  void add(const char* name, std::size_t rows, std::size_t bytes, h5::Handle type,
           const char* data);

  std::vector<Column> columns_;
  std::size_t rows_ = 0;
};

/// A dataset of rows × columns: numbers, or texts as wide as the longest needs.
void write_matrix(h5::Output& output, const char* dataset, std::size_t columns,
                  const std::vector<double>& values);
void write_matrix(h5::Output& output, const char* dataset, std::size_t columns,
                  const std::vector<std::string>& values);

}  // namespace diwan
