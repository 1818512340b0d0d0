// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <functional>
#include <thread>

namespace diwan {

/// A thread that takes no signals: those are for the threads of the program that wait for them.
std::thread quiet_thread(std::function<void()> run);

}  // namespace diwan
