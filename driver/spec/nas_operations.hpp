// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "driver/spec/spec.hpp"

namespace diwan {

/// Of all operations of enas together: each layer's domain lists them.
inline constexpr std::uint64_t most_nas_variants = 4096;

/// An operation with a value for each of its parameters: what one number in an architecture means.
struct NasVariant {
  std::string type;
  struct Value {
    std::string name;
    std::string text;
    bool number = false;  ///< in JSON
    bool operator==(const Value&) const = default;
  };
  std::vector<Value> values;
  bool operator==(const NasVariant&) const = default;
};

/// How many there are of an operation: all combinations of its parameters' values.
/// @return at most `most` + 1
std::uint64_t variants(const NasOperation& operation, std::uint64_t most);
/// How many there are of all operations. @return at most `most` + 1
std::uint64_t variants(const NasConfig& config, std::uint64_t most);

/// The operation that a number stands for. They are counted operation by operation, the last
/// parameter's values fastest, as Katib does; the values of a list in its order.
NasVariant variant(const NasConfig& config, std::uint64_t number);
/// "convolution filter_size=3 num_filter=32"
std::string variant_text(const NasVariant& variant);

}  // namespace diwan
