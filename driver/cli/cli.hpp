// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <functional>
#include <map>
#include <string>

#include "driver/shell/session.hpp"

namespace diwan {

/// The launchers this program has, by name; every program has "local".
using LauncherFactories = std::map<std::string, LauncherFactory, std::less<>>;

/// The whole of a Diwan program but what it is linked with. Returns the exit status.
int cli_main(int argc, char** argv, const LauncherFactories& launchers);

}  // namespace diwan
