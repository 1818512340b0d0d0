// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/csv.hpp"

namespace diwan {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') {
      quoted += '"';
    }
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_line(std::span<const std::string> fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != fields.data()) {
      line += ',';
    }
    line += csv_field(field);
  }
  return line + '\n';
}

}  // namespace diwan
