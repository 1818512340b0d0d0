// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "algorithms/nas/weights.hpp"

namespace diwan::nas {

/// From raw logits to logits: c tanh(raw / temperature).
struct Squash {
  double temperature = 1;
  std::optional<double> tanh_const;  ///< nothing: raw / temperature

  Eigen::MatrixXd operator()(const Eigen::MatrixXd& raw) const;
  /// The derivative by the raw logits, at these logits.
  Eigen::MatrixXd slope(const Eigen::MatrixXd& logits) const;
};

/// The controller at work on a batch of B architectures: for each layer an operation, and then the
/// skip bits, each decision seeing those before it [Pham et al. 2018, section 2.4]. A one-layer
/// LSTM takes two steps a layer; the skip bits come from an attention over the states of earlier
/// layers, v^T tanh(W1 h_j + W2 h_i).
///
/// Deviation: every decision has a bias of its own, so that few results already move it.
class Rollout {
 public:
  /// Which decisions are taken, given the chances. They are columns of one batch.
  struct Decider {
    /// n×B chances of the layer's operations; gives B of them.
    std::function<std::vector<std::uint32_t>(std::size_t layer, const Eigen::MatrixXd&)> operation;
    /// l×B chances of the layer's skip bits; gives as many, 0 or 1.
    std::function<Eigen::MatrixXd(std::size_t layer, const Eigen::MatrixXd&)> skips;
  };
  /// What was decided at a layer, and how likely each choice was.
  struct Layer {
    Eigen::MatrixXd operation_logits;   ///< n×B
    Eigen::MatrixXd operation_chances;  ///< n×B
    std::vector<std::uint32_t> operations;
    Eigen::MatrixXd skip_logits;   ///< l×B, z: a skip has the chance 1/(1+exp(-2z))
    Eigen::MatrixXd skip_chances;  ///< l×B, of a skip
    Eigen::MatrixXd skips;         ///< l×B, 0 or 1
  };
  /// Derivatives by a layer's logits, as Layer has them.
  struct LayerSlopes {
    Eigen::MatrixXd operations;
    Eigen::MatrixXd skips;
  };

  /// @param sharpness  what the logits are multiplied by: 1, or less for more even chances
  Rollout(const WeightParts<const double>& weights, const Squash& squash,
          const ArchitectureShape& shape, Eigen::Index batch, const Decider& decider,
          double sharpness = 1);

  const std::vector<Layer>& layers() const { return layers_; }
  /// Adds to `gradient` what a loss with these slopes at the layers changes by each weight. Of a
  /// rollout of sharpness 1.
  void add_gradient(const std::vector<LayerSlopes>& slopes, WeightParts<double>& gradient) const;

 private:
  /// One step of the LSTM and what its derivative needs.
  struct Step {
    Eigen::MatrixXd input;   ///< 2H×B: [x; h before]
    Eigen::MatrixXd gates;   ///< 4H×B: of input, forget, output, and the candidate
    Eigen::MatrixXd before;  ///< H×B: the cell before
    Eigen::MatrixXd curved;  ///< H×B: tanh of the cell after
    Eigen::MatrixXd state;   ///< H×B: h
  };
  struct Memory {
    Step first;                              ///< before the operation is chosen
    Step second;                             ///< before the skip bits are
    std::vector<Eigen::MatrixXd> attention;  ///< of each bit, H×B: tanh(W1 h_j + W2 h_i)
  };
  /// What flows back from later steps.
  struct Flow {
    Eigen::MatrixXd state;
    Eigen::MatrixXd cell;
    Eigen::MatrixXd input;  ///< of the step that comes after, by its x
  };

  Step step(const Eigen::MatrixXd& x, Eigen::MatrixXd& cell, const Eigen::MatrixXd& state) const;
  void back(const Step& step, Flow& flow, WeightParts<double>& gradient) const;
  void choose_operation(std::size_t layer, const Decider& decider, double sharpness);
  void choose_skips(std::size_t layer, const Decider& decider, double sharpness);
  /// The input after a layer: the mean over one more than its skips' states, else the first one.
  Eigen::MatrixXd input_after(std::size_t layer) const;
  void back_through_input(std::size_t layer, const Eigen::MatrixXd& slope,
                          std::vector<Eigen::MatrixXd>& anchors,
                          WeightParts<double>& gradient) const;
  void back_through_skips(std::size_t layer, const Eigen::MatrixXd& slopes, Flow& flow,
                          std::vector<Eigen::MatrixXd>& anchors,
                          WeightParts<double>& gradient) const;

  const WeightParts<const double>& weights_;
  Squash squash_;
  Eigen::Index hidden_;
  Eigen::Index batch_;
  std::vector<Layer> layers_;
  std::vector<Memory> memory_;
  std::vector<Eigen::MatrixXd> anchors_;  ///< H×B: the input's, then the state after each layer
  std::vector<Eigen::MatrixXd> keys_;     ///< W1 times each of them
};

}  // namespace diwan::nas
