// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cmath>
#include <cstddef>
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
  /// Calls `visit` with each parameter that has a value, and the value's text.
  template <class Visit>
  void each(const Visit& visit) const {
    for (std::size_t p = 0; p < space().size(); ++p) {
      if (const double value = assignment().values.at(p); !std::isnan(value)) {
        visit(space().parameters()[p], space().text(p, value));
      }
    }
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
