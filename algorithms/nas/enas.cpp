// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/nas/enas.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "algorithms/rng.hpp"
#include "algorithms/sequence.hpp"
#include "algorithms/settings.hpp"
#include "algorithms/streams.hpp"

namespace diwan::nas {
namespace {

constexpr std::size_t generation = 4;     ///< results between two rounds of learning
constexpr std::size_t batch = 16;         ///< lessons of a step
constexpr std::size_t recent_pool = 16;   ///< last results to learn from
constexpr std::size_t best_pool = 16;     ///< best ones
constexpr std::uint64_t most_draws = 16;  ///< of an architecture that was not seen

/// Results from the best to the worst; of equals the earlier first.
template <class Results>
std::vector<std::size_t> ranking(const Results& results) {
  std::vector<std::size_t> order(results.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return results[i].loss; });
  return order;
}

}  // namespace

EnasOptions enas_options(const Settings& settings) {
  const auto real = [&](const char* name) { return real_setting(settings, name); };
  const auto is_off = [&](const char* name) { return setting(settings, name) == "None"; };
  EnasOptions options;
  options.controller.hidden =
      static_cast<std::size_t>(integer_setting(settings, "controller_hidden_size").value_or(16));
  options.controller.squash.temperature =
      is_off("controller_temperature") ? 1 : real("controller_temperature").value_or(5);
  if (!is_off("controller_tanh_const")) {
    options.controller.squash.tanh_const = real("controller_tanh_const").value_or(2.25);
  }
  options.controller.learning_rate = real("controller_learning_rate").value_or(0.1);
  options.controller.entropy_weight =
      is_off("controller_entropy_weight") ? 0 : real("controller_entropy_weight").value_or(0.01);
  options.controller.skip_target = real("controller_skip_target").value_or(0.4);
  options.controller.skip_weight =
      is_off("controller_skip_weight") ? 0 : real("controller_skip_weight").value_or(0.1);
  options.baseline_decay = real("controller_baseline_decay").value_or(0.95);
  options.train_steps =
      static_cast<std::size_t>(integer_setting(settings, "controller_train_steps").value_or(4));
  return options;
}

Enas::Enas(const Problem& problem, const EnasOptions& options)
    : seed_(problem.seed),
      options_(options),
      controller_(architecture_shape(problem.space).value(), options.controller, problem.seed),
      rest_(problem.space, std::make_unique<RandomSequence>(problem.space, problem.seed),
            problem.seed),
      seen_(problem.space) {}

void Enas::tell(const Fact& fact) {
  if (const auto* const issued = std::get_if<Issued>(&fact)) {
    ++issued_;
    seen_.add(issued->assignment);
    running_.insert_or_assign(issued->trial, issued->assignment);
  } else if (const auto* const known = std::get_if<Known>(&fact)) {
    if (seen_.add(known->assignment) && has_result(known->outcome)) {
      take(known->assignment, known->objectives.front());
    }
  } else if (const auto* const finished = std::get_if<Finished>(&fact)) {
    const auto trial = running_.find(finished->trial);
    if (trial == running_.end()) {
      return;
    }
    const Assignment assignment = std::move(trial->second);
    running_.erase(trial);
    if (has_result(finished->outcome)) {
      take(assignment, finished->objectives.front());
    } else if (finished->outcome == TrialOutcome::failed) {
      take(assignment, std::numeric_limits<double>::infinity());
    }
  }
}

void Enas::take(const Assignment& assignment, double loss) {
  results_.push_back({architecture_of(assignment), loss});
  if (results_.size() % generation == 0) {
    learn();
  }
}

std::vector<double> Enas::advantages(const std::vector<std::size_t>& order) const {
  std::vector<double> scores(order.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;  // of those that are as good
    while (last + 1 < order.size() &&
           results_[order[last + 1]].loss == results_[order[first]].loss) {
      ++last;
    }
    const double middle = static_cast<double>(first + last + 1) / 2;
    for (std::size_t i = first; i <= last; ++i) {
      scores[order[i]] = -normal_quantile(middle / static_cast<double>(order.size()));
    }
    first = last + 1;
  }
  double average = 0;
  for (const double score : scores) {
    average = options_.baseline_decay * average + (1 - options_.baseline_decay) * score;
  }
  for (double& score : scores) {
    score -= average;
  }
  return scores;
}

std::vector<std::size_t> Enas::pool(const std::vector<std::size_t>& order) const {
  const std::size_t first = results_.size() - std::min(results_.size(), recent_pool);
  std::vector<std::size_t> out;
  for (const std::size_t i : order) {
    if (out.size() == best_pool || !std::isfinite(results_[i].loss)) {
      break;
    }
    if (i < first) {
      out.push_back(i);
    }
  }
  for (std::size_t i = first; i < results_.size(); ++i) {
    out.push_back(i);
  }
  return out;
}

void Enas::learn() {
  const std::vector<std::size_t> order = ranking(results_);
  const std::vector<std::size_t> lessons = pool(order);
  const std::vector<double> advantage = advantages(order);
  std::vector<const Architecture*> architectures;
  architectures.reserve(lessons.size());
  for (const std::size_t i : lessons) {
    architectures.push_back(&results_[i].architecture);
  }
  const std::vector<std::vector<double>> before = controller_.log_probabilities(architectures);
  for (std::size_t step = 0; step < options_.train_steps; ++step) {
    Draw draw(seed_, streams::enas_lessons, learnt_++);
    std::vector<Lesson> chosen;
    std::vector<std::size_t> left(lessons.size());
    std::iota(left.begin(), left.end(), std::size_t{0});
    while (chosen.size() < batch && !left.empty()) {
      const auto place = static_cast<std::ptrdiff_t>(draw.below(left.size()));
      const std::size_t i = left[static_cast<std::size_t>(place)];
      left.erase(left.begin() + place);
      chosen.push_back({.architecture = architectures[i],
                        .advantage = advantage[lessons[i]],
                        .before = &before[i]});
    }
    controller_.learn(chosen);
  }
}

std::optional<Assignment> Enas::next(std::uint64_t issued, UnseenWalk::Place& place) const {
  if (seen_.full()) {
    return std::nullopt;
  }
  for (std::uint64_t attempt = 0; attempt < most_draws; ++attempt) {
    Draw draw(seed_, streams::enas + attempt, issued);
    const double sharpness = 1 - static_cast<double>(attempt) / most_draws;
    Assignment assignment = assignment_of(controller_.sample(draw, sharpness));
    if (!seen_.contains(assignment)) {
      return assignment;
    }
  }
  return rest_.next(issued, seen_, place);
}

Suggestions Enas::ask(std::size_t count) const {
  Suggestions answer;
  UnseenWalk::Place ahead = place_;
  while (answer.items.size() < count) {
    std::optional<Assignment> assignment = next(issued_ + answer.items.size(), ahead);
    if (answer.items.empty()) {
      place_ = ahead;
    }
    if (!assignment) {
      answer.exhausted = true;
      break;
    }
    seen_.add(*assignment);
    answer.items.push_back({.assignment = std::move(*assignment), .labels = {}, .parent = {}});
  }
  for (const Suggestion& suggestion : answer.items) {
    seen_.remove(suggestion.assignment);
  }
  return answer;
}

}  // namespace diwan::nas
