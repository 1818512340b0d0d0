// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <cmath>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "network.hpp"

namespace {

fashion::Batch any_batch(int count) {
  std::mt19937_64 random(5);
  fashion::Batch batch{.pixels = Eigen::MatrixXf(fashion::pixel_count, count), .labels = {}};
  for (float& pixel : batch.pixels.reshaped()) {
    pixel = static_cast<float>(random() % 1000) / 500.0F - 1.0F;
  }
  for (int i = 0; i < count; ++i) {
    batch.labels.push_back(static_cast<std::uint8_t>(random() % fashion::class_count));
  }
  return batch;
}

// Single precision and a kink at 0: a difference of 1e-2 makes an error of some 1e-3.
void expect_slope(float& weight, float slope, const std::function<double()>& loss) {
  constexpr float difference = 1e-2F;
  const float before = weight;
  weight = before + difference;
  const double above = loss();
  weight = before - difference;
  const double below = loss();
  weight = before;
  EXPECT_NEAR((above - below) / (2 * difference), slope, 2e-3);
}

TEST(FashionNetwork, GradientIsTheSlopeOfTheLoss) {
  const fashion::Batch batch = any_batch(4);
  Eigen::MatrixXf kept = Eigen::MatrixXf::Constant(6, 4, 1.25F);
  kept(2, 1) = 0;
  fashion::Weights weights = fashion::Weights::random(6, 3);
  fashion::Network network;
  network.learn_from(batch, weights, kept);
  const fashion::Weights gradient = network.gradient();
  const auto loss = [&] { return network.learn_from(batch, weights, kept); };

  for (Eigen::Index unit = 0; unit < 6; ++unit) {
    expect_slope(weights.hidden(unit, 100 * unit), gradient.hidden(unit, 100 * unit), loss);
    expect_slope(weights.hidden_bias(unit), gradient.hidden_bias(unit), loss);
    expect_slope(weights.output(unit, unit), gradient.output(unit, unit), loss);
    expect_slope(weights.output_bias(unit), gradient.output_bias(unit), loss);
  }
}

TEST(FashionNetwork, LossOfNoKnowledgeIsTheLogarithmOfTheClasses) {
  fashion::Network network;

  const double loss = network.learn_from(any_batch(8), fashion::Weights::zero(6), {});

  EXPECT_NEAR(loss, std::log(fashion::class_count), 1e-6);
}

}  // namespace
