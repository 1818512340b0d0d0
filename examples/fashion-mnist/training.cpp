// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "training.hpp"

#include <algorithm>
#include <numeric>
#include <random>

namespace fashion {
namespace {

// One generator for each purpose and place, so that none has a past to be kept.
enum class Purpose : std::uint32_t { order, dropout };

std::mt19937_64 generator(std::uint64_t seed, Purpose purpose, int epoch, int first) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U),
                         static_cast<std::uint32_t>(purpose), static_cast<std::uint32_t>(epoch),
                         static_cast<std::uint32_t>(first)};
  return std::mt19937_64(sequence);
}

}  // namespace

Progress Progress::start(const Settings& settings) {
  Progress progress;
  progress.weights = Weights::random(settings.hidden_units, settings.seed);
  progress.velocity = Weights::zero(settings.hidden_units);
  return progress;
}

Training::Training(const Settings& settings, const Images& training, const Images& validation)
    : settings_(settings),
      training_(&training),
      validation_(&validation),
      order_(training.labels.size()) {}

bool Training::run(Progress& progress, const std::atomic<bool>& stop,
                   const std::function<void(const Progress&)>& after_epoch) {
  const int images = static_cast<int>(order_.size());
  while (static_cast<int>(progress.finished.size()) < settings_.epochs) {
    const int epoch = static_cast<int>(progress.finished.size()) + 1;
    choose_order(epoch);
    while (progress.next_image < images) {
      if (stop) {
        return false;
      }
      const int first = progress.next_image;
      const int count = std::min(settings_.batch_size, images - first);
      gather_batch(first, count);
      choose_kept(epoch, first, count);
      progress.loss_sum += count * network_.learn_from(batch_, progress.weights, kept_);
      descend(progress);
      progress.next_image += count;
    }
    progress.finished.push_back(
        {.validation_accuracy = Network::accuracy(*validation_, progress.weights),
         .loss = progress.loss_sum / images});
    progress.next_image = 0;
    progress.loss_sum = 0;
    after_epoch(progress);
  }
  return true;
}

// Fisher and Yates, from the identity each time.
void Training::choose_order(int epoch) {
  std::iota(order_.begin(), order_.end(), 0);
  std::mt19937_64 random = generator(settings_.seed, Purpose::order, epoch, 0);
  for (std::size_t left = order_.size(); left > 1; --left) {
    std::swap(order_[left - 1], order_[random() % left]);
  }
}

void Training::gather_batch(int first, int count) {
  batch_.pixels.resize(pixel_count, count);
  batch_.labels.resize(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const int image = order_[static_cast<std::size_t>(first) + static_cast<std::size_t>(i)];
    batch_.pixels.col(i) = training_->pixels.col(image);
    batch_.labels[static_cast<std::size_t>(i)] = training_->labels[static_cast<std::size_t>(image)];
  }
}

void Training::choose_kept(int epoch, int first, int count) {
  if (settings_.dropout <= 0) {
    return;
  }
  std::mt19937_64 random = generator(settings_.seed, Purpose::dropout, epoch, first);
  const auto scale = static_cast<float>(1.0 / (1.0 - settings_.dropout));
  kept_.resize(settings_.hidden_units, count);
  for (float& unit : kept_.reshaped()) {
    const double draw = static_cast<double>(random() >> 11U) * 0x1p-53;
    unit = draw < settings_.dropout ? 0.0F : scale;
  }
}

void Training::descend(Progress& progress) const {
  const auto rate = static_cast<float>(settings_.learning_rate);
  const auto momentum = static_cast<float>(settings_.momentum);
  const auto decay = static_cast<float>(settings_.weight_decay);
  const Weights& gradient = network_.gradient();
  const auto move = [&](auto& weights, auto& velocity, const auto& slope, float weight_decay) {
    velocity = momentum * velocity - rate * (slope + weight_decay * weights);
    weights += velocity;
  };
  move(progress.weights.hidden, progress.velocity.hidden, gradient.hidden, decay);
  move(progress.weights.hidden_bias, progress.velocity.hidden_bias, gradient.hidden_bias, 0.0F);
  move(progress.weights.output, progress.velocity.output, gradient.output, decay);
  move(progress.weights.output_bias, progress.velocity.output_bias, gradient.output_bias, 0.0F);
}

}  // namespace fashion
