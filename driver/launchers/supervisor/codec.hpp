// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/launchers/supervisor/protocol.hpp"

namespace diwan::codec {

// One function `fields` for a struct names its members in order; Writer and Reader both walk it, so
// that they cannot differ. Integers are little-endian, lists begin with their length (uint32).

template <class T, class U>
concept Like = std::same_as<std::remove_const_t<T>, U>;

template <class T>
concept Number = std::integral<T> || std::same_as<T, double>;

/// The integer of the same width, in the byte order of the wire.
template <Number T>
constexpr auto wire(T value) {
  using Word = std::conditional_t<
      sizeof(T) == 1, std::uint8_t,
      std::conditional_t<sizeof(T) == 2, std::uint16_t,
                         std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;
  auto word = std::bit_cast<Word>(value);
  if constexpr (std::endian::native == std::endian::big) {
    Word swapped = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      swapped = static_cast<Word>((swapped << 8) | ((word >> (8 * i)) & 0xff));
    }
    word = swapped;
  }
  return word;
}

/// Enumerations that travel, with their last value.
template <class E>
struct LastOf;
template <>
struct LastOf<CollectorKind> {
  static constexpr auto value = CollectorKind::custom;
};
template <>
struct LastOf<FileFormat> {
  static constexpr auto value = FileFormat::json;
};
template <>
struct LastOf<RunSettings::Keep> {
  static constexpr auto value = RunSettings::Keep::none;
};
template <>
struct LastOf<Source> {
  static constexpr auto value = Source::push;
};
template <>
struct LastOf<RunOutcome> {
  static constexpr auto value = RunOutcome::stopped;
};
template <>
struct LastOf<LostCause> {
  static constexpr auto value = LostCause::not_begun;
};

/// Appends values to bytes.
class Writer {
 public:
  explicit Writer(std::string& out) : out_{out} {}

  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }

 private:
  template <Number T>
  void put(T value) {
    const auto word = wire(value);
    out_.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  template <class E>
  requires std::is_enum_v<E>
  void put(E value) { put(static_cast<std::uint8_t>(value)); }
  void put_size(std::size_t size) {
    if (size > std::numeric_limits<std::uint32_t>::max()) {
      throw ProtocolError{"a list of " + std::to_string(size) + " items is too long to send"};
    }
    put(static_cast<std::uint32_t>(size));
  }
  void put(const std::string& text) {
    put_size(text.size());
    out_ += text;
  }
  void put(const std::filesystem::path& path) { put(path.native()); }
  template <class Rep, class Period>
  void put(const std::chrono::duration<Rep, Period>& duration) {
    put(static_cast<std::int64_t>(duration.count()));
  }
  void put(const Time& time) { put(time.time_since_epoch()); }
  template <class A, class B>
  void put(const std::pair<A, B>& pair) {
    (*this)(pair.first, pair.second);
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) {
      put(*value);
    }
  }
  template <class T>
  void put(const std::vector<T>& list) {
    put_size(list.size());
    out_.reserve(out_.size() + list.size());
    for (const T& item : list) {
      put(item);
    }
  }
  template <class K, class V>
  void put(const std::map<K, V>& map) {
    put_size(map.size());
    for (const auto& item : map) {
      put(item);
    }
  }
  template <class T>
  requires requires(Writer& writer, const T& value) { fields(writer, value); }
  void put(const T& value) { fields(*this, value); }

  std::string& out_;
};

}  // namespace diwan::codec
