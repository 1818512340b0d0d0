// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/tfevents/scalar.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include "collectors/number.hpp"
#include "collectors/tfevents/little_endian.hpp"

namespace diwan {
namespace {

using tfevents::Tensor;

// TensorFlow's numbers of the types of elements.
enum DataType : int {
  dt_float = 1,
  dt_double = 2,
  dt_int32 = 3,
  dt_uint8 = 4,
  dt_int16 = 5,
  dt_int8 = 6,
  dt_int64 = 9,
  dt_bool = 10,
  dt_bfloat16 = 14,
  dt_uint16 = 17,
  dt_half = 19,
  dt_uint32 = 22,
  dt_uint64 = 23
};

/// The number that the shortest decimal spells from which the float can be told.
double shortest_decimal(float value) {
  if (!std::isfinite(value)) {
    return value;
  }
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  const std::string_view digits(text.data(), static_cast<std::size_t>(end - text.data()));
  return parse_number(digits).value_or(value);
}

double from_half(std::uint16_t bits) {
  constexpr int fraction_bits = 10;
  constexpr int bias = 15;
  const int exponent = (bits >> fraction_bits) & 0x1F;
  const int fraction = bits & 0x3FF;
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  if (exponent == 0x1F) {
    return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  }
  // Without the implicit leading 1 where the exponent is the least.
  const int significand = exponent == 0 ? fraction : fraction + 0x400;
  return sign * std::ldexp(significand, std::max(exponent, 1) - bias - fraction_bits);
}

double from_bfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

bool has_one_element(const Tensor& tensor) {
  const auto& shape = tensor.tensor_shape();
  return !shape.unknown_rank() && std::all_of(shape.dim().begin(), shape.dim().end(),
                                              [](const auto& dim) { return dim.size() == 1; });
}

/// The bits of a number in tensor_content.
template <class Number>
using BitsOf = std::make_unsigned_t<typename std::conditional_t<
    std::is_floating_point_v<Number>,
    std::conditional<sizeof(Number) == sizeof(std::uint64_t), std::uint64_t, std::uint32_t>,
    std::type_identity<Number>>::type>;

/// The only element, from tensor_content or from the list for its type, of which TensorFlow leaves
/// out what is zero at the end.
template <class Number, class List>
std::optional<Number> element_of(const Tensor& tensor, const List& list) {
  const std::string_view content = tensor.tensor_content();
  if (content.empty() && list.size() <= 1) {
    return list.empty() ? Number{} : static_cast<Number>(list.Get(0));
  }
  if (content.size() != sizeof(Number)) {
    return std::nullopt;
  }
  return std::bit_cast<Number>(little_endian<BitsOf<Number>>(content));
}

template <class Number>
double widened(Number number) {
  return static_cast<double>(number);
}

std::optional<double> number_in(const Tensor& tensor) {
  const auto read = [&]<class Number>(Number /*type*/, const auto& list,
                                      double (*convert)(Number)) -> std::optional<double> {
    const auto element = element_of<Number>(tensor, list);
    return element ? std::optional(convert(*element)) : std::nullopt;
  };
  switch (tensor.dtype()) {
    case dt_float:
      return read(float{}, tensor.float_val(), shortest_decimal);
    case dt_double:
      return read(double{}, tensor.double_val(), widened);
    case dt_half:
      return read(std::uint16_t{}, tensor.half_val(), from_half);
    case dt_bfloat16:
      return read(std::uint16_t{}, tensor.half_val(), from_bfloat16);
    case dt_int8:
      return read(std::int8_t{}, tensor.int_val(), widened);
    case dt_int16:
      return read(std::int16_t{}, tensor.int_val(), widened);
    case dt_int32:
      return read(std::int32_t{}, tensor.int_val(), widened);
    case dt_int64:
      return read(std::int64_t{}, tensor.int64_val(), widened);
    case dt_uint8:
      return read(std::uint8_t{}, tensor.int_val(), widened);
    case dt_uint16:
      return read(std::uint16_t{}, tensor.int_val(), widened);
    case dt_uint32:
      return read(std::uint32_t{}, tensor.uint32_val(), widened);
    case dt_uint64:
      return read(std::uint64_t{}, tensor.uint64_val(), widened);
    case dt_bool:
      return read(std::uint8_t{}, tensor.bool_val(), widened);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<double> scalar_of(const tfevents::Summary::Value& value) {
  if (value.has_simple_value()) {
    return value.simple_value();
  }
  if (value.has_tensor() && has_one_element(value.tensor())) {
    return number_in(value.tensor());
  }
  return std::nullopt;
}

}  // namespace diwan
