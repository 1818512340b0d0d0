// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace diwan::slurm_step {

/// The hosts of a list as Slurm writes it: "n[1-2,07],gpu3" is n1, n2, n07, gpu3. Empty for a text
/// that is none.
std::vector<std::string> expand_hosts(std::string_view list);

/// Counts by host as Slurm writes them: "16(x2),8" is 16, 16, 8. Empty for a text that is none.
std::vector<std::uint32_t> expand_counts(std::string_view list);

}  // namespace diwan::slurm_step
