// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/nas_operations.hpp"

#include <algorithm>
#include <variant>

#include "algorithms/space/shortest.hpp"

namespace diwan {
namespace {

NasVariant::Value value_of(const SearchSpace& space, std::size_t parameter, std::uint64_t index) {
  const Parameter& one = space.parameters()[parameter];
  const double value = space.value_at(parameter, index);
  NasVariant::Value out{.name = one.name, .text = space.text(parameter, value), .number = true};
  if (std::holds_alternative<Categorical>(one.domain)) {
    out.number = false;
  } else if (const auto* discrete = std::get_if<Discrete>(&one.domain)) {
    out.text = shortest(discrete->values.at(static_cast<std::size_t>(value)));
  } else if (std::holds_alternative<Real>(one.domain) &&
             out.text.find_first_of(".e") == std::string::npos) {
    out.text += ".0";  // a double stays one where the trial is written in Python
  }
  return out;
}

}  // namespace

std::uint64_t variants(const NasOperation& operation, std::uint64_t most) {
  const SearchSpace space(operation.parameters);
  std::uint64_t count = 1;
  for (std::size_t p = 0; p < space.size(); ++p) {
    const std::uint64_t values = space.cardinality(p).value_or(most + 1);
    count = values > (most + 1) / count ? most + 1 : count * values;
  }
  return std::min(count, most + 1);
}

std::uint64_t variants(const NasConfig& config, std::uint64_t most) {
  std::uint64_t count = 0;
  for (const NasOperation& operation : config.operations) {
    count = std::min(count + variants(operation, most), most + 1);
  }
  return count;
}

NasVariant variant(const NasConfig& config, std::uint64_t number) {
  for (const NasOperation& operation : config.operations) {
    const std::uint64_t count = variants(operation, number);
    if (number >= count) {
      number -= count;
      continue;
    }
    const SearchSpace space(operation.parameters);
    NasVariant out{.type = operation.type, .values = std::vector<NasVariant::Value>(space.size())};
    for (std::size_t p = space.size(); p-- > 0;) {
      const std::uint64_t values = *space.cardinality(p);
      out.values[p] = value_of(space, p, number % values);
      number /= values;
    }
    return out;
  }
  return {};
}

std::string variant_text(const NasVariant& variant) {
  std::string text = variant.type;
  for (const NasVariant::Value& value : variant.values) {
    text += " " + value.name + "=" + value.text;
  }
  return text;
}

}  // namespace diwan
