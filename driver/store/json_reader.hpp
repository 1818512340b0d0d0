// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace diwan {

/// A text is not the JSON that was expected; says at which byte.
struct JsonError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads one JSON text from front to back without building a tree: a million observations a second
/// and more. The caller names what it expects; everything else throws JsonError. `\udcXX` is the
/// byte XX.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  /// Calls member(name) for each member in order; it must consume the value, by skip() at least.
  /// The name is valid during the call.
  template <typename Member>
  void object(Member&& member) {
    expect('{');
    for (bool first = true; !closes('}', first); first = false) {
      const std::string name = text();
      expect(':');
      member(std::string_view(name));
    }
  }
  /// Calls element() for each element; it must consume it.
  template <typename Element>
  void array(Element&& element) {
    expect('[');
    for (bool first = true; !closes(']', first); first = false) {
      element();
    }
  }
  std::string text();
  double number();  ///< the texts "nan", "inf" and "-inf" too
  bool boolean();
  template <typename Integer>
  requires std::is_integral_v<Integer> Integer integer() {
    spaces();
    Integer value{};
    const char* begin = text_.data() + place_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc{}) {
      fail("no integer in range");
    }
    place_ += static_cast<std::size_t>(end - begin);
    ends_number();
    return value;
  }
  /// Passes over any value.
  void skip() { skip(0); }
  /// Nothing but white space is left.
  void end();

  [[noreturn]] void fail(const std::string& what) const;

 private:
  void spaces();
  void expect(char c);
  bool closes(char bracket, bool first);
  void ends_number();
  void skip(int depth);
  void escape(std::string& out);
  unsigned hex4();
  bool literal(std::string_view word);

  std::string_view text_;
  std::size_t place_ = 0;
};

}  // namespace diwan
