// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/hypervolume_surrogate.hpp"

#include <algorithm>
#include <utility>

#include "algorithms/gp/hypervolume_acquisition.hpp"
#include "algorithms/hypervolume.hpp"

namespace diwan::gp {
namespace {

/// Evenly some of a front of many, in the order of the first objective: by it candidates are
/// screened.
std::vector<std::vector<double>> thinned(std::vector<std::vector<double>> front) {
  constexpr std::size_t most = 64;
  if (front.size() <= most) {
    return front;
  }
  std::sort(front.begin(), front.end());
  std::vector<std::vector<double>> kept;
  for (std::size_t i = 0; i < most; ++i) {
    kept.push_back(std::move(front[i * (front.size() - 1) / (most - 1)]));
  }
  return kept;
}

}  // namespace

std::vector<double> reference_point(std::span<const std::vector<double>> rows,
                                    std::span<const std::size_t> front, std::size_t objectives) {
  constexpr double margin = 0.1;
  std::vector<double> reference;
  for (std::size_t j = 0; j < objectives; ++j) {
    std::vector<double> all;
    for (const std::vector<double>& row : rows) {
      all.push_back(row[j]);
    }
    std::sort(all.begin(), all.end());
    const double range = all.empty() ? 0 : all.back() - all.front();
    double nadir = all.empty() ? 0 : all.front();
    for (const std::size_t i : front) {
      nadir = std::max(nadir, rows[i][j]);
    }
    reference.push_back(nadir + margin * (range > 0 ? range : 1));
  }
  return reference;
}

HypervolumeSurrogate::HypervolumeSurrogate(const std::vector<Metric>& metrics,
                                           std::size_t objectives) {
  for (std::size_t j = 0; j < objectives; ++j) {
    models_.emplace_back(metrics, j);
  }
}

void HypervolumeSurrogate::update(std::span<const Result> results) {
  std::vector<std::vector<double>> columns;
  for (ProcessModel& model : models_) {
    model.update(results);
    columns.push_back(model.estimates());
  }
  estimates_.clear();
  succeeded_.clear();
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].values.empty()) {
      continue;
    }
    succeeded_.push_back(i);
    std::vector<double>& row = estimates_.emplace_back();
    for (const std::vector<double>& column : columns) {
      row.push_back(column[i]);
    }
  }
  front_ = non_dominated(estimates_);
  std::stable_sort(front_.begin(), front_.end(), [this](std::size_t a, std::size_t b) {
    return estimates_[a][0] < estimates_[b][0];
  });
  reference_ = reference_point(estimates_, front_, models_.size());
}

std::vector<std::size_t> HypervolumeSurrogate::promising(std::size_t most,
                                                         std::uint64_t index) const {
  std::vector<std::size_t> chosen;
  const std::size_t count = std::min(most, front_.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = (index + i * front_.size() / count) % front_.size();
    chosen.push_back(succeeded_[front_[place]]);
  }
  return chosen;
}

/// The front of the results and of what the models expect of these points.
std::vector<std::vector<double>> HypervolumeSurrogate::believed_front(
    const std::vector<std::vector<double>>& pending) {
  std::vector<std::vector<double>> rows(pending.size());
  if (!pending.empty()) {
    for (ProcessModel& model : models_) {
      const Values means = model.posterior().predict(rows_of(pending), false).mean;
      for (std::size_t i = 0; i < pending.size(); ++i) {
        rows[i].push_back(means[static_cast<Eigen::Index>(i)]);
      }
    }
  }
  for (const std::size_t i : front_) {
    rows.push_back(estimates_[i]);
  }
  std::vector<std::vector<double>> front;
  for (const std::size_t i : non_dominated(rows)) {
    front.push_back(rows[i]);
  }
  return front;
}

std::vector<Candidate> HypervolumeSurrogate::candidates(const AcquisitionSearch& search,
                                                        const Quest& quest) {
  std::vector<std::vector<double>> pending;
  for (const Pending& one : quest.pending) {
    pending.push_back(one.point);
  }
  const std::vector<std::vector<double>> front = believed_front(pending);
  const HypervolumeImprovement improvement(undominated_boxes(front, reference_));
  const HypervolumeImprovement rough(undominated_boxes(thinned(front), reference_));
  std::vector<const Posterior*> posteriors;
  std::vector<Eigen::Index> observed;
  for (ProcessModel& model : models_) {
    observed.push_back(model.posterior().size());
    model.posterior().add(pending);
    posteriors.push_back(&model.posterior());
  }
  const HypervolumeAcquisition acquisition(posteriors, improvement, rough);
  std::vector<Candidate> found = search.search(acquisition, quest.known, quest.index);
  for (std::size_t j = 0; j < models_.size(); ++j) {
    models_[j].posterior().shrink(observed[j]);
  }
  return found;
}

std::vector<double> HypervolumeSurrogate::inverse_squares() const {
  std::vector<double> greatest = models_.front().hyperparameters().inverse_squares;
  for (const ProcessModel& model : models_) {
    const std::vector<double>& a = model.hyperparameters().inverse_squares;
    std::transform(a.begin(), a.end(), greatest.begin(), greatest.begin(),
                   [](double x, double y) { return std::max(x, y); });
  }
  return greatest;
}

}  // namespace diwan::gp
