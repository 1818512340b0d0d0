// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "suggester_cases.hpp"

#include <cmath>
#include <cstdint>
#include <ios>
#include <limits>
#include <map>
#include <ostream>
#include <sstream>
#include <utility>

#include "algorithms/nas/architecture.hpp"

namespace diwan {
namespace {

struct NamedSpace {
  std::string name;
  SearchSpace space;
  SpaceConditions conditions = {};
};

NamedSpace conditioned(std::string name, SearchSpace space,
                       const std::map<std::string, std::string>& when,
                       const std::vector<std::string>& constraints) {
  SpaceConditions conditions(space, when, constraints);
  return {.name = std::move(name), .space = std::move(space), .conditions = std::move(conditions)};
}

std::vector<NamedSpace> spaces() {
  const Real lr{.low = 1e-5, .high = 1, .distribution = Distribution::log_uniform};
  const Categorical opt{{"sgd", "adam", "rmsprop"}};
  return {
      {"continuous", SearchSpace({{"x", Real{.low = -5, .high = 5}}, {"lr", lr}})},
      {"mixed",
       SearchSpace(
           {{"lr", lr},
            {"momentum", Real{.low = 0, .high = 1, .distribution = Distribution::normal}},
            {"dropout", Real{.low = 0.1, .high = 0.5, .step = 0.1}},
            {"layers", Integer{.low = 1, .high = 6}},
            {"units", Integer{.low = 8, .high = 512, .distribution = Distribution::log_uniform}},
            {"opt", opt},
            {"batch", Discrete{.values = {128, 32, 64}, .texts = {"128", "32", "64"}}},
            {"fixed", Integer{.low = 3, .high = 3}}})},
      {"finite",
       SearchSpace(
           {{"layers", Integer{.low = 1, .high = 4}},
            {"rate",
             Real{.low = 0.1, .high = 0.4, .step = 0.1, .distribution = Distribution::log_normal}},
            {"opt", opt},
            {"batch", Discrete{.values = {8, 4}, .texts = {"8", "4"}}}})},
      {"categorical", SearchSpace({{"a", opt}, {"b", Categorical{{"u", "v", "w", "x", "y"}}}})},
      {"resource",
       SearchSpace({{"lr", lr}, {"opt", opt}, {"epochs", Integer{.low = 1, .high = 9}}})},
      conditioned(
          "constrained",
          SearchSpace(
              {{"x", Real{.low = -5, .high = 5}}, {"y", Real{.low = -5, .high = 5}}, {"opt", opt}}),
          {}, {"x + y > 1", "opt != 'sgd' or x > 0"}),
      conditioned("resource_conditional",
                  SearchSpace({{"opt", opt},
                               {"epochs", Integer{.low = 1, .high = 9}},
                               {"lr", lr},
                               {"momentum", Real{.low = 0, .high = 1}}}),
                  {{"momentum", "opt == 'sgd'"}}, {"lr < 0.1 or momentum < 0.9"}),
      {"architecture", nas::architecture_space(12, {"a", "b", "c", "d", "e"})},
      {"architecture_finite", nas::architecture_space(3, {"a", "b"})},
      {"single", SearchSpace({{"a", Integer{.low = 7, .high = 7}}})},
      conditioned("conditional",
                  SearchSpace({{"opt", opt},
                               {"lr", lr},
                               {"momentum", Real{.low = 0, .high = 1}},
                               {"nesterov", Categorical{{"no", "yes"}}},
                               {"layers", Integer{.low = 1, .high = 3}},
                               {"units2", Integer{.low = 8, .high = 64}}}),
                  {{"lr", "opt != 'rmsprop'"},
                   {"momentum", "opt == 'sgd'"},
                   {"nesterov", "momentum > 0.5"},
                   {"units2", "layers >= 2"}},
                  {"lr < 0.1 or momentum < 0.9", "layers * units2 <= 100"}),
      conditioned("conditional_finite",
                  SearchSpace({{"a", Integer{.low = 1, .high = 6}},
                               {"b", Integer{.low = 1, .high = 5}},
                               {"opt", opt},
                               {"c", Discrete{.values = {8, 4}, .texts = {"8", "4"}}}}),
                  {{"b", "opt != 'sgd'"}, {"c", "b >= 3"}}, {"a * b <= 12", "a != c"}),
  };
}

/// Algorithms that climb rungs take the resource of the space made for them; elsewhere their
/// resource is the reported step.
Settings settings_of(const SuggesterCase& one) {
  if (one.algorithm == "pbt") {
    return {{"n_population", "5"}};  // generations enough in the short histories here
  }
  if (one.algorithm != "hyperband" && one.algorithm != "bohb" && one.algorithm != "asha") {
    return {};
  }
  Settings settings = {{"r_l", "9"}};
  if (one.space.starts_with("resource")) {
    settings.emplace_back("resource_name", "epochs");
  }
  return settings;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const SuggesterCase& one) {
  return out << one.algorithm << " on " << one.space << " by " << one.objectives;
}

Problem problem_of(const SuggesterCase& one, std::uint64_t seed) {
  std::vector<Direction> directions(one.objectives, Direction::minimize);
  directions.front() = Direction::maximize;
  for (const NamedSpace& named : spaces()) {
    if (named.name == one.space) {
      return {.space = named.space,
              .directions = directions,
              .seed = seed,
              .settings = settings_of(one),
              .conditions = named.conditions};
    }
  }
  return {};
}

std::vector<SuggesterCase> suggester_cases() {
  std::vector<SuggesterCase> cases;
  for (const AlgorithmInfo& info : algorithms()) {
    for (const NamedSpace& named : spaces()) {
      for (const std::size_t objectives : {1U, 2U}) {
        const SuggesterCase one{
            .algorithm = info.name, .space = named.name, .objectives = objectives};
        if (info.runnable && !info.early_stopping && check(info, problem_of(one)).empty()) {
          cases.push_back(one);
        }
      }
    }
  }
  return cases;
}

std::unique_ptr<Suggester> make(const SuggesterCase& one, std::uint64_t seed) {
  return make_suggester(one.algorithm, problem_of(one, seed));
}

Finished result_of(const Problem& problem, std::uint32_t trial, const Assignment& assignment) {
  double sum = 0;
  double other = 0;
  double weight = 1;
  for (const double u : problem.space.encode(assignment)) {
    sum -= weight * (u - 0.3) * (u - 0.3);
    other += weight * (u - 0.8) * (u - 0.8);
    weight *= 1.3;
  }
  Finished finished{.trial = trial, .outcome = TrialOutcome::succeeded, .objectives = {sum}};
  if (problem.directions.size() > 1) {
    finished.objectives.push_back(other);
  }
  switch (trial % 11) {
    case 3:
      finished.outcome = TrialOutcome::failed;
      finished.objectives.clear();
      break;
    case 5:
      finished.objectives.back() = std::numeric_limits<double>::quiet_NaN();
      break;
    case 7:
      finished.objectives.back() = std::numeric_limits<double>::infinity();
      break;
    case 9:
      finished.outcome = TrialOutcome::early_stopped;
      break;
    default:
      break;
  }
  return finished;
}

std::vector<Fact> play(Suggester& suggester, const Problem& problem, std::size_t trials) {
  std::vector<Fact> facts;
  std::vector<Issued> running;
  const auto tell = [&](const Fact& fact) {
    suggester.tell(fact);
    facts.push_back(fact);
  };
  for (std::uint32_t trial = 1; trial <= trials; ++trial) {
    const Suggestions answer = suggester.ask(1);
    if (answer.items.empty()) {
      break;
    }
    const Issued issued{.trial = trial,
                        .assignment = answer.items[0].assignment,
                        .labels = answer.items[0].labels,
                        .parent = answer.items[0].parent};
    tell(issued);
    running.push_back(issued);
    if (trial % 19 == 2) {
      tell(BudgetChanged{.max_trials = trials + trial, .parallel = 2 + trial % 3});
    }
    if (running.size() == 3) {
      const std::size_t which = (trial * 7U) % 3;
      tell(Reported{.trial = running[which].trial, .step = 1, .value = 0.5});
      tell(result_of(problem, running[which].trial, running[which].assignment));
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(which));
    }
  }
  return facts;
}

std::string transcript(const std::vector<Fact>& facts) {
  std::ostringstream out;
  out << std::hexfloat;
  for (const Fact& fact : facts) {
    if (const auto* const issued = std::get_if<Issued>(&fact)) {
      for (const double value : issued->assignment.values) {
        out << value << ' ';
      }
      out << '\n';
    }
  }
  return out.str();
}

}  // namespace diwan
