// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "driver/launchers/launcher.hpp"

namespace diwan {

/// What each trial gets of the host.
enum class HostShare {
  divided,  ///< its part of the CPUs and GPUs
  whole     ///< no part: what it starts has others elsewhere
};

/// Runs trials on this host, under a supervisor that is `program exec --supervisor`. A supervisor
/// that dies costs its runs (Ended{lost}) and is replaced.
/// @param slots  trials at a time; none: as many as there are CPUs, or GPUs, for what a trial asks.
std::unique_ptr<Launcher> make_local_launcher(const RunSettings& settings,
                                              std::optional<std::uint32_t> slots,
                                              const std::filesystem::path& program,
                                              HostShare share = HostShare::divided);

}  // namespace diwan
