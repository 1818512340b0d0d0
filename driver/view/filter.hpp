// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/results/load.hpp"

namespace diwan::view {

/// Chooses trials by words that all have to be there: `adam`, `failed`, `gpu03`; or by a
/// parameter, metric, `time` (seconds) or `number`: `lr<0.01`, `loss>=2`, `opt=adam`.
class Filter {
 public:
  explicit Filter(std::string_view text);
  bool admits(const Loaded& loaded, const Trial& trial) const;
  /// Does it admit all?
  bool empty() const { return words_.empty(); }

 private:
  std::vector<std::string> words_;  ///< in lower case
};

/// In lower case, as far as it is ASCII.
std::string lowered(std::string_view text);

}  // namespace diwan::view
