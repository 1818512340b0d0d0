// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/number.hpp"

#include <algorithm>
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

}  // namespace

std::optional<double> parse_number(std::string_view text) {
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
