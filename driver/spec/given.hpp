// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <vector>

#include "driver/spec/spec.hpp"

namespace diwan {

/// An assignment as trials get it and as users see it: parameters with a value for each.
///
/// That is the search space's own, but for an architecture search: there it is what Katib's enas
/// gives (nas.hpp), texts that have no other value. Refers to the spec and the assignment, which
/// outlive it.
class Given {
 public:
  Given(const Spec& spec, const Assignment& assignment);

  const SearchSpace& space() const { return own_space_.size() > 0 ? own_space_ : space_; }
  const Assignment& assignment() const {
    return own_space_.size() > 0 ? own_assignment_ : assignment_;
  }

 private:
  const SearchSpace& space_;
  const Assignment& assignment_;
  SearchSpace own_space_;  ///< of an architecture
  Assignment own_assignment_;
};

/// The names of what trials are given.
std::vector<std::string> given_names(const Spec& spec);

}  // namespace diwan
