// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "driver/core/stimulus.hpp"
#include "tests/for_each_seed.hpp"

namespace diwan::simulation {

/// Suggests point n as trial n+1, so that a point suggested twice or left out shows. Like the real
/// ones a pure function of what it was told: how many trials were issued and how many have ended.
class FakeSuggester {
 public:
  explicit FakeSuggester(Dice& dice)
      : kind_(static_cast<Kind>(dice.below(4))), size_(3 + dice.below(40)) {}

  Answered ask(std::uint32_t count, std::size_t issued, std::size_t ended) const {
    std::size_t allowed = issued + count;
    bool exhausted = false;
    switch (kind_) {
      case Kind::endless:
        break;
      case Kind::finite:
        exhausted = allowed >= size_;
        allowed = std::min(allowed, size_);
        break;
      case Kind::dries_up:
        allowed = std::min(allowed, size_);
        break;
      case Kind::rungs: {
        // The next rung starts when all of this one have ended.
        const std::size_t rung = 1 + size_ % 5;
        allowed = std::min(allowed, rung * (ended / rung + 1));
        break;
      }
    }
    Answered answered{.proposals = {}, .exhausted = exhausted};
    for (std::size_t point = issued; point < allowed; ++point) {
      answered.proposals.push_back({.assignment = {{static_cast<double>(point)}},
                                    .labels = {},
                                    .parent = {},
                                    .name = "e-" + std::to_string(point + 1)});
    }
    return answered;
  }

 private:
  enum class Kind { endless, finite, dries_up, rungs };

  Kind kind_;
  std::size_t size_;
};

}  // namespace diwan::simulation
