// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/cmaes/cmaes.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <tuple>
#include <utility>

#include "algorithms/cmaes/warm_start.hpp"
#include "algorithms/rng.hpp"
#include "algorithms/settings.hpp"
#include "algorithms/streams.hpp"

namespace diwan {
namespace {

/// Draws for a candidate that was issued before, until another is looked for.
constexpr int repeat_patience = 64;

/// Generations that are planned for where the number of trials is known.
constexpr std::size_t planned_generations = 25;
constexpr std::size_t least_population = 4;

/// Generations whose candidates and results are still learnt from. More would hold on to what noise
/// made look good, and with hundreds of trials at a time to where the search no longer is.
constexpr std::uint64_t memory_generations = 4;

/// Results of the last generations that take part again: more bring nothing.
constexpr std::size_t injected = 2;

/// Folded into [0,1] at its ends.
double mirrored(double u) {
  const double within = u - 2 * std::floor(u / 2);
  return within > 1 ? 2 - within : within;
}

int place_of(TrialOutcome outcome) {
  switch (outcome) {
    case TrialOutcome::succeeded:
      return 0;
    case TrialOutcome::early_stopped:
      return 1;
    default:
      return 2;
  }
}

}  // namespace

CmaesOptions cmaes_options(const Settings& settings) {
  CmaesOptions options;
  if (const auto strategy = setting(settings, "restart_strategy")) {
    options.restart = *strategy == "ipop"    ? cmaes::RestartStrategy::ipop
                      : *strategy == "bipop" ? cmaes::RestartStrategy::bipop
                                             : cmaes::RestartStrategy::none;
  }
  if (const auto sigma = real_setting(settings, "sigma"); sigma && *sigma > 0 && *sigma <= 1) {
    options.sigma = std::max(*sigma, 1e-12);
  }
  if (const auto population = integer_setting(settings, "popsize")) {
    options.population = static_cast<std::size_t>(*population);
  }
  if (const auto adaptation = setting(settings, "lr_adapt")) {
    options.adaptation = *adaptation == "true"    ? cmaes::Adaptation::always
                         : *adaptation == "false" ? cmaes::Adaptation::never
                                                  : cmaes::Adaptation::when_noisy;
  }
  return options;
}

bool Cmaes::Result::operator<(const Result& other) const {
  return std::forward_as_tuple(place_of(outcome), value, trial) <
         std::forward_as_tuple(place_of(other.outcome), other.value, other.trial);
}

Cmaes::Cmaes(const Problem& problem, const CmaesOptions& options)
    : space_(problem.space),
      options_(options),
      seed_(problem.seed),
      max_trials_(problem.max_trials),
      coding_(problem.space),
      walk_(problem.space, std::make_unique<RandomSequence>(problem.space, problem.seed),
            problem.seed),
      current_{.number = 0,
               .distribution = {},
               .normals = {problem.seed, 0, coding_.dimensions()},
               .issued = 0},
      seen_(problem.space, problem.conditions) {}

std::size_t Cmaes::population() const {
  if (options_.population) {
    return *options_.population;
  }
  const std::size_t usual =
      cmaes::default_population(coding_.dimensions() + coding_.choices().size());
  return max_trials_ ? std::clamp(*max_trials_ / planned_generations, least_population, usual)
                     : usual;
}

void Cmaes::begin() const {
  if (run_) {
    return;
  }
  const auto d = static_cast<Eigen::Index>(coding_.dimensions());
  cmaes::Run::Start start{.gaussian = {.mean = Eigen::VectorXd::Constant(d, 0.5),
                                       .sigma = options_.sigma,
                                       .covariance = Eigen::MatrixXd::Identity(d, d)},
                          .probabilities = {}};
  if (known_.size() >= cmaes::least_known) {
    std::vector<Result> ranked = known_;
    std::sort(ranked.begin(), ranked.end());
    std::vector<cmaes::Sample> samples;
    samples.reserve(ranked.size());
    for (Result& result : ranked) {
      samples.push_back(std::move(result.sample));
    }
    start = cmaes::warm_start(coding_, samples);
  }
  restarts_.emplace(options_.restart, population(), seed_);
  run_.emplace(coding_, std::move(start), population(), options_.adaptation);
  current_.distribution = run_->distribution();
}

cmaes::Sample Cmaes::sample_of(const Assignment& assignment) const {
  return {.point = coding_.point(assignment), .chosen = coding_.chosen(assignment)};
}

void Cmaes::tell(const Fact& fact) {
  if (const auto* const issued = std::get_if<Issued>(&fact)) {
    issue(*issued);
  } else if (const auto* const finished = std::get_if<Finished>(&fact)) {
    finish(*finished);
  } else if (const auto* const known = std::get_if<Known>(&fact)) {
    learn(*known);
  } else if (const auto* const budget = std::get_if<BudgetChanged>(&fact)) {
    change_budget(*budget);
  }
}

void Cmaes::change_budget(const BudgetChanged& budget) {
  max_trials_ = budget.max_trials;
  if (current_.number == 0 && pool_.empty()) {
    // The candidates stay the same; only their number before an update changes.
    run_.reset();
  }
}

void Cmaes::learn(const Known& known) {
  mark(known.assignment);
  ahead_.clear();
  if (known.objectives.empty()) {
    return;
  }
  Result result{.trial = known_.size(),
                .sample = sample_of(known.assignment),
                .outcome = known.outcome,
                .value = known.objectives.front()};
  if (current_.number == 0 && current_.issued == 0) {  // initial trials are no candidates
    known_.push_back(result);
    run_.reset();
  }
  offer(std::move(result));
}

void Cmaes::issue(const Issued& issued) {
  begin();
  Running running{.sample = {}, .generation = std::nullopt};
  if (ahead_.empty()) {
    if (auto next = candidate(current_, current_.issued, place_)) {
      ahead_.push_back(std::move(*next));
    }
  }
  if (!ahead_.empty() && ahead_.front().assignment == issued.assignment) {
    running = {.sample = std::move(ahead_.front().sample), .generation = current_.number};
    ahead_.pop_front();
    ++current_.issued;
  } else {
    ahead_.clear();
    std::optional<Candidate> late;
    if (previous_) {
      late = candidate(*previous_, previous_->issued, place_);
    }
    if (late && late->assignment == issued.assignment) {
      running = {.sample = std::move(late->sample), .generation = previous_->number};
      ++previous_->issued;
    } else {
      running.sample = sample_of(issued.assignment);
    }
  }
  ++issued_;
  mark(issued.assignment);
  running_[issued.trial] = std::move(running);
}

void Cmaes::finish(const Finished& finished) {
  const auto found = running_.find(finished.trial);
  if (found == running_.end()) {
    return;
  }
  begin();
  const Running running = std::move(found->second);
  running_.erase(found);
  Result result{.trial = finished.trial,
                .generation = running.generation.value_or(0),
                .sample = running.sample,
                .outcome = finished.outcome};
  if (place_of(finished.outcome) < 2 && !finished.objectives.empty()) {
    result.value = finished.objectives.front();
  } else {
    result.outcome = TrialOutcome::failed;
  }
  if (!running.generation) {
    offer(std::move(result));
  } else if (*running.generation >= first_of_run_) {  // a new run shall not hear of old ones
    ++results_;
    if (remembered(*running.generation)) {
      pool_.push_back(std::move(result));
    } else {
      offer(std::move(result));
    }
  }
  if (generation_complete()) {
    end_generation();
  }
}

void Cmaes::offer(Result result) {
  if (result.value && (!stray_ || result < *stray_)) {
    stray_ = std::move(result);
  }
}

bool Cmaes::generation_complete() const {
  if (pool_.size() < run_->population()) {
    return false;
  }
  const auto succeeded = static_cast<std::size_t>(std::count_if(
      pool_.begin(), pool_.end(), [](const Result& result) { return result.value.has_value(); }));
  return succeeded >= run_->parents() || pool_.size() >= 2 * run_->population();
}

void Cmaes::end_generation() {
  std::sort(pool_.begin(), pool_.end());
  if (stray_ && *stray_ < pool_.front()) {
    pool_.insert(pool_.begin(), *stray_);
    pool_.front().generation = current_.number + 1;  // of none
  }
  stray_.reset();
  std::vector<Result> results = pool_;
  const auto best = static_cast<std::ptrdiff_t>(std::min(injected, memory_.size()));
  results.insert(results.end(), memory_.begin(), memory_.begin() + best);
  std::sort(results.begin(), results.end());
  std::vector<cmaes::Evaluated> ranked;
  for (std::size_t i = 0; i < run_->population(); ++i) {
    ranked.push_back({.sample = std::move(results[i].sample),
                      .value = results[i].value,
                      .current = results[i].generation == current_.number});
  }
  remember(std::exchange(pool_, {}));
  if (ranked.front().value) {
    run_->update(coding_, std::move(ranked));
  } else {
    run_->widen();
  }
  const auto limit = restarts_->plan().limit;
  if (restarts_->restarting() && (run_->converged() || (limit && results_ >= *limit))) {
    restart();
  }
  start_generation();
}

bool Cmaes::remembered(std::uint64_t generation) const {
  return generation + memory_generations >= current_.number;
}

void Cmaes::remember(std::vector<Result> results) {
  std::move(results.begin(), results.end(), std::back_inserter(memory_));
  std::erase_if(memory_, [this](const Result& result) {
    return !result.value || !remembered(result.generation);
  });
  std::sort(memory_.begin(), memory_.end());
}

void Cmaes::start_generation() {
  ahead_.clear();
  const std::uint64_t number = current_.number + 1;
  previous_.emplace(std::move(current_));
  current_ = {.number = number,
              .distribution = run_->distribution(),
              .normals = {seed_, number, coding_.dimensions()},
              .issued = 0};
}

void Cmaes::restart() {
  restarts_->restart(results_);
  results_ = 0;
  memory_.clear();
  first_of_run_ = current_.number + 1;
  const cmaes::Restarts::Plan& plan = restarts_->plan();
  const auto d = static_cast<Eigen::Index>(coding_.dimensions());
  Eigen::VectorXd mean(d);
  Draw draw(seed_, streams::cmaes_start, restarts_->runs());
  for (double& u : mean) {
    u = draw.uniform();
  }
  run_.emplace(coding_,
               cmaes::Run::Start{.gaussian = {.mean = std::move(mean),
                                              .sigma = options_.sigma * plan.shrink,
                                              .covariance = Eigen::MatrixXd::Identity(d, d)},
                                 .probabilities = {}},
               plan.population, options_.adaptation);
}

Cmaes::Candidate Cmaes::drawn(const Generation& generation, const Eigen::VectorXd& z, Draw& draw,
                              Bounds bounds) const {
  const cmaes::Distribution& distribution = generation.distribution;
  Candidate candidate;
  Eigen::VectorXd& point = candidate.sample.point;
  point = distribution.mean + distribution.spread * z;
  for (std::size_t j = 0; j < coding_.dimensions(); ++j) {
    if (!coding_.stepped(j)) {
      double& u = point[static_cast<Eigen::Index>(j)];
      u = std::clamp(bounds == Bounds::mirror ? mirrored(u) : u, 0.0, 1.0);
    }
  }
  candidate.sample.chosen = cmaes::draw_choices(distribution.probabilities, draw);
  candidate.assignment =
      coding_.decode(distribution.mean + distribution.scale.cwiseProduct(point - distribution.mean),
                     candidate.sample.chosen);
  return candidate;
}

std::optional<Cmaes::Candidate> Cmaes::candidate(const Generation& generation, std::uint64_t index,
                                                 UnseenWalk::Place& place) const {
  if (seen_.full()) {
    return std::nullopt;
  }
  Eigen::VectorXd z = generation.normals.at(index);
  if (generation.number == 0 && index == 0) {
    z.setZero();
  }
  Draw draw(seed_, streams::cmaes_choices + generation.number, index);
  Candidate candidate = drawn(generation, z, draw, Bounds::clip);
  for (int tries = 0; refused(candidate.assignment) && tries < repeat_patience; ++tries) {
    candidate = drawn(generation, z, draw, Bounds::mirror);
    for (double& coordinate : z) {
      coordinate = draw.normal();
    }
  }
  if (!walks() || !refused(candidate.assignment)) {
    return candidate;
  }
  std::optional<Assignment> unseen = walk_.next(issued_, seen_, place);
  if (!unseen) {
    return std::nullopt;
  }
  return Candidate{.sample = sample_of(*unseen), .assignment = std::move(*unseen)};
}

/// Are the points kept in seen_, as the walk needs them? It walks where they may run out or be
/// refused.
bool Cmaes::walks() const { return seen_.finite() || seen_.conditions().any(); }

bool Cmaes::refused(const Assignment& assignment) const {
  return walks() ? !seen_.fresh(assignment) : points_.contains(assignment.values);
}

bool Cmaes::mark(const Assignment& assignment) const {
  if (walks()) {
    return seen_.add(assignment);
  }
  // The order of a set has no place for an inactive value.
  const bool whole = std::none_of(assignment.values.begin(), assignment.values.end(),
                                  [](double value) { return std::isnan(value); });
  return whole && points_.insert(assignment.values).second;
}

void Cmaes::unmark(const Assignment& assignment) const {
  seen_.remove(assignment);
  points_.erase(assignment.values);
}

Suggestions Cmaes::ask(std::size_t count) const {
  begin();
  Suggestions answer;
  UnseenWalk::Place ahead = place_;
  std::vector<std::size_t> marked;
  for (std::size_t i = 0; i < count; ++i) {
    if (i == ahead_.size()) {
      std::optional<Candidate> next = candidate(current_, current_.issued + i, ahead);
      if (i == 0) {
        place_ = ahead;
      }
      if (!next) {
        answer.exhausted = true;
        break;
      }
      ahead_.push_back(std::move(*next));
    }
    if (mark(ahead_[i].assignment)) {
      marked.push_back(i);
    }
    answer.items.push_back({.assignment = ahead_[i].assignment, .labels = {}, .parent = {}});
  }
  for (const std::size_t i : marked) {
    unmark(answer.items[i].assignment);
  }
  return answer;
}

}  // namespace diwan
