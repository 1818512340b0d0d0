// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "driver/shell/session.hpp"

namespace diwan {

struct Verb;

/// The launchers this program has, by name; every program has "local".
using LauncherFactories = std::map<std::string, LauncherFactory, std::less<>>;

/// The whole of a Diwan program but what it is linked with. Returns the exit status.
/// @param verbs  the commands that it knows.
/// @param leave_mpi  ends MPI, so that the program may fork again; it gets the exit status to come.
int cli_main(int argc, char** argv, const std::vector<Verb>& verbs,
             const LauncherFactories& launchers,
             const std::function<void(int status)>& leave_mpi = {});

}  // namespace diwan
