// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace diwan {

/// How a byte that is not valid UTF-8 is written: `escape` as \udcXX, which JsonReader turns back
/// into the byte; `replace` as U+FFFD, for readers that are not ours.
enum class BadBytes { escape, replace };

/// Appends one JSON object or array to a text. Commas are put where they belong.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out, BadBytes bad_bytes = BadBytes::escape)
      : out_(out), bad_bytes_(bad_bytes) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  /// The name of a member; its value comes next.
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  JsonWriter& number(double value);  ///< shortest round trip; "nan", "inf", "-inf" as texts
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  template <typename Integer>
  requires std::is_integral_v<Integer> JsonWriter& integer(Integer value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return raw({digits, static_cast<std::size_t>(end - digits)});
  }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& raw(std::string_view value);
  void separate();
  void quote(std::string_view value);

  std::string& out_;
  BadBytes bad_bytes_;
  bool comma_ = false;  ///< a value stands before the next one
};

/// Length of the valid UTF-8 character at the start of `text`; 0 if there is none.
std::size_t utf8_length(std::string_view text);

}  // namespace diwan
