// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/nas/controller.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/streams.hpp"

namespace diwan::nas {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Takes the decisions of given architectures.
Rollout::Decider decisions_of(std::span<const Architecture* const> architectures) {
  return {.operation =
              [architectures](std::size_t layer, const MatrixXd& /*chances*/) {
                std::vector<std::uint32_t> out;
                for (const Architecture* one : architectures) {
                  out.push_back(one->operations[layer]);
                }
                return out;
              },
          .skips =
              [architectures](std::size_t layer, const MatrixXd& chances) {
                MatrixXd out(chances.rows(), chances.cols());
                for (Index b = 0; b < out.cols(); ++b) {
                  for (Index bit = 0; bit < out.rows(); ++bit) {
                    const Architecture& one = *architectures[static_cast<std::size_t>(b)];
                    out(bit, b) = one.skips[layer][static_cast<std::size_t>(bit)] ? 1 : 0;
                  }
                }
                return out;
              }};
}

/// Draws the decisions of one architecture.
Rollout::Decider drawn_by(Draw& draw) {
  return {.operation =
              [&draw](std::size_t /*layer*/, const MatrixXd& chances) {
                double left = draw.uniform();
                Index chosen = 0;
                while (chosen + 1 < chances.rows() && left >= chances(chosen, 0)) {
                  left -= chances(chosen, 0);
                  ++chosen;
                }
                return std::vector{static_cast<std::uint32_t>(chosen)};
              },
          .skips =
              [&draw](std::size_t /*layer*/, const MatrixXd& chances) {
                return MatrixXd(chances.unaryExpr(
                    [&draw](double chance) { return draw.uniform() < chance ? 1.0 : 0.0; }));
              }};
}

double log_of(double chance) { return std::log(std::max(chance, 1e-300)); }

/// The losses and slopes of the decisions of a batch, one after another.
class Judge {
 public:
  Judge(const ControllerOptions& options, std::span<const Lesson> lessons, std::size_t layers)
      : options_(options), lessons_(lessons), layers_(static_cast<double>(layers)) {}

  Rollout::LayerSlopes slopes(const Rollout::Layer& layer) {
    Rollout::LayerSlopes out{.operations = MatrixXd(layer.operation_chances.rows(), batch()),
                             .skips = MatrixXd(layer.skip_chances.rows(), batch())};
    for (Index b = 0; b < batch(); ++b) {
      out.operations.col(b) = operation(layer, b);
    }
    ++decision_;
    for (Index bit = 0; bit < out.skips.rows(); ++bit) {
      for (Index b = 0; b < batch(); ++b) {
        out.skips(bit, b) = skip(layer, bit, b);
      }
      ++decision_;
    }
    return out;
  }
  double loss() const { return loss_; }

 private:
  Index batch() const { return static_cast<Index>(lessons_.size()); }

  /// Slope of the clipped gain by the log-probability of the decision now at hand.
  double pull(Index b, double chance) {
    const Lesson& lesson = lessons_[static_cast<std::size_t>(b)];
    const double ratio = std::exp(log_of(chance) - (*lesson.before)[decision_]);
    const double bounded = std::clamp(ratio, 1 - Controller::clip, 1 + Controller::clip);
    const double free = ratio * lesson.advantage;
    const double clipped = bounded * lesson.advantage;
    loss_ -= std::min(free, clipped) / static_cast<double>(batch());
    return free <= clipped ? free : 0;
  }

  VectorXd operation(const Rollout::Layer& layer, Index b) {
    const VectorXd p = layer.operation_chances.col(b);
    const Index chosen = layer.operations[static_cast<std::size_t>(b)];
    const auto count = static_cast<double>(batch());
    const double pulled = pull(b, p[chosen]);
    // d log p_chosen / dz = e_chosen - p
    VectorXd slope = pulled * p;
    slope[chosen] -= pulled;
    // d entropy / dz_i = -p_i (log p_i + entropy)
    const VectorXd logs = p.unaryExpr(&log_of);
    const double entropy = -p.dot(logs);
    loss_ -= options_.entropy_weight * entropy / count;
    slope.array() += options_.entropy_weight * p.array() * (logs.array() + entropy);
    return slope / count;
  }

