// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/time_text.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace diwan {
namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) {
    return std::nullopt;
  }
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return std::nullopt;
    }
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/// Microseconds of ".25Z", ".000250Z" or "Z".
std::optional<std::int64_t> fraction(std::string_view text) {
  if (text == "Z") {
    return 0;
  }
  if (text.size() < 3 || text.size() > 11 || text.front() != '.' || text.back() != 'Z') {
    return std::nullopt;
  }
  std::int64_t value = 0;
  std::int64_t unit = 100'000;
  for (const char c : text.substr(1, text.size() - 2)) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value += unit * (c - '0');
    unit /= 10;
  }
  return value;
}

}  // namespace

std::string time_text(Time time) {
  using std::chrono::floor;
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::int64_t micros = (time - day).count();
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(micros / 3'600'000'000),
      static_cast<int>(micros / 60'000'000 % 60), static_cast<int>(micros / 1'000'000 % 60),
      static_cast<int>(micros % 1'000'000));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<Time> parse_time(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second || text[4] != '-' || text[7] != '-' ||
      text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const auto micros = fraction(text.substr(19));
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!micros || !date.ok() || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return Time{std::chrono::sys_days{date} + std::chrono::hours{*hour} +
              std::chrono::minutes{*minute} + std::chrono::seconds{*second} +
              std::chrono::microseconds{*micros}};
}

std::string duration_text(double seconds) {
  std::array<char, 48> text{};
  const auto whole = static_cast<std::int64_t>(std::llround(std::fmax(seconds, 0)));
  int length = 0;
  if (seconds < 60) {
    length = std::snprintf(text.data(), text.size(), "%.1fs", std::fmax(seconds, 0));
  } else if (whole < 3600) {
    length = std::snprintf(text.data(), text.size(), "%dm%02ds", static_cast<int>(whole / 60),
                           static_cast<int>(whole % 60));
  } else if (whole < 86400) {
    length = std::snprintf(text.data(), text.size(), "%dh%02dm", static_cast<int>(whole / 3600),
                           static_cast<int>(whole / 60 % 60));
  } else {
    length =
        std::snprintf(text.data(), text.size(), "%lldd%02dh", static_cast<long long>(whole / 86400),
                      static_cast<int>(whole / 3600 % 24));
  }
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace diwan
