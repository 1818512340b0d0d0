// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/shell_words.hpp"

#include <algorithm>

namespace diwan {
namespace {

/// Reads one word, and stops at the blank that ends it.
class WordReader {
 public:
  explicit WordReader(std::string_view line) : rest_(line) {}

  /// Whether another word begins.
  bool more() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    return !rest_.empty();
  }
  std::string word() {
    std::string text;
    while (!rest_.empty() && blanks.find(rest_.front()) == std::string_view::npos) {
      const char c = take();
      if (c == '\'') {
        single_quoted(text);
      } else if (c == '"') {
        double_quoted(text);
      } else if (c == '\\') {
        open_ = rest_.empty();
        text += rest_.empty() ? "" : std::string(1, take());
      } else {
        text += c;
      }
    }
    return text;
  }
  bool open() const { return open_; }

 private:
  static constexpr std::string_view blanks = " \t\n";

  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  void single_quoted(std::string& text) {
    while (!rest_.empty()) {
      const char c = take();
      if (c == '\'') {
        return;
      }
      text += c;
    }
    open_ = true;
  }
  void double_quoted(std::string& text) {
    while (!rest_.empty()) {
      const char c = take();
      if (c == '"') {
        return;
      }
      const bool kept = c == '\\' && !rest_.empty() &&
                        std::string_view("\\\"$`").find(rest_.front()) != std::string_view::npos;
      text += kept ? take() : c;
    }
    open_ = true;
  }

  std::string_view rest_;
  bool open_ = false;
};

}  // namespace

ShellWords shell_words(std::string_view line) {
  ShellWords result;
  WordReader reader(line);
  while (reader.more()) {
    result.words.push_back(reader.word());
  }
  result.open = reader.open();
  return result;
}

}  // namespace diwan
