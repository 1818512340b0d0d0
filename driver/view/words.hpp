// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "driver/results/load.hpp"
#include "driver/view/canvas.hpp"

namespace diwan::view {

/// A trial's status in a word or two.
std::string_view status_word(const Trial& trial);
Style status_style(const Trial& trial);

/// A length of time in at most four characters: 42s, 14m, 3h07, 47h, 12d.
std::string brief_duration(double seconds);

/// A number in at most nine characters.
std::string brief_number(double value);

/// Where a trial runs or ran: "gpu03:2" with its devices, "gpu03" without.
std::string place_of(const Trial& trial);

/// A metric's value by its strategy; nothing when it never came or is not finite.
std::optional<double> metric_of(const Experiment& experiment, const Trial& trial,
                                std::size_t metric);

/// Are there a coordinator, and perhaps trials at work?
bool is_live(const Loaded& loaded);

}  // namespace diwan::view
