// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/nas/rollout.hpp"

namespace diwan::nas {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

MatrixXd sigmoid(const MatrixXd& x) { return (1 + (-x.array()).exp()).inverse(); }

MatrixXd softmax(const MatrixXd& logits) {
  MatrixXd out = (logits.rowwise() - logits.colwise().maxCoeff()).array().exp();
  out.array().rowwise() /= out.colwise().sum().array().eval();
  return out;
}

/// Where the skip bits of a layer begin among those of all.
Index first_skip(std::size_t layer) { return static_cast<Index>(layer * (layer - 1) / 2); }

}  // namespace

MatrixXd Squash::operator()(const MatrixXd& raw) const {
  const MatrixXd divided = raw / temperature;
  return tanh_const ? MatrixXd(*tanh_const * divided.array().tanh()) : divided;
}

MatrixXd Squash::slope(const MatrixXd& logits) const {
  if (!tanh_const) {
    return MatrixXd::Constant(logits.rows(), logits.cols(), 1 / temperature);
  }
  // d c tanh(r/t) / dr = (c^2 - z^2) / (c t)
  return (*tanh_const * *tanh_const - logits.array().square()) / (*tanh_const * temperature);
}

Rollout::Rollout(const WeightParts<const double>& weights, const Squash& squash,
                 const ArchitectureShape& shape, Index batch, const Decider& decider,
                 double sharpness)
    : weights_(weights),
      squash_(squash),
      hidden_(weights.begin.size()),
      batch_(batch),
      layers_(shape.layers),
      memory_(shape.layers) {
  anchors_.push_back(weights.origin.replicate(1, batch));
  keys_.push_back(weights.earlier * anchors_.back());
  MatrixXd cell = MatrixXd::Zero(hidden_, batch);
  MatrixXd x = weights.begin.replicate(1, batch);
  MatrixXd state = cell;
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    memory_[layer].first = step(x, cell, state);
    choose_operation(layer, decider, sharpness);
    for (Index b = 0; b < batch; ++b) {
      x.col(b) = weights.embedding.col(layers_[layer].operations[static_cast<std::size_t>(b)]);
    }
    memory_[layer].second = step(x, cell, memory_[layer].first.state);
    state = memory_[layer].second.state;
    choose_skips(layer, decider, sharpness);
    x = input_after(layer);
    anchors_.push_back(state);
    keys_.push_back(weights.earlier * state);
  }
}

Rollout::Step Rollout::step(const MatrixXd& x, MatrixXd& cell, const MatrixXd& state) const {
  Step out;
  out.input.resize(2 * hidden_, batch_);
  out.input << x, state;
  out.gates.noalias() = weights_.gates * out.input;
  out.gates.topRows(3 * hidden_) = sigmoid(out.gates.topRows(3 * hidden_));
  out.gates.bottomRows(hidden_) = out.gates.bottomRows(hidden_).array().tanh();
  out.before = cell;
  const auto gate = [&](Index i) { return out.gates.middleRows(i * hidden_, hidden_).array(); };
  // c = f c + i g,  h = o tanh(c)
  cell = gate(1) * cell.array() + gate(0) * gate(3);
  out.curved = cell.array().tanh();
  out.state = gate(2) * out.curved.array();
  return out;
}

void Rollout::choose_operation(std::size_t layer, const Decider& decider, double sharpness) {
  Layer& out = layers_[layer];
  const MatrixXd raw = (weights_.operations * memory_[layer].first.state).colwise() +
                       weights_.operation_bias.col(static_cast<Index>(layer));
  out.operation_logits = sharpness * squash_(raw);
  out.operation_chances = softmax(out.operation_logits);
  out.operations = decider.operation(layer, out.operation_chances);
}

void Rollout::choose_skips(std::size_t layer, const Decider& decider, double sharpness) {
  Layer& out = layers_[layer];
  if (layer == 0) {
    return;
  }
  Memory& memory = memory_[layer];
  const MatrixXd query = weights_.current * memory.second.state;
  MatrixXd raw(static_cast<Index>(layer), batch_);
  for (std::size_t bit = 0; bit < layer; ++bit) {
    memory.attention.emplace_back((keys_[bit] + query).array().tanh());
    const auto row = static_cast<Index>(bit);
    raw.row(row) = weights_.attention.transpose() * memory.attention.back();
    raw.row(row).array() += weights_.skip_bias[first_skip(layer) + row];
  }
  out.skip_logits = sharpness * squash_(raw);
  out.skip_chances = sigmoid(2 * out.skip_logits);
  out.skips = decider.skips(layer, out.skip_chances);
}

