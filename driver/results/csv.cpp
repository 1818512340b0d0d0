// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/csv.hpp"

#include <utility>

namespace diwan {
namespace {

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(text) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (rest_.starts_with(mark)) {
      rest_.remove_prefix(mark.size());
    }
  }

  std::vector<CsvRecord> records() {
    while (!rest_.empty()) {
      if (!end_of_line()) {
        record();
      }
    }
    return std::move(records_);
  }

 private:
  /// Takes a line end, if one is next.
  bool end_of_line() {
    const std::size_t size = rest_.starts_with("\r\n") ? 2 : rest_.starts_with('\n') ? 1 : 0;
    rest_.remove_prefix(size);
    line_ += size > 0 ? 1 : 0;
    return size > 0;
  }

  void record() {
    CsvRecord& record = records_.emplace_back();
    record.line = line_;
    do {
      record.fields.push_back(rest_.starts_with('"') ? quoted() : plain());
    } while (comma());
    if (!rest_.empty() && !end_of_line()) {
      throw CsvError(std::to_string(line_) +
                     ": something stands behind a closing quote; double the quotes inside a field");
    }
  }

  bool comma() {
    const bool is_next = rest_.starts_with(',');
    rest_.remove_prefix(is_next ? 1 : 0);
    return is_next;
  }

  std::string plain() {
    std::size_t size = rest_.find_first_of(",\n");
    size = size == std::string_view::npos ? rest_.size() : size;
    std::string_view field = rest_.substr(0, size);
    rest_.remove_prefix(size);
    if (field.ends_with('\r') && !rest_.starts_with(',')) {
      field.remove_suffix(1);
    }
    return std::string(field);
  }

  std::string quoted() {
    const std::size_t begun = line_;
    std::string field;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      const char c = rest_[i];
      if (c == '"' && (i + 1 == rest_.size() || rest_[i + 1] != '"')) {
        rest_.remove_prefix(i + 1);
        return field;
      }
      i += c == '"' ? 1 : 0;
      line_ += c == '\n' ? 1 : 0;
      field += c;
    }
    throw CsvError(std::to_string(begun) + ": a quote is not closed; close it");
  }

  std::string_view rest_;
  std::size_t line_ = 1;
  std::vector<CsvRecord> records_;
};

}  // namespace

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

std::vector<CsvRecord> csv_records(std::string_view text) { return CsvReader(text).records(); }

}  // namespace diwan
