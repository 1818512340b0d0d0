// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <vector>

#include "driver/results/load.hpp"
#include "driver/results/table.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// Which trials to show, in what order.
struct Selection {
  std::string sort;    ///< empty: by number; `objective`, `start`, a metric or a parameter
  std::string status;  ///< empty: all
};

/// The trials chosen. @throws std::invalid_argument for a status or order there is not.
std::vector<const Trial*> select(const Loaded& loaded, const Selection& selection);

/// All statuses a trial can have, as texts.
const std::vector<std::string>& status_names();

/// A row for each, with a column for each parameter, as many as the page has room for.
std::string trials_table(const Loaded& loaded, const std::vector<const Trial*>& trials,
                         const Page& page);
std::string trials_csv(const Loaded& loaded, const std::vector<const Trial*>& trials);
/// The document of `trials` (docs/cli.md).
Value trials_document(const Loaded& loaded, const std::vector<const Trial*>& trials);

}  // namespace diwan
