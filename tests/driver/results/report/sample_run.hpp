// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace diwan::test {

/// A made-up run of many trials on several hosts, as a report shows it.
struct SampleRun {
  enum class Kind {
    plain,      ///< six parameters, curves, early stopping, some failures, two restarts
    hyperband,  ///< brackets and rungs
    asha,       ///< rungs on reported steps: 1, 3, 10 and 30
    lineage,    ///< generations of trials that go on from others
    pareto,     ///< two objectives
    hostile,    ///< names, values and texts that a page must not take for its own
    once,       ///< one value a trial, one host, nothing that goes wrong
    random,     ///< random search of the same space
  };
  Kind kind = Kind::plain;
  std::uint32_t trials = 100;
};

/// Writes its records into a new directory, with the logs of trials that failed. The same run makes
/// the same records.
void make_sample_run(const SampleRun& run, const std::filesystem::path& directory);

/// Runs its best three again, five times each, with these settings (PATH and VALUE): the best of
/// the search turns out not to be.
void make_sample_confirmation(const std::filesystem::path& directory,
                              const std::vector<std::pair<std::string, std::string>>& set = {});

/// What the hostile run puts wherever a text can be.
std::string hostile_text();

}  // namespace diwan::test
