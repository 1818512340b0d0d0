// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/launchers/supervisor/codec.hpp"

namespace diwan::codec {

/// Takes values off bytes that may be anything; what is read is checked before it is believed.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_{bytes} {}

  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  /// @throws ProtocolError if bytes are left over.
  void expect_end() const {
    if (!rest_.empty()) {
      throw ProtocolError{std::to_string(rest_.size()) + " bytes stand after the end of a message"};
    }
  }

 private:
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      throw ProtocolError{"a message ends " + std::to_string(size - rest_.size()) +
                          " bytes too early"};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  template <Number T>
  void get(T& value) {
    auto word = wire(T{});
    std::memcpy(&word, take(sizeof word).data(), sizeof word);
    if constexpr (std::same_as<T, bool>) {
      if (word > 1) {
        throw ProtocolError{"a truth value is " + std::to_string(word)};
      }
      value = word == 1;
    } else {
      value = std::bit_cast<T>(wire(word));
    }
  }
  template <class E>
  requires std::is_enum_v<E>
  void get(E& value) {
    std::uint8_t number = 0;
    get(number);
    if (number > static_cast<std::uint8_t>(LastOf<E>::value)) {
      throw ProtocolError{"an enumeration has no value " + std::to_string(number)};
    }
    value = static_cast<E>(number);
  }
  /// A list's length; no item is shorter than a byte, so that no lie makes us allocate.
  std::uint32_t get_size() {
    std::uint32_t size = 0;
    get(size);
    if (size > rest_.size()) {
      throw ProtocolError{"a list of " + std::to_string(size) +
                          " items is longer than its message"};
    }
    return size;
  }
  void get(std::string& text) { text = std::string{take(get_size())}; }
  void get(std::filesystem::path& path) {
    std::string text;
    get(text);
    path = std::move(text);
  }
  template <class Rep, class Period>
  void get(std::chrono::duration<Rep, Period>& duration) {
    std::int64_t count = 0;
    get(count);
    duration = std::chrono::duration<Rep, Period>{count};
  }
  void get(Time& time) {
    Time::duration since{};
    get(since);
    time = Time{since};
  }
  template <class A, class B>
  void get(std::pair<A, B>& pair) {
    (*this)(pair.first, pair.second);
  }
  template <class T>
  void get(std::optional<T>& value) {
    bool there = false;
    get(there);
    value.reset();
    if (there) {
      get(value.emplace());
    }
  }
  template <class T>
  void get(std::vector<T>& list) {
    const std::uint32_t size = get_size();
    list.clear();
    if constexpr (Number<T>) {
      list.reserve(std::min<std::size_t>(size, rest_.size() / sizeof(T)));
    }
    for (std::uint32_t i = 0; i < size; ++i) {
      get(list.emplace_back());
    }
  }
  template <class K, class V>
  void get(std::map<K, V>& map) {
    const std::uint32_t size = get_size();
    map.clear();
    for (std::uint32_t i = 0; i < size; ++i) {
      std::pair<K, V> item;
      get(item);
      map.insert(std::move(item));
    }
  }
  template <class T>
  requires requires(Reader& reader, T& value) { fields(reader, value); }
  void get(T& value) { fields(*this, value); }

  std::string_view rest_;
};

}  // namespace diwan::codec
