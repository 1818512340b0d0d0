// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/quantity.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

namespace diwan {
namespace {

constexpr double largest_integer = 9007199254740992.0;  // 2^53
constexpr std::int64_t longest_seconds = std::int64_t{100} * 366 * 86400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Digits at the start of `text`, taken from it; at most 10 of them.
std::optional<std::int64_t> take_digits(std::string_view& text) {
  std::int64_t value = 0;
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) {
    if (count == 10) {
      return {};
    }
    value = value * 10 + (text[count] - '0');
    ++count;
  }
  text.remove_prefix(count);
  return count == 0 ? std::nullopt : std::optional(value);
}

/// `1h30m`: numbers with units.
std::optional<std::int64_t> with_units(std::string_view text) {
  std::int64_t total = 0;
  while (!text.empty()) {
    const std::optional<std::int64_t> count = take_digits(text);
    if (!count || text.empty()) {
      return {};
    }
    constexpr std::array<std::pair<char, std::int64_t>, 4> units = {
        {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}}};
    std::int64_t unit = 0;
    for (const auto& [letter, seconds] : units) {
      unit = letter == text.front() ? seconds : unit;
    }
    if (unit == 0 || *count > longest_seconds / unit) {
      return {};
    }
    total += *count * unit;
    text.remove_prefix(1);
  }
  return total;
}

/// `[D-]H[:M[:S]]`, and without days `M:S` as Slurm has it.
std::optional<std::int64_t> with_colons(std::string_view text) {
  std::int64_t days = 0;
  const std::size_t dash = text.find('-');
  const bool has_days = dash != std::string_view::npos;
  if (has_days) {
    std::string_view number = text.substr(0, dash);
    const std::optional<std::int64_t> value = take_digits(number);
    if (!value || !number.empty()) {
      return {};
    }
    days = *value;
    text.remove_prefix(dash + 1);
  }
  std::vector<std::int64_t> parts;
  while (true) {
    const std::optional<std::int64_t> part = take_digits(text);
    if (!part || parts.size() == 3) {
      return {};
    }
    parts.push_back(*part);
    if (text.empty()) {
      break;
    }
    if (text.front() != ':') {
      return {};
    }
    text.remove_prefix(1);
  }
  if (!has_days && parts.size() == 2) {
    parts.insert(parts.begin(), 0);
  }
  parts.resize(3, 0);
  constexpr std::int64_t limit = longest_seconds;
  if (days > limit / 86400 || parts[0] > limit / 3600 || parts[1] > limit / 60) {
    return {};
  }
  return days * 86400 + parts[0] * 3600 + parts[1] * 60 + parts[2];
}

}  // namespace

std::optional<double> finite_number(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) {
      return {};
    }
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) {
      return {};
    }
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

std::optional<std::int64_t> integral_number(std::string_view text) {
  std::optional<std::int64_t> value = whole_number(text);
  if (!value) {
    const std::optional<double> number = finite_number(text);
    if (!number || std::floor(*number) != *number || std::fabs(*number) > largest_integer) {
      return {};
    }
    value = static_cast<std::int64_t>(*number);
  }
  constexpr auto limit = static_cast<std::int64_t>(largest_integer);
  return *value < -limit || *value > limit ? std::nullopt : value;
}

std::optional<double> quantity(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 15> units = {{{"Ki", 0x1p10},
                                                                          {"Mi", 0x1p20},
                                                                          {"Gi", 0x1p30},
                                                                          {"Ti", 0x1p40},
                                                                          {"Pi", 0x1p50},
                                                                          {"Ei", 0x1p60},
                                                                          {"n", 1e-9},
                                                                          {"u", 1e-6},
                                                                          {"m", 1e-3},
                                                                          {"k", 1e3},
                                                                          {"M", 1e6},
                                                                          {"G", 1e9},
                                                                          {"T", 1e12},
                                                                          {"P", 1e15},
                                                                          {"E", 1e18}}};
  double unit = 1;
  for (const auto& [suffix, factor] : units) {
    if (text.ends_with(suffix)) {
      unit = factor;
      text.remove_suffix(suffix.size());
      break;
    }
  }
  const std::optional<double> number = finite_number(text);
  if (!number || *number < 0 || !std::isfinite(*number * unit)) {
    return {};
  }
  return *number * unit;
}

std::optional<std::chrono::seconds> duration(std::string_view text) {
  std::optional<std::int64_t> seconds;
  if (text.find_first_of(":-") != std::string_view::npos) {
    seconds = with_colons(text);
  } else if (!text.empty() && is_digit(text.back())) {
    seconds = take_digits(text);
    seconds = text.empty() ? seconds : std::nullopt;
  } else {
    seconds = with_units(text);
  }
  if (!seconds || *seconds <= 0 || *seconds > longest_seconds) {
    return {};
  }
  return std::chrono::seconds(*seconds);
}

}  // namespace diwan
