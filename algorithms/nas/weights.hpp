// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <Eigen/Core>

#include "algorithms/nas/architecture.hpp"

namespace diwan::nas {

/// The weights of the controller as parts of one vector, for a hidden size H, n operations and L
/// layers. `Values` is double, or const double for a look at them.
template <class Value>
struct WeightParts {
  using Matrix = Eigen::Map<
      std::conditional_t<std::is_const_v<Value>, const Eigen::MatrixXd, Eigen::MatrixXd>>;
  using Vector = Eigen::Map<
      std::conditional_t<std::is_const_v<Value>, const Eigen::VectorXd, Eigen::VectorXd>>;

  WeightParts(Value* data, Eigen::Index hidden, const ArchitectureShape& shape)
      : WeightParts(data, hidden, static_cast<Eigen::Index>(shape.layers),
                    static_cast<Eigen::Index>(shape.operations)) {}

  Matrix gates;           ///< 4H×2H: of input, forget, output and candidate, over [x; h]
  Vector begin;           ///< H: the first input, and that after a layer without skips
  Matrix embedding;       ///< H×n: the input after an operation was chosen
  Matrix operations;      ///< n×H: from the state to the logits
  Vector origin;          ///< H: stands for the network's input among the layers
  Matrix earlier;         ///< H×H: W1 of the attention, over an earlier layer's state
  Matrix current;         ///< H×H: W2, over the state
  Vector attention;       ///< H: v
  Matrix operation_bias;  ///< n×L
  Vector skip_bias;       ///< L(L-1)/2, layer after layer

  static Eigen::Index size(Eigen::Index hidden, const ArchitectureShape& shape) {
    const auto layers = static_cast<Eigen::Index>(shape.layers);
    const auto operations = static_cast<Eigen::Index>(shape.operations);
    return 8 * hidden * hidden + 2 * hidden + 2 * hidden * operations + 2 * hidden * hidden +
           hidden + operations * layers + layers * (layers - 1) / 2;
  }
  /// How many of them, from the front, are no biases.
  static Eigen::Index without_biases(Eigen::Index hidden, const ArchitectureShape& shape) {
    const auto layers = static_cast<Eigen::Index>(shape.layers);
    return size(hidden, shape) - static_cast<Eigen::Index>(shape.operations) * layers -
           layers * (layers - 1) / 2;
  }

 private:
  WeightParts(Value* data, Eigen::Index h, Eigen::Index layers, Eigen::Index n)
      : gates(data, 4 * h, 2 * h),
        begin(gates.data() + gates.size(), h),
        embedding(begin.data() + begin.size(), h, n),
        operations(embedding.data() + embedding.size(), n, h),
        origin(operations.data() + operations.size(), h),
        earlier(origin.data() + origin.size(), h, h),
        current(earlier.data() + earlier.size(), h, h),
        attention(current.data() + current.size(), h),
        operation_bias(attention.data() + attention.size(), n, layers),
        skip_bias(operation_bias.data() + operation_bias.size(), layers * (layers - 1) / 2) {}
};

}  // namespace diwan::nas