MatrixXd Rollout::input_after(std::size_t layer) const {
  if (layer == 0) {
    return weights_.begin.replicate(1, batch_);
  }
  const MatrixXd& skips = layers_[layer].skips;
  MatrixXd sum = MatrixXd::Zero(hidden_, batch_);
  for (std::size_t bit = 0; bit < layer; ++bit) {
    sum.array() += anchors_[bit].array().rowwise() * skips.row(static_cast<Index>(bit)).array();
  }
  return sum.array().rowwise() / (1 + skips.colwise().sum().array());
}

void Rollout::back(const Step& step, Flow& flow, WeightParts<double>& gradient) const {
  const auto gate = [&](Index i) { return step.gates.middleRows(i * hidden_, hidden_).array(); };
  MatrixXd raw(4 * hidden_, batch_);
  const auto part = [&](Index i) { return raw.middleRows(i * hidden_, hidden_).array(); };
  flow.cell.array() += flow.state.array() * gate(2) * (1 - step.curved.array().square());
  part(0) = flow.cell.array() * gate(3) * gate(0) * (1 - gate(0));
  part(1) = flow.cell.array() * step.before.array() * gate(1) * (1 - gate(1));
  part(2) = flow.state.array() * step.curved.array() * gate(2) * (1 - gate(2));
  part(3) = flow.cell.array() * gate(0) * (1 - gate(3).square());
  flow.cell.array() *= gate(1);
  gradient.gates.noalias() += raw * step.input.transpose();
  const MatrixXd input = weights_.gates.transpose() * raw;
  flow.input = input.topRows(hidden_);
  flow.state = input.bottomRows(hidden_);
}

void Rollout::back_through_input(std::size_t layer, const MatrixXd& slope,
                                 std::vector<MatrixXd>& anchors,
                                 WeightParts<double>& gradient) const {
  if (layer == 0) {
    gradient.begin += slope.rowwise().sum();
    return;
  }
  const MatrixXd& skips = layers_[layer].skips;
  const MatrixXd shared = slope.array().rowwise() / (1 + skips.colwise().sum().array());
  for (std::size_t bit = 0; bit < layer; ++bit) {
    anchors[bit].array() += shared.array().rowwise() * skips.row(static_cast<Index>(bit)).array();
  }
}

void Rollout::back_through_skips(std::size_t layer, const MatrixXd& slopes, Flow& flow,
                                 std::vector<MatrixXd>& anchors,
                                 WeightParts<double>& gradient) const {
  const Memory& memory = memory_[layer];
  MatrixXd query = MatrixXd::Zero(hidden_, batch_);
  const MatrixXd raw = slopes.array() * squash_.slope(layers_[layer].skip_logits).array();
  gradient.skip_bias.segment(first_skip(layer), raw.rows()) += raw.rowwise().sum();
  for (std::size_t bit = 0; bit < layer; ++bit) {
    const auto row = raw.row(static_cast<Index>(bit));
    const MatrixXd& curved = memory.attention[bit];
    gradient.attention += curved * row.transpose();
    const MatrixXd inner = (1 - curved.array().square()) * (weights_.attention * row).array();
    query += inner;
    gradient.earlier.noalias() += inner * anchors_[bit].transpose();
    anchors[bit].noalias() += weights_.earlier.transpose() * inner;
  }
  gradient.current.noalias() += query * memory.second.state.transpose();
  flow.state.noalias() += weights_.current.transpose() * query;
}

void Rollout::add_gradient(const std::vector<LayerSlopes>& slopes,
                           WeightParts<double>& gradient) const {
  const MatrixXd none = MatrixXd::Zero(hidden_, batch_);
  std::vector<MatrixXd> anchors(anchors_.size(), none);
  Flow flow{.state = none, .cell = none, .input = none};
  for (std::size_t layer = layers_.size(); layer-- > 0;) {
    back_through_input(layer, flow.input, anchors, gradient);
    flow.state += anchors[layer + 1];
    if (layer > 0) {
      back_through_skips(layer, slopes[layer].skips, flow, anchors, gradient);
    }
    back(memory_[layer].second, flow, gradient);
    for (Index b = 0; b < batch_; ++b) {
      gradient.embedding.col(layers_[layer].operations[static_cast<std::size_t>(b)]) +=
          flow.input.col(b);
    }
    const MatrixXd raw =
        slopes[layer].operations.array() * squash_.slope(layers_[layer].operation_logits).array();
    gradient.operation_bias.col(static_cast<Index>(layer)) += raw.rowwise().sum();
    gradient.operations.noalias() += raw * memory_[layer].first.state.transpose();
    flow.state.noalias() += weights_.operations.transpose() * raw;
    back(memory_[layer].first, flow, gradient);
  }
  gradient.begin += flow.input.rowwise().sum();
  gradient.origin += anchors[0].rowwise().sum();
}

}  // namespace diwan::nas
