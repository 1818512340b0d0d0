// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/nas/controller.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace diwan::nas {
namespace {

constexpr ArchitectureShape shape{.layers = 4, .operations = 3};

ControllerOptions options() {
  return {.hidden = 5,
          .squash = {.temperature = 5, .tanh_const = 2.25},
          .learning_rate = 0.1,
          .entropy_weight = 0.3,
          .skip_target = 0.4,
          .skip_weight = 0.8};
}

/// Three architectures of a controller, with log-probabilities a little off, so that some ratios
/// are clipped and some are not.
struct School {
  explicit School(const ControllerOptions& options) : controller(shape, options, 1) {
    Draw draw(3, 4);
    Eigen::VectorXd weights = controller.weights();
    for (double& weight : weights) {
      weight += 0.7 * draw.normal();
    }
    controller.set_weights(weights);
    std::vector<const Architecture*> drawn;
    for (int i = 0; i < 3; ++i) {
      architectures.push_back(controller.sample(draw));
    }
    for (const Architecture& one : architectures) {
      drawn.push_back(&one);
    }
    before = controller.log_probabilities(drawn);
    for (auto& decisions : before) {
      for (double& decision : decisions) {
        decision += 0.1 * draw.normal();
      }
    }
    for (std::size_t i = 0; i < architectures.size(); ++i) {
      lessons.push_back({.architecture = drawn[i],
                         .advantage = std::vector{1.0, -0.7, 0.4}[i],
                         .before = &before[i]});
    }
  }

  Controller controller;
  std::vector<Architecture> architectures;
  std::vector<std::vector<double>> before;
  std::vector<Lesson> lessons;
};

/// Log-probability of a whole architecture.
double log_probability(const Controller& controller, const Architecture& architecture) {
  const Architecture* const one = &architecture;
  const std::vector<double> decisions = controller.log_probabilities({&one, 1}).front();
  return std::accumulate(decisions.begin(), decisions.end(), 0.0);
}

/// The largest difference between the gradient and central differences.
double worst_slope(School& school) {
  const Eigen::VectorXd weights = school.controller.weights();
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(weights.size());
  school.controller.loss(school.lessons, &gradient);
  double worst = 0;
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    const auto loss_at = [&](double shift) {
      Eigen::VectorXd moved = weights;
      moved[i] += shift;
      school.controller.set_weights(moved);
      return school.controller.loss(school.lessons, nullptr);
    };
    constexpr double h = 1e-6;
    worst = std::max(worst, std::abs((loss_at(h) - loss_at(-h)) / (2 * h) - gradient[i]));
  }
  EXPECT_GT(gradient.norm(), 0.1);
  return worst;
}

// Central differences with h = 1e-6 are good to some 1e-9 here.
TEST(Controller, HasTheGradientOfItsLoss) {
  School school(options());

  EXPECT_LT(worst_slope(school), 1e-7);
}

TEST(Controller, HasTheGradientWithoutBoundsOnItsLogits) {
  ControllerOptions free = options();
  free.squash = {.temperature = 1, .tanh_const = std::nullopt};
  School school(free);

  EXPECT_LT(worst_slope(school), 1e-7);
}

TEST(Controller, DrawsAsOftenAsItsProbabilitiesSay) {
  School school(options());
  const Architecture& one = school.architectures.front();
  const double chance = std::exp(log_probability(school.controller, one));

  int count = 0;
  constexpr int draws = 20'000;
  for (int i = 0; i < draws; ++i) {
    Draw draw(7, 8, static_cast<std::uint64_t>(i));
    count += school.controller.sample(draw) == one ? 1 : 0;
  }

  const double deviation = std::sqrt(draws * chance * (1 - chance));
  EXPECT_NEAR(count, draws * chance, 4 * deviation);
  EXPECT_GT(count, 0);
}

TEST(Controller, LearnsToPreferWhatHasAnAdvantage) {
  School school(options());
  const Architecture& liked = school.architectures.front();
  const double before = log_probability(school.controller, liked);

  for (int step = 0; step < 5; ++step) {
    school.controller.learn({school.lessons.data(), 1});
  }

  EXPECT_GT(log_probability(school.controller, liked), before + 0.1);
}

}  // namespace
}  // namespace diwan::nas
