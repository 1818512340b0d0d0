// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "driver/cli/verb.hpp"

namespace diwan {

/// The manual page of a verb, diwan-NAME(1), in the man macros of roff.
/// @param date  as the page shows it, such as 2026-01-31
std::string man_page(const Verb& verb, const std::string& date);

/// diwan(1): all verbs that are not internal, and what they share.
std::string main_man_page(const std::string& date);

}  // namespace diwan
