// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/json_reader.hpp"

#include <limits>

namespace diwan {
namespace {

void append_utf8(std::string& out, unsigned code) {
  const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

}  // namespace

void JsonReader::fail(const std::string& what) const {
  throw JsonError("byte " + std::to_string(place_) + " of the record: " + what);
}

void JsonReader::spaces() {
  while (place_ < text_.size() && (text_[place_] == ' ' || text_[place_] == '\t' ||
                                   text_[place_] == '\n' || text_[place_] == '\r')) {
    ++place_;
  }
}

void JsonReader::expect(char c) {
  spaces();
  if (place_ >= text_.size() || text_[place_] != c) {
    fail(std::string("expected '") + c + "'");
  }
  ++place_;
}

bool JsonReader::closes(char bracket, bool first) {
  spaces();
  if (place_ < text_.size() && text_[place_] == bracket) {
    ++place_;
    return true;
  }
  if (!first) {
    expect(',');
  }
  return false;
}

bool JsonReader::literal(std::string_view word) {
  if (text_.substr(place_, word.size()) != word) {
    return false;
  }
  place_ += word.size();
  return true;
}

void JsonReader::ends_number() {
  // "1.5" where an integer is expected must not be read as 1.
  if (place_ < text_.size() &&
      (text_[place_] == '.' || text_[place_] == 'e' || text_[place_] == 'E')) {
    fail("expected an integer");
  }
}

bool JsonReader::boolean() {
  spaces();
  if (literal("true")) {
    return true;
  }
  if (!literal("false")) {
    fail("expected true or false");
  }
  return false;
}

double JsonReader::number() {
  spaces();
  if (literal("\"nan\"")) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (literal("\"inf\"")) {
    return std::numeric_limits<double>::infinity();
  }
  if (literal("\"-inf\"")) {
    return -std::numeric_limits<double>::infinity();
  }
  const std::size_t digit = place_ + (place_ < text_.size() && text_[place_] == '-' ? 1 : 0);
  if (digit >= text_.size() || text_[digit] < '0' || text_[digit] > '9') {
    fail("expected a number");
  }
  double value = 0;
  const char* begin = text_.data() + place_;
  const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
  if (error != std::errc{}) {
    fail("number out of range");
  }
  place_ += static_cast<std::size_t>(end - begin);
  return value;
}

std::string JsonReader::text() {
  expect('"');
  std::string out;
  while (true) {
    std::size_t end = place_;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '\\') {
      ++end;
    }
    out += text_.substr(place_, end - place_);
    place_ = end;
    if (place_ >= text_.size()) {
      fail("text without end");
    }
    if (text_[place_++] == '"') {
      return out;
    }
    escape(out);
  }
}

unsigned JsonReader::hex4() {
  unsigned value = 0;
  if (place_ + 4 > text_.size()) {
    fail("incomplete \\u escape");
  }
  const char* begin = text_.data() + place_;
  const auto [end, error] = std::from_chars(begin, begin + 4, value, 16);
  if (error != std::errc{} || end != begin + 4) {
    fail("bad \\u escape");
  }
  place_ += 4;
  return value;
}

void JsonReader::escape(std::string& out) {
  if (place_ >= text_.size()) {
    fail("text without end");
  }
  constexpr std::string_view letters = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  const char letter = text_[place_++];
  if (const std::size_t i = letters.find(letter); i != std::string_view::npos) {
    out += meanings[i];
    return;
  }
  if (letter != 'u') {
    fail("unknown escape");
  }
  const unsigned code = hex4();
  if (code >= 0xDC80 && code <= 0xDCFF) {
    out += static_cast<char>(code - 0xDC00);
  } else if (code >= 0xD800 && code <= 0xDBFF && literal("\\u")) {
    const unsigned low = hex4();
    if (low < 0xDC00 || low > 0xDFFF) {
      fail("half a surrogate pair");
    }
    append_utf8(out, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
  } else if (code >= 0xD800 && code <= 0xDFFF) {
    fail("half a surrogate pair");
  } else {
    append_utf8(out, code);
  }
}

void JsonReader::skip(int depth) {
  constexpr int deepest = 64;
  if (depth > deepest) {
    fail("nested too deeply");
  }
  spaces();
  const char c = place_ < text_.size() ? text_[place_] : '\0';
  if (c == '{') {
    object([&](std::string_view) { skip(depth + 1); });
  } else if (c == '[') {
    array([&] { skip(depth + 1); });
  } else if (c == '"') {
    text();
  } else if (c == 't' || c == 'f') {
    boolean();
  } else if (!literal("null")) {
    number();
  }
}

void JsonReader::end() {
  spaces();
  if (place_ != text_.size()) {
    fail("something follows the object");
  }
}

}  // namespace diwan
