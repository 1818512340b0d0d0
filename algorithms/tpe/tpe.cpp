// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/tpe/tpe.hpp"

#include <algorithm>
#include <utility>

#include "algorithms/settings.hpp"
#include "algorithms/sobol.hpp"
#include "algorithms/tpe/candidates.hpp"
#include "algorithms/tpe/joint_model.hpp"
#include "algorithms/tpe/single_model.hpp"

namespace diwan {
namespace {

std::unique_ptr<TpeModel> model(const SearchSpace& space, const SpaceConditions& conditions,
                                const TpeOptions& options, std::uint64_t seed) {
  if (options.joint) {
    return std::make_unique<JointModel>(
        space, conditions,
        JointModel::Options{.prior_weight = options.prior_weight, .candidates = options.candidates},
        seed);
  }
  return std::make_unique<SingleModel>(
      space,
      SingleModel::Options{.prior_weight = options.prior_weight, .candidates = options.candidates},
      seed);
}

std::variant<Division, FrontDivision> division(const TpeOptions& options) {
  if (options.objectives > 1) {
    return FrontDivision(options.gamma);
  }
  return Division(options.gamma);
}

}  // namespace

TpeOptions tpe_options(const Settings& settings) {
  TpeOptions options;
  options.gamma = real_setting(settings, "gamma");
  options.prior_weight = real_setting(settings, "prior_weight").value_or(options.prior_weight);
  for (const char* const name : {"n_EI_candidates", "n_ei_candidates"}) {
    if (const auto count = integer_setting(settings, name)) {
      options.candidates = std::max<std::size_t>(1, static_cast<std::size_t>(*count));
    }
  }
  if (const auto count = integer_setting(settings, "n_startup_trials")) {
    options.startup = static_cast<std::size_t>(*count);
  }
  return options;
}

Tpe::Tpe(const SearchSpace& space, const TpeOptions& options, std::uint64_t seed,
         const SpaceConditions& conditions)
    : options_(options),
      parameters_(space.size()),
      startup_(space, even_sequence(space, seed), seed),
      division_(division(options)),
      seen_(space, conditions),
      model_(model(space, conditions, options, seed)) {}

std::size_t Tpe::observe(const Assignment& assignment) {
  observations_.push_back(assignment);
  model_->insert(observations_.size() - 1, assignment);
  seen_.add(assignment);
  return observations_.size() - 1;
}

void Tpe::tell(const Fact& fact) {
  if (const auto* const issued = std::get_if<Issued>(&fact)) {
    ++issued_;
    running_[issued->trial] = observe(issued->assignment);
  } else if (const auto* const known = std::get_if<Known>(&fact)) {
    finish(observe(known->assignment), known->outcome, known->objectives);
  } else if (const auto* const finished = std::get_if<Finished>(&fact)) {
    if (const auto found = running_.find(finished->trial); found != running_.end()) {
      const std::size_t observation = found->second;
      running_.erase(found);
      finish(observation, finished->outcome, finished->objectives);
    }
  }
}

void Tpe::move(const std::vector<Division::Move>& moves) const {
  for (const Division::Move& move : moves) {
    const Assignment& assignment = observations_[move.observation];
    if (move.to_good) {
      model_->erase(move.observation, assignment);
    } else {
      model_->insert(move.observation, assignment);
    }
  }
}

void Tpe::finish(std::size_t observation, TrialOutcome outcome,
                 const std::vector<double>& objectives) {
  ++ended_;
  if (!has_result(outcome) || objectives.empty()) {
    return;
  }
  const bool early_stopped = outcome == TrialOutcome::early_stopped;
  if (auto* const fronts = std::get_if<FrontDivision>(&division_)) {
    fronts->take(
        {.early_stopped = early_stopped, .objectives = objectives, .observation = observation});
  } else {
    move(std::get<Division>(division_).take(
        {.early_stopped = early_stopped, .value = objectives.front(), .observation = observation}));
  }
}

std::optional<Assignment> Tpe::modelled(std::uint64_t index, UnseenWalk::Place& place) const {
  if (seen_.full()) {
    return std::nullopt;
  }
  if (const auto* const fronts = std::get_if<FrontDivision>(&division_)) {
    move(fronts->settle());
  }
  if (std::visit([](const auto& division) { return division.changed(); }, division_)) {
    std::vector<TpeModel::Good> good;
    for (const Division::Weighted& one :
         std::visit([](const auto& division) { return division.good(); }, division_)) {
      good.push_back({.assignment = &observations_[one.observation], .weight = one.weight});
    }
    model_->learn(good);
  }
  std::optional<Assignment> best = best_fresh(model_->candidates(index), parameters_, seen_);
  return best ? best : startup_.next(index, seen_, place);
}

Suggestions Tpe::ask(std::size_t count) const {
  Suggestions answer;
  std::vector<bool> lent;
  UnseenWalk::Place ahead = place_;
  const bool modelling = ended_ >= options_.startup;
  while (answer.items.size() < count) {
    const std::uint64_t index = issued_ + answer.items.size();
    std::optional<Assignment> point =
        modelling ? modelled(index, ahead) : startup_.next(index, seen_, ahead);
    if (answer.items.empty()) {
      place_ = ahead;
    }
    if (!point) {
      answer.exhausted = true;
      break;
    }
    lent.push_back(seen_.add(*point));
    if (modelling && answer.items.size() + 1 < count) {
      model_->insert(observations_.size() + answer.items.size(), *point);
    }
    answer.items.push_back({.assignment = std::move(*point), .labels = {}, .parent = {}});
  }
  for (std::size_t i = answer.items.size(); i-- > 0;) {
    const Assignment& assignment = answer.items[i].assignment;
    if (lent[i]) {
      seen_.remove(assignment);
    }
    if (modelling && i + 1 < count) {
      model_->erase(observations_.size() + i, assignment);
    }
  }
  return answer;
}

}  // namespace diwan
