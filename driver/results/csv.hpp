// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace diwan {

/// One field by RFC 4180: quoted where it holds a comma, a quote or a line end.
std::string csv_field(std::string_view text);
/// One record with its line end.
std::string csv_line(std::span<const std::string> fields);

struct CsvRecord {
  std::size_t line = 0;  ///< where it begins, from 1
  std::vector<std::string> fields;
};

/// What is wrong with a table, after its line: "3: a quote is not closed; …".
struct CsvError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The records of a table by RFC 4180; empty lines and a byte order mark are skipped, and a lone
/// line feed ends a line too.
/// @throws CsvError for a quote that is not closed, or text behind one that is.
std::vector<CsvRecord> csv_records(std::string_view text);

}  // namespace diwan
