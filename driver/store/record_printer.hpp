// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <map>
#include <string>
#include <vector>

#include "algorithms/space/search_space.hpp"
#include "driver/core/event.hpp"

namespace diwan {

/// Prints records as `diwan journal` does (docs/journal.md, section 5): with the names of trials,
/// which it learns from the records given before, of parameters and of metrics.
class RecordPrinter {
 public:
  /// @param metrics  names, in the order of Rules::metrics.
  RecordPrinter(SearchSpace space, std::vector<std::string> metrics);

  /// One JSON line, without the newline. Records come in order, from the first.
  std::string line(const Record& record);

 private:
  SearchSpace space_;
  std::vector<std::string> metrics_;
  std::map<std::uint32_t, std::string> trials_;
};

}  // namespace diwan
