// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/known_from.hpp"

#include <string>
#include <utility>

#include "driver/results/known_results.hpp"
#include "driver/shell/session.hpp"

namespace diwan {

std::vector<KnownResult> known_from(const std::filesystem::path& path, const Spec& spec,
                                    Progress& progress) {
  KnownResults known;
  try {
    known = std::filesystem::is_directory(path) ? known_results_of_directory(path, spec)
                                                : known_results_of_csv(path, spec);
  } catch (const KnownResultsError& error) {
    throw RunRefused(std::string("--from ") + error.what());
  }
  const std::string left_out =
      known.left_out == 0 ? ""
                          : " (" + std::to_string(known.left_out) + " left out: " + known.why + ")";
  if (known.results.empty()) {
    throw RunRefused("--from " + path.string() + ": has no ended trial that fits the search space" +
                     left_out + "; leave it away, or widen the space");
  }
  progress.note("from " + path.string() + ": " + std::to_string(known.results.size()) + " results" +
                left_out + (known.assumed.empty() ? "" : "; " + known.assumed));
  return std::move(known.results);
}

}  // namespace diwan
