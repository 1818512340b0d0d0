// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "driver/core/event.hpp"
#include "tests/driver/store/dice.hpp"

namespace diwan {

/// Any event, with every class of numbers and texts, whether or not it makes sense.
Event any_event(Dice& dice);

/// Empty, plain, with quotes and controls, UTF-8, or bytes that are none.
std::string any_text(Dice& dice);
double any_double(Dice& dice);
Time any_time(Dice& dice);
OwnerChanged any_owner(Dice& dice);

}  // namespace diwan
