// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/timestamp.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace diwan {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the parts of a time from the front of a text, and remembers the first one that was missing.
class TimeText {
 public:
  explicit TimeText(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      value = value * 10 + digit();
    }
    return value;
  }

  int one_or_two_digits() {
    const int first = digit();
    return !rest_.empty() && is_digit(rest_.front()) ? first * 10 + digit() : first;
  }

  char one_of(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) {
      good_ = false;
      return '\0';
    }
    const char taken = rest_.front();
    rest_.remove_prefix(1);
    return taken;
  }

  std::chrono::microseconds fraction() {
    if (rest_.size() < 2 || (rest_.front() != '.' && rest_.front() != ',') || !is_digit(rest_[1])) {
      return {};
    }
    rest_.remove_prefix(1);
    std::chrono::microseconds sum{0};
    for (int place = 100'000; !rest_.empty() && is_digit(rest_.front()); place /= 10) {
      sum += std::chrono::microseconds{place * digit()};
    }
    return sum;
  }

  bool is_read_to_the_end() const { return good_ && rest_.empty(); }

 private:
  int digit() {
    const char taken = one_of("0123456789");
    return taken == '\0' ? 0 : taken - '0';
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::string time_text(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  namespace chrono = std::chrono;
  TimeText part(text);
  const chrono::year year{part.digits(4)};
  part.one_of("-");
  const chrono::month month{static_cast<unsigned>(part.digits(2))};
  part.one_of("-");
  const chrono::day day{static_cast<unsigned>(part.digits(2))};
  part.one_of("T");
  const int hour = part.one_or_two_digits();
  part.one_of(":");
  const int minute = part.digits(2);
  part.one_of(":");
  const int second = part.digits(2);
  const chrono::microseconds fraction = part.fraction();
  chrono::minutes east{0};
  if (const char zone = part.one_of("Z+-"); zone == '+' || zone == '-') {
    const int hours = part.digits(2);
    part.one_of(":");
    const int minutes = part.digits(2);
    if (hours > 24 || minutes > 60) {
      return std::nullopt;
    }
    east = (zone == '+' ? 1 : -1) * (chrono::hours{hours} + chrono::minutes{minutes});
  }
  const chrono::year_month_day date{year, month, day};
  if (!part.is_read_to_the_end() || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  return chrono::sys_days{date} + chrono::hours{hour} + chrono::minutes{minute} +
         chrono::seconds{second} + fraction - east;
}

std::optional<Time> from_unix_seconds(double seconds) {
  constexpr double year_0 = -62'167'219'200.0;
  constexpr double year_10000 = 253'402'300'800.0;
  if (!(seconds >= year_0 && seconds < year_10000)) {
    return std::nullopt;
  }
  return Time{std::chrono::microseconds{std::llround(seconds * 1e6)}};
}

}  // namespace diwan
