// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/early_stopping.hpp"

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

}  // namespace diwan
