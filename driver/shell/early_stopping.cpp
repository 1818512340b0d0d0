// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/early_stopping.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "algorithms/registry.hpp"

namespace diwan {

std::unique_ptr<EarlyStopper> early_stopper_of(const Spec& spec) {
  if (!spec.early_stopping) {
    return nullptr;
  }
  Problem problem = problem_of(spec, 0);
  problem.settings = spec.early_stopping->settings;
  return make_early_stopper(spec.early_stopping->name, problem);
}

std::vector<Stimulus> judge(EarlyStopper* early_stopper, const std::vector<Fact>& facts) {
  std::vector<Stimulus> wishes;
  for (const Fact& fact : facts) {
    std::optional<StopAdvice> advice =
        early_stopper != nullptr ? early_stopper->tell(fact) : std::nullopt;
    if (const auto* report = std::get_if<Reported>(&fact); report != nullptr && advice) {
      wishes.emplace_back(PruneWished{.run = {.trial = report->trial, .attempt = report->attempt},
                                      .rule = std::move(advice->rule)});
    }
  }
  return wishes;
}

}  // namespace diwan
