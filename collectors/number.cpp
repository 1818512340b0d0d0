// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/number.hpp"

#include <algorithm>
#include <array>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <system_error>

namespace diwan {
namespace {

constexpr std::int64_t beyond_any_exponent = 1'000'000'000;

// The exponent written behind the mantissa, held within bounds, since it may have any length.
std::int64_t written_exponent(std::string_view digits) {
  const bool negative = !digits.empty() && digits.front() == '-';
  if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) {
    digits.remove_prefix(1);
  }
  std::int64_t value = 0;
  for (const char digit : digits) {
    value = std::min(beyond_any_exponent, value * 10 + (digit - '0'));
  }
  return negative ? -value : value;
}

// std::from_chars leaves open whether an unrepresentable number was too large or too small: that is
// decided by the decimal place of its first digit that is not zero.
bool is_too_large(std::string_view number) {
  const auto exponent_at = std::min(number.find_first_of("eE"), number.size());
  const std::string_view mantissa = number.substr(0, exponent_at);
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first =
      static_cast<std::int64_t>(std::min(mantissa.find_first_of("123456789"), mantissa.size()));
  const std::int64_t written =
      exponent_at == number.size() ? 0 : written_exponent(number.substr(exponent_at + 1));
  return point - first + written > 0;
}

// Most numbers by far: some digits, perhaps with a point. Up to 15 of them are a whole number that
// a double holds, as it does the power of ten, so that the quotient is rounded once, as it should
// be [Clinger 1990].
std::optional<double> parse_short_decimal(std::string_view text) {
  constexpr std::size_t most_digits = 15;
  constexpr std::array<double, most_digits + 1> powers = {
      1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  static_assert(FLT_EVAL_METHOD == 0, "a quotient of higher precision would be rounded twice");
  const bool negative = !text.empty() && text.front() == '-';
  text.remove_prefix(negative ? 1 : 0);
  if (text.size() > most_digits + 1) {
    return std::nullopt;
  }
  std::int64_t digits = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = static_cast<unsigned char>(text[i] - '0');
    if (digit <= 9) {
      digits = digits * 10 + digit;
    } else if (text[i] == '.' && point == text.size()) {
      point = i;
    } else {
      return std::nullopt;
    }
  }
  const std::size_t decimals = point == text.size() ? 0 : text.size() - 1 - point;
  const std::size_t count = point == text.size() ? text.size() : text.size() - 1;
  if (count == 0 || count > most_digits) {
    return std::nullopt;
  }
  const double value = static_cast<double>(digits) / powers[decimals];
  return negative ? -value : value;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  if (const auto value = parse_short_decimal(text)) {
    return value;
  }
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') {
    text.remove_prefix(1);  // the one sign that std::from_chars does not know
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument ||
      (!text.empty() && text.back() == ')')) {  // "nan(...)" is C's spelling, nobody's metric
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range) {
    const bool negative = text.front() == '-';
    const double size =
        is_too_large(text.substr(negative ? 1 : 0)) ? std::numeric_limits<double>::infinity() : 0.0;
    return std::copysign(size, negative ? -1.0 : 1.0);
  }
  return value;
}

}  // namespace diwan
