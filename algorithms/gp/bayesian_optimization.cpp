// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/bayesian_optimization.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "algorithms/gp/forest_surrogate.hpp"
#include "algorithms/gp/hypervolume_surrogate.hpp"
#include "algorithms/gp/process_surrogate.hpp"
#include "algorithms/rng.hpp"
#include "algorithms/settings.hpp"
#include "algorithms/sobol.hpp"
#include "algorithms/space/elementary.hpp"
#include "algorithms/streams.hpp"

namespace diwan {
namespace {

constexpr double crowding_distance = 0.05;  ///< in length scales
constexpr std::uint64_t hedge_draws = streams::gp + 5;
constexpr const char* goal_label = "acq_func";

constexpr std::array<std::pair<gp::Goal, const char*>, 3> goals = {
    {{gp::Goal::expected_improvement, "EI"},
     {gp::Goal::probability_of_improvement, "PI"},
     {gp::Goal::lower_bound, "LCB"}}};

std::optional<gp::Goal> goal_named(std::string_view name) {
  const auto* const found = std::find_if(goals.begin(), goals.end(),
                                         [name](const auto& one) { return one.second == name; });
  return found == goals.end() ? std::nullopt : std::optional(found->first);
}

std::string name_of(gp::Goal goal) {
  const auto* const found = std::find_if(goals.begin(), goals.end(),
                                         [goal](const auto& one) { return one.first == goal; });
  return found->second;
}

/// The centre of the space, then points that cover it evenly.
class CentredSequence : public PointSequence {
 public:
  CentredSequence(const SearchSpace& space, std::uint64_t seed)
      : space_(space), rest_(even_sequence(space, seed)) {}
  Assignment at(std::uint64_t position) const override {
    return position == 0 ? space_.decode(std::vector<double>(space_.size(), 0.5))
                         : rest_->at(position - 1);
  }

