// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/load.hpp"

#include <utility>

#include "driver/results/fold.hpp"

namespace diwan {

Loaded load(const std::filesystem::path& directory) {
  std::optional<Spec> spec;
  for (;;) {
    const bool given = spec.has_value();
    LoadFold fold(directory, std::move(spec));
    ReplayReport report = replay(directory, [&](Record&& record) { fold.take(record); });
    if (fold.empty()) {
      throw StoreError(directory.string() +
                       " holds no record yet; the run that made it ended before its first one");
    }
    spec = fold.other_rules();
    if (!spec || given) {
      fold.look_around(std::move(report));
      return std::move(fold.loaded());
    }
  }
}

}  // namespace diwan
