// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/json_writer.hpp"

#include <cmath>

namespace diwan {
namespace {

constexpr char hex[] = "0123456789abcdef";

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  if (text.empty()) {
    return 0;
  }
  const unsigned first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return follows(1) ? 2 : 0;
  }
  if (first >= 0xE0 && first <= 0xEF) {  // no overlong forms, no surrogates
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {  // U+10000 to U+10FFFF
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  out_ += ':';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  separate();
  quote(value);
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  if (std::isnan(value)) {
    return raw("\"nan\"");
  }
  if (std::isinf(value)) {
    return raw(value > 0 ? "\"inf\"" : "\"-inf\"");
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return raw({digits, static_cast<std::size_t>(end - digits)});
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view value) {
  separate();
  out_ += value;
  comma_ = true;
  return *this;
}

void JsonWriter::separate() {
  if (comma_) {
    out_ += ',';
  }
}

void JsonWriter::quote(std::string_view value) {
  out_ += '"';
  while (!value.empty()) {
    std::size_t length = 0;
    while (length < value.size() && is_plain(value[length])) {
      ++length;
    }
    out_ += value.substr(0, length);
    value.remove_prefix(length);
    if (value.empty()) {
      break;
    }
    const char c = value.front();
    const auto byte = static_cast<unsigned char>(c);
    length = utf8_length(value);
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (c == '\n') {
      out_ += "\\n";
    } else if (c == '\t') {
      out_ += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out_ += "\\u00";
      out_ += hex[byte >> 4];
      out_ += hex[byte & 15];
    } else if (length > 0) {
      out_ += value.substr(0, length);
    } else if (bad_bytes_ == BadBytes::escape) {
      out_ += "\\udc";
      out_ += hex[byte >> 4];
      out_ += hex[byte & 15];
    } else {
      out_ += "\xEF\xBF\xBD";
    }
    value.remove_prefix(length > 0 ? length : 1);
  }
  out_ += '"';
}

}  // namespace diwan