 private:
  SearchSpace space_;
  std::unique_ptr<PointSequence> rest_;
};

std::size_t default_startup(std::size_t dimensions) {
  return std::max<std::size_t>(4, std::min<std::size_t>(dimensions + 2, 10));
}

}  // namespace

BayesianOptions bayesian_options(const Settings& settings) {
  BayesianOptions options;
  if (const auto count = integer_setting(settings, "n_initial_points")) {
    options.startup = static_cast<std::size_t>(*count);
  }
  std::string goal = setting(settings, "acq_func").value_or("EI");
  options.per_cost = goal.ends_with("ps");
  options.hedge = goal == "gp_hedge";
  goal = options.per_cost ? goal.substr(0, goal.size() - 2) : goal;
  options.goal = goal_named(goal).value_or(gp::Goal::expected_improvement);
  options.climb = setting(settings, "acq_optimizer").value_or("auto") != "sampling";
  const std::string estimator = setting(settings, "base_estimator").value_or("GP");
  if (estimator == "RF") {
    options.forest = gp::ForestKind::random_forest;
  } else if (estimator == "ET") {
    options.forest = gp::ForestKind::extra_trees;
  } else if (estimator == "GBRT") {
    options.forest = gp::ForestKind::boosted;
  }
  return options;
}

BayesianOptimization::BayesianOptimization(const SearchSpace& space, const BayesianOptions& options,
                                           std::uint64_t seed, const SpaceConditions& conditions)
    : space_(space),
      model_space_(space),
      options_(options),
      seed_(seed),
      startup_(space, std::make_unique<CentredSequence>(space, seed), seed),
      search_(model_space_, {.climb = options.climb}, seed),
      seen_(space, conditions) {
  if (options.forest) {
    surrogate_ =
        std::make_unique<gp::ForestSurrogate>(*options.forest, model_space_.metrics(), seed);
  } else if (options.objectives > 1) {
    surrogate_ =
        std::make_unique<gp::HypervolumeSurrogate>(model_space_.metrics(), options.objectives);
  } else {
    surrogate_ = std::make_unique<gp::ProcessSurrogate>(model_space_.metrics(), seed);
  }
}

void BayesianOptimization::tell(const Fact& fact) {
  const auto running = [this](std::uint32_t trial) {
    return std::find_if(running_.begin(), running_.end(),
                        [trial](const Running& one) { return one.trial == trial; });
  };
  if (const auto* const issued = std::get_if<Issued>(&fact)) {
    const auto label = issued->labels.find(goal_label);
    running_.push_back(
        {.trial = issued->trial,
         .pending = {.point = model_space_.encode(issued->assignment), .index = issued_},
         .goal = label == issued->labels.end() ? std::nullopt : goal_named(label->second)});
    seen_.add(issued->assignment);
    ++issued_;
  } else if (const auto* const reported = std::get_if<Reported>(&fact)) {
    if (const auto found = running(reported->trial); found != running_.end()) {
      found->steps = std::max(found->steps, static_cast<double>(reported->step));
    }
  } else if (const auto* const known = std::get_if<Known>(&fact)) {
    seen_.add(known->assignment);
    finish({.point = model_space_.encode(known->assignment)}, std::nullopt, known->outcome,
           known->objectives);
  } else if (const auto* const finished = std::get_if<Finished>(&fact)) {
    if (const auto found = running(finished->trial); found != running_.end()) {
      const Running one = std::move(*found);
      running_.erase(found);
      finish({.point = one.pending.point, .cost = one.steps}, one.goal, finished->outcome,
             finished->objectives);
    }
  }
}

void BayesianOptimization::finish(gp::Result result, std::optional<gp::Goal> goal,
                                  TrialOutcome outcome, const std::vector<double>& objectives) {
  if (has_result(outcome)) {
    result.values = objectives;
  }
  results_.push_back(std::move(result));
  result_goals_.push_back(goal);
}

/// Good points to look around for trial `index`, best first.
std::vector<std::vector<double>> BayesianOptimization::known_points(std::uint64_t index) const {
  constexpr std::size_t most = 3;
  std::vector<std::vector<double>> points;
  for (const std::size_t i : surrogate_->promising(most, index)) {
    points.push_back(results_[i].point);
  }
  return points;
}

bool BayesianOptimization::taken(const std::vector<double>& point,
                                 std::span<const gp::Pending> pending) const {
  const auto same = [&](const std::vector<double>& other) {
    return std::equal(point.begin(), point.end(), other.begin(),
                      [](double a, double b) { return std::abs(a - b) <= 1e-9; });
  };
  return std::any_of(results_.begin(), results_.end(),
                     [&](const gp::Result& result) { return same(result.point); }) ||
         std::any_of(pending.begin(), pending.end(),
                     [&](const gp::Pending& one) { return same(one.point); });
}

bool BayesianOptimization::crowded(const std::vector<double>& point,
                                   std::span<const gp::Pending> pending) const {
  const std::vector<double> a = surrogate_->inverse_squares();
  return std::any_of(pending.begin(), pending.end(), [&](const gp::Pending& one) {
    double square = 0;
    for (std::size_t d = 0; d < point.size(); ++d) {
      const double difference = point[d] - one.point[d];
      square +=
          model_space_.ordered(d) ? a[d] * difference * difference : (difference == 0 ? 0 : a[d]);
    }
    return square < crowding_distance * crowding_distance;
  });
}

/// Draws a goal in proportion to exp(2 gain), the gain of a goal being the mean of the standardised
/// outputs, negated, of the trials it was chosen for, and 1 at first. Deviation: the GP-Hedge of
/// Hoffman et al. [2011] adds up what the model expects at the points that all goals proposed; here
/// each goal answers for the results of its own proposals, which the trials' labels tell.
gp::Goal BayesianOptimization::hedged(std::uint64_t index) const {
  std::array<double, goals.size()> weights{};
  double total = 0;
  for (std::size_t g = 0; g < goals.size(); ++g) {
    double sum = 0;
    double count = 0;
    for (std::size_t i = 0; i < results_.size(); ++i) {
      if (result_goals_[i] == goals.at(g).first) {
        sum -= surrogate_->outputs()[i];
        count += 1;
      }
    }
    weights.at(g) = portable_exp(2 * (count > 0 ? sum / count : 1));
    total += weights.at(g);
  }
  double rest = Draw(seed_, hedge_draws, index).uniform() * total;
  for (std::size_t g = 0; g + 1 < goals.size(); ++g) {
    rest -= weights.at(g);
    if (rest < 0) {
      return goals.at(g).first;
    }
  }
  return goals.back().first;
}

std::optional<Assignment> BayesianOptimization::modelled(gp::Goal goal,
                                                         std::span<const gp::Pending> pending,
                                                         std::uint64_t index,
                                                         UnseenWalk::Place& place) const {
  if (seen_.full()) {
    return std::nullopt;
  }
  const std::vector<std::vector<double>> known = known_points(index);
  const std::vector<gp::Candidate> candidates =
      surrogate_->candidates(search_, {.goal = goal,
                                       .per_cost = options_.per_cost,
                                       .pending = pending,
                                       .known = known,
                                       .index = index});
  std::optional<Assignment> second_choice;
  for (const gp::Candidate& candidate : candidates) {
    std::optional<Assignment> assignment = seen_.fresh(model_space_.decode(candidate.point));
    if (!assignment) {
      continue;
    }
    const std::vector<double> point = model_space_.encode(*assignment);
    if (taken(point, pending)) {
      continue;
    }
    if (!crowded(point, pending)) {
      return assignment;
    }
    if (!second_choice) {
      second_choice = std::move(assignment);
    }
  }
  return second_choice ? second_choice : startup_.next(index, seen_, place);
}

Suggestions BayesianOptimization::ask(std::size_t count) const {
  Suggestions answer;
  UnseenWalk::Place ahead = place_;
  std::vector<bool> lent;
  std::vector<gp::Pending> pending;
  for (const Running& one : running_) {
    pending.push_back(one.pending);
  }
  const bool modelling =
      !results_.empty() &&
      results_.size() >= options_.startup.value_or(default_startup(model_space_.dimensions()));
  if (modelling && count > 0) {
    surrogate_->update(results_);
  }
  while (answer.items.size() < count) {
    const std::uint64_t index = issued_ + answer.items.size();
    const gp::Goal goal = modelling && options_.hedge ? hedged(index) : options_.goal;
    std::optional<Assignment> point =
        modelling ? modelled(goal, pending, index, ahead) : startup_.next(index, seen_, ahead);
    if (answer.items.empty()) {
      place_ = ahead;
    }
    if (!point) {
      answer.exhausted = true;
      break;
    }
    lent.push_back(seen_.add(*point));
    pending.push_back({.point = model_space_.encode(*point), .index = index});
    Suggestion& item = answer.items.emplace_back();
    item.assignment = std::move(*point);
    if (modelling && options_.hedge) {
      item.labels[goal_label] = name_of(goal);
    }
  }
  for (std::size_t i = 0; i < answer.items.size(); ++i) {
    if (lent[i]) {
      seen_.remove(answer.items[i].assignment);
    }
  }
  return answer;
}

}  // namespace diwan