  double skip(const Rollout::Layer& layer, Index bit, Index b) {
    const double p = layer.skip_chances(bit, b);
    const bool taken = layer.skips(bit, b) > 0.5;
    const auto count = static_cast<double>(batch());
    const double spread = 2 * p * (1 - p);  // dp / dz
    // d log p / dz = 2 (1 - p), d log (1 - p) / dz = -2 p
    double slope = -pull(b, taken ? p : 1 - p) * (taken ? 2 * (1 - p) : -2 * p);
    const double odds = log_of(p) - log_of(1 - p);
    const double entropy = -p * log_of(p) - (1 - p) * log_of(1 - p);
    loss_ -= options_.entropy_weight * entropy / count;
    slope += options_.entropy_weight * odds * spread;
    if (options_.skip_weight > 0) {
      const double target = std::clamp(options_.skip_target, 1e-6, 1 - 1e-6);
      const double weight = options_.skip_weight / layers_;
      // KL = p log(p / t) + (1 - p) log((1 - p) / (1 - t))
      loss_ += weight * (-entropy - p * std::log(target) - (1 - p) * std::log(1 - target)) / count;
      slope += weight * (odds - std::log(target) + std::log(1 - target)) * spread;
    }
    return slope / count;
  }

  const ControllerOptions& options_;
  std::span<const Lesson> lessons_;
  double layers_;
  std::size_t decision_ = 0;
  double loss_ = 0;
};

}  // namespace

Controller::Controller(const ArchitectureShape& shape, const ControllerOptions& options,
                       std::uint64_t seed)
    : shape_(shape),
      options_(options),
      weights_(
          VectorXd::Zero(WeightParts<double>::size(static_cast<Index>(options.hidden), shape))),
      mean_(VectorXd::Zero(weights_.size())),
      square_(mean_) {
  Draw draw(seed, streams::enas_controller);
  const Index drawn =
      WeightParts<double>::without_biases(static_cast<Index>(options.hidden), shape);
  for (Index i = 0; i < drawn; ++i) {
    weights_[i] = 0.2 * draw.uniform() - 0.1;
  }
}

Architecture Controller::sample(Draw& draw, double sharpness) const {
  const WeightParts<const double> weights = parts();
  const Rollout rollout(weights, options_.squash, shape_, 1, drawn_by(draw), sharpness);
  Architecture out;
  for (const Rollout::Layer& layer : rollout.layers()) {
    out.operations.push_back(layer.operations.front());
    out.skips.emplace_back();
    for (Index bit = 0; bit < layer.skips.rows(); ++bit) {
      out.skips.back().push_back(layer.skips(bit, 0) > 0.5);
    }
  }
  return out;
}

std::vector<std::vector<double>> Controller::log_probabilities(
    std::span<const Architecture* const> architectures) const {
  const WeightParts<const double> weights = parts();
  const Rollout rollout(weights, options_.squash, shape_, static_cast<Index>(architectures.size()),
                        decisions_of(architectures));
  std::vector<std::vector<double>> out(architectures.size());
  for (const Rollout::Layer& layer : rollout.layers()) {
    for (std::size_t a = 0; a < out.size(); ++a) {
      const auto b = static_cast<Index>(a);
      out[a].push_back(log_of(layer.operation_chances(layer.operations[a], b)));
      for (Index bit = 0; bit < layer.skips.rows(); ++bit) {
        const double p = layer.skip_chances(bit, b);
        out[a].push_back(log_of(layer.skips(bit, b) > 0.5 ? p : 1 - p));
      }
    }
  }
  return out;
}

double Controller::loss(std::span<const Lesson> lessons, VectorXd* gradient) const {
  std::vector<const Architecture*> architectures;
  architectures.reserve(lessons.size());
  for (const Lesson& lesson : lessons) {
    architectures.push_back(lesson.architecture);
  }
  const WeightParts<const double> weights = parts();
  const Rollout rollout(weights, options_.squash, shape_, static_cast<Index>(architectures.size()),
                        decisions_of(architectures));
  Judge judge(options_, lessons, shape_.layers);
  std::vector<Rollout::LayerSlopes> slopes;
  for (const Rollout::Layer& layer : rollout.layers()) {
    slopes.push_back(judge.slopes(layer));
  }
  if (gradient != nullptr) {
    WeightParts<double> by(gradient->data(), static_cast<Index>(options_.hidden), shape_);
    rollout.add_gradient(slopes, by);
  }
  return judge.loss();
}

void Controller::learn(std::span<const Lesson> lessons) {
  // Adam [Kingma & Ba 2015, alg. 1]
  constexpr double beta1 = 0.9;
  constexpr double beta2 = 0.999;
  VectorXd gradient = VectorXd::Zero(weights_.size());
  loss(lessons, &gradient);
  ++steps_;
  mean_ = beta1 * mean_ + (1 - beta1) * gradient;
  square_ = beta2 * square_ + (1 - beta2) * gradient.cwiseAbs2();
  const auto by = static_cast<double>(steps_);
  const double rate =
      options_.learning_rate * std::sqrt(1 - std::pow(beta2, by)) / (1 - std::pow(beta1, by));
  weights_.array() -= rate * mean_.array() / (square_.array().sqrt() + 1e-8);
}

}  // namespace diwan::nas
