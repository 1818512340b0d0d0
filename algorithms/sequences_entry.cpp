// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <string>

#include "algorithms/entries.hpp"
#include "algorithms/sequence.hpp"
#include "algorithms/sequence_suggester.hpp"
#include "algorithms/setting_rules.hpp"
#include "algorithms/sobol.hpp"

namespace diwan {
namespace {

std::unique_ptr<Suggester> walk(const Problem& problem, std::unique_ptr<PointSequence> sequence) {
  return std::make_unique<SequenceSuggester>(problem, std::move(sequence));
}

std::unique_ptr<Suggester> make_random(const Problem& problem) {
  return walk(problem, std::make_unique<RandomSequence>(problem.space, problem.seed));
}

std::unique_ptr<Suggester> make_sobol(const Problem& problem) {
  return walk(problem, std::make_unique<SobolSequence>(problem.space, problem.seed));
}

std::unique_ptr<Suggester> make_grid(const Problem& problem) {
  const std::uint64_t size = *problem.space.cardinality();
  // Constraints may refuse long runs of a large grid in its own order.
  const bool shuffled = setting(problem.settings, "random_state") ||
                        (problem.max_trials && *problem.max_trials < size) ||
                        (problem.conditions.any() && size > (std::uint64_t{1} << 20));
  return walk(problem, std::make_unique<GridSequence>(problem.space, shuffled, problem.seed));
}

void check_grid(const Problem& problem, SettingProblems& problems) {
  const SearchSpace& space = problem.space;
  bool finite = true;
  for (std::size_t i = 0; i < space.size(); ++i) {
    if (!space.cardinality(i)) {
      finite = false;
      add_problem(problems, "grid needs a step for the double " + space.parameters()[i].name,
                  "give feasibleSpace.step, or use random or sobol");
    }
  }
  if (finite && !space.cardinality()) {
    add_problem(problems, "the grid has more than 2^63 points",
                "use larger steps, or random or sobol");
  }
}

void check_sobol(const Problem& problem, SettingProblems& problems) {
  if (problem.space.size() > Sobol::most_dimensions) {
    add_problem(problems,
                "sobol has direction numbers for " + std::to_string(Sobol::most_dimensions) +
                    " parameters, not " + std::to_string(problem.space.size()),
                "use random");
  }
}

}  // namespace

CatalogEntry random_entry() {
  CatalogEntry entry =
      catalog_entry("random", "independent draws from the parameters' distributions",
                    "Bergstra and Bengio 2012", {setting_rule::random_state()}, make_random);
  advise(entry, "a baseline; results that cannot be trusted",
         "Take it to see what a model is worth, or where results are so noisy that one would be "
         "misled. It draws each parameter from its own distribution. For even cover take sobol; "
         "every algorithm that learns was far ahead of it after 30 trials.");
  entry.info.scores = {-0.81, -0.24, 0.00};
  entry.info.several_objectives = true;
  entry.info.conditional_parameters = true;
  entry.info.constraints = true;
  return entry;
}

CatalogEntry grid_entry() {
  CatalogEntry entry =
      catalog_entry("grid", "every combination once", "factorial designs, Fisher 1935",
                    {setting_rule::random_state()}, make_grid);
  advise(entry, "every combination once; doubles need a step",
         "Take it where all combinations are wanted and the budget has room for them. With more "
         "combinations than trials, or with random_state, they come in an order drawn from the "
         "seed, which is then no better than random.");
  entry.info.several_objectives = true;
  entry.info.conditional_parameters = true;
  entry.info.constraints = true;
  entry.check = check_grid;
  return entry;
}

CatalogEntry sobol_entry() {
  CatalogEntry entry = catalog_entry("sobol", "a scrambled low-discrepancy sequence",
                                     "Sobol 1967; Joe and Kuo 2008; Owen 1995",
                                     {setting_rule::random_state()}, make_sobol);
  advise(entry, "a baseline that leaves no part of the space out",
         "Take it for a first look, for a sensitivity study, or as a baseline that is less up to "
         "chance than random. It learns nothing from results.");
  entry.info.several_objectives = true;
  entry.info.conditional_parameters = true;
  entry.info.constraints = true;
  entry.check = check_sobol;
  return entry;
}

}  // namespace diwan
