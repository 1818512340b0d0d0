// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/collection.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace diwan {

namespace {

constexpr std::size_t longest_batch = 4096;

std::size_t place_of(Source source) { return static_cast<std::size_t>(source); }

}  // namespace

Collection::Collection(RunKey run, const RunSettings& settings) : run_{run}, settings_{&settings} {}
Collection::~Collection() = default;
Collection::Collection(Collection&&) noexcept = default;

bool Collection::takes(Source source) const {
  const CollectorKind kind = settings_->collector.kind;
  const bool own_file = (kind == CollectorKind::file && !settings_->metrics_file.empty()) ||
                        kind == CollectorKind::prometheus_metric || kind == CollectorKind::custom;
  switch (source) {
    case Source::push:
      return true;
    case Source::file:
      return own_file;
    case Source::standard_output:
    case Source::standard_error:
      return kind == CollectorKind::std_out || (kind == CollectorKind::file && !own_file);
  }
  return false;
}

Collector& Collection::collector(Source source) {
  std::unique_ptr<Collector>& collector = collectors_.at(place_of(source));
  if (!collector) {
    collector = source == Source::push ? make_push_collector(settings_->collector.metrics)
                                       : make_collector(settings_->collector);
  }
  return *collector;
}

void Collection::feed(Source source, std::string_view bytes, Time now) {
  if (!bytes.empty() && takes(source)) {
    add(source, collector(source).feed(bytes), now);
  }
}

Skipped Collection::skipped(Source source) const {
  const auto& collector = collectors_.at(place_of(source));
  return collector ? collector->skipped() : Skipped{};
}

void Collection::finish(Source source, Time now) {
  // A source that never said a byte has no collector.
  if (const auto& collector = collectors_.at(place_of(source))) {
    add(source, collector->finish(), now);
  }
}

Observed& Collection::batch(Source source, const Observation& observation) {
  const auto found = std::ranges::find_if(open_, [&](const Observed& batch) {
    return batch.metric == observation.metric && batch.source == source;
  });
  const bool own_steps = observation.step.has_value();
  if (found != open_.end()) {
    if (found->own_steps == own_steps && found->values.size() < longest_batch) {
      return *found;
    }
    full_.push_back(std::move(*found));
    open_.erase(found);
  }
  std::vector<std::uint64_t>& counts = counts_.at(place_of(source));
  counts.resize(std::max<std::size_t>(counts.size(), settings_->collector.metrics.size()));
  Observed& fresh = open_.emplace_back();
  fresh.run = run_;
  fresh.metric = observation.metric;
  fresh.source = source;
  fresh.first = counts.at(observation.metric);
  fresh.own_steps = own_steps;
  return fresh;
}

void Collection::add(Source source, const std::vector<Observation>& observations, Time now) {
  for (const Observation& observation : observations) {
    if (observation.metric >= settings_->collector.metrics.size()) {
      continue;
    }
    pushed_.resize(settings_->collector.metrics.size());
    if (source == Source::push) {
      pushed_.at(observation.metric) = true;
    } else if (pushed_.at(observation.metric)) {
      continue;
    }
    if (observation.metric == 0 && objective_ != Objective::value) {
      const bool usable = std::isfinite(observation.value) || !observation.text.empty();
      objective_ = usable ? Objective::value : Objective::not_finite;
    }
    Observed& to = batch(source, observation);
    if (!observation.text.empty()) {
      to.texts.emplace(static_cast<std::uint32_t>(to.values.size()), observation.text);
    }
    if (observation.step) {
      to.steps.push_back(*observation.step);
    }
    to.values.push_back(observation.value);
    to.times.push_back(observation.time.value_or(now));
    ++counts_.at(place_of(source)).at(observation.metric);
  }
}

std::vector<Observed> Collection::take() {
  std::vector<Observed> batches = std::exchange(full_, {});
  std::ranges::move(open_, std::back_inserter(batches));
  open_.clear();
  return batches;
}

}  // namespace diwan
