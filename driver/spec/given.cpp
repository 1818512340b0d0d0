// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/given.hpp"

#include "driver/spec/nas.hpp"

namespace diwan {

Given::Given(const Spec& spec, const Assignment& assignment)
    : space_(spec.space), assignment_(assignment) {
  if (searches_architectures(spec)) {
    const std::vector<std::string> names = given_names(spec);
    own_space_ = SearchSpace({{names.at(0), Categorical{{architecture_text(assignment)}}},
                              {names.at(1), Categorical{{nn_config_text(*spec.nas, assignment)}}}});
    own_assignment_.values = {0, 0};
  }
}

std::vector<std::string> given_names(const Spec& spec) {
  if (searches_architectures(spec)) {
    return nas_assignments(spec.algorithm.name);
  }
  std::vector<std::string> names;
  for (const Parameter& parameter : spec.space.parameters()) {
    names.push_back(parameter.name);
  }
  return names;
}

}  // namespace diwan
