// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>

namespace diwan::slurm {

/// What is wrong with SLURM_CONF, where that names a file that cannot be read: for one that is not
/// there each program of Slurm's looks for a minute. Empty where nothing is, or it is not set.
std::string configuration_problem();

/// Do Slurm's programs, or libslurm, say that there is no configuration here, or none that they can
/// read? A controller that hands it out and is away is another matter.
bool finds_no_configuration(std::string_view said);

}  // namespace diwan::slurm
