// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/architecture.hpp"

#include <cstdint>
#include <utility>

#include "algorithms/nas/architecture.hpp"
#include "driver/spec/nas.hpp"
#include "driver/spec/nas_operations.hpp"

namespace diwan {
namespace {

Value operation_value(const NasVariant& operation) {
  Value::List values;
  for (const NasVariant::Value& value : operation.values) {
    values.push_back(Value::List{value.name, value.text});
  }
  return Value::Fields{{"type", operation.type}, {"values", std::move(values)}};
}

}  // namespace

Value architecture_value(const Spec& spec) {
  if (!spec.nas) {
    return nullptr;
  }
  if (!searches_architectures(spec)) {
    return Value::Fields{{"kind", spec.algorithm.name}, {"layers", spec.nas->num_layers}};
  }
  const auto shape = nas::architecture_shape(spec.space);
  const std::uint64_t count = shape ? shape->operations : 0;
  Value::List operations;
  for (std::uint64_t number = 0; number < count; ++number) {
    operations.push_back(operation_value(variant(*spec.nas, number)));
  }
  return Value::Fields{
      {"kind", spec.algorithm.name},
      {"layers", spec.nas->num_layers},
      {"inputSizes", Value::List(spec.nas->input_sizes.begin(), spec.nas->input_sizes.end())},
      {"outputSizes", Value::List(spec.nas->output_sizes.begin(), spec.nas->output_sizes.end())},
      {"operations", std::move(operations)}};
}

}  // namespace diwan
