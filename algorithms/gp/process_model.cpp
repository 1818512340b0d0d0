// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/process_model.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "algorithms/gp/fit.hpp"
#include "algorithms/gp/outputs.hpp"
#include "algorithms/space/elementary.hpp"

namespace diwan::gp {
namespace {

constexpr std::size_t most_fitted = 200;
constexpr std::size_t most_conditioned = 900;
constexpr double negligible_noise = 1e-3;

std::vector<double> standardised_values(std::span<const Result> results, std::size_t objective) {
  std::vector<std::optional<double>> values;
  values.reserve(results.size());
  for (const Result& result : results) {
    values.push_back(result.value(objective));
  }
  return standardised(values);
}

/// At most `most` of the indices, ascending: the third with the smallest outputs, the newest third,
/// and of the rest evenly.
std::vector<std::size_t> representative(std::vector<std::size_t> indices,
                                        const std::vector<double>& outputs, std::size_t most) {
  if (indices.size() <= most) {
    return indices;
  }
  const auto third = static_cast<std::ptrdiff_t>(most / 3);
  std::vector<std::size_t> chosen(indices.end() - third, indices.end());
  indices.resize(indices.size() - static_cast<std::size_t>(third));
  std::stable_sort(indices.begin(), indices.end(),
                   [&](std::size_t a, std::size_t b) { return outputs[a] < outputs[b]; });
  chosen.insert(chosen.end(), indices.begin(), indices.begin() + third);
  indices.erase(indices.begin(), indices.begin() + third);
  std::sort(indices.begin(), indices.end());
  const std::size_t rest = most - chosen.size();
  for (std::size_t i = 0; i < rest; ++i) {
    chosen.push_back(indices[i * indices.size() / rest]);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace

std::size_t ProcessModel::scheduled(std::size_t n) {
  std::size_t count = 1;
  for (;;) {
    const std::size_t step = std::clamp<std::size_t>(count / 16, 1, 100);
    const std::size_t next = count < 32 ? count + 1 : count + step;
    if (next > n) {
      return count;
    }
    count = next;
  }
}

void ProcessModel::refit(std::span<const Result> results, std::size_t count) {
  const std::span<const Result> first = results.first(count);
  const std::vector<double> outputs = standardised_values(first, objective_);
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::vector<std::size_t> successes;
  std::copy_if(all.begin(), all.end(), std::back_inserter(successes),
               [&](std::size_t i) { return !first[i].values.empty(); });
  Points points(metrics_);
  std::vector<double> fitted;
  for (const std::size_t i : representative(successes, outputs, most_fitted)) {
    points.add(first[i].point);
    fitted.push_back(outputs[i]);
  }
  posterior_.emplace(metrics_, fit(points, fitted));
  rows_ = representative(all, outputs, most_conditioned);
  std::vector<std::vector<double>> conditioned;
  for (const std::size_t i : rows_) {
    conditioned.push_back(first[i].point);
  }
  posterior_->add(conditioned);
  fitted_at_ = count;
  seen_ = count;
}

void ProcessModel::update(std::span<const Result> results) {
  assert(!results.empty());
  const std::size_t count = scheduled(results.size());
  if (posterior_ && count == fitted_at_ && seen_ == results.size()) {
    return;
  }
  if (!posterior_ || count != fitted_at_) {
    refit(results, count);
  }
  std::vector<std::vector<double>> more;
  for (; seen_ < results.size(); ++seen_) {
    more.push_back(results[seen_].point);
    rows_.push_back(seen_);
  }
  posterior_->add(more);
  outputs_ = standardised_values(results, objective_);
  std::vector<double> observed;
  log_costs_.clear();
  for (const std::size_t row : rows_) {
    observed.push_back(outputs_[row]);
    log_costs_.push_back(portable_log(results[row].cost));
  }
  posterior_->observe(observed);
  best_ = *std::min_element(observed.begin(), observed.end());
  if (posterior_->hyperparameters().noise > negligible_noise) {
    best_ = posterior_->fitted().minCoeff();
  }
}

std::vector<double> ProcessModel::estimates() const {
  std::vector<double> result = outputs_;
  if (posterior_->hyperparameters().noise > negligible_noise) {
    const Values fitted = posterior_->fitted();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      result[rows_[i]] = fitted[static_cast<Eigen::Index>(i)];
    }
  }
  return result;
}

Rows ProcessModel::whitened_log_costs() const {
  const auto n = static_cast<double>(log_costs_.size());
  const double mean = std::accumulate(log_costs_.begin(), log_costs_.end(), 0.0) / n;
  std::vector<double> centred;
  for (const double cost : log_costs_) {
    centred.push_back(cost - mean);
  }
  return posterior_->whitened(centred);
}

}  // namespace diwan::gp
