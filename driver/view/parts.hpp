// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/view/state.hpp"

namespace diwan::view {

// What the pages share.

/// A ruler with a heading in it.
void draw_heading(Canvas& canvas, const Area& area, std::string_view heading, Drawing drawing);

/// The line at the top: name, state, how long, where, time left.
void draw_bar(Canvas& canvas, const Scene& scene, Drawing drawing);

/// The line for questions, messages and, where there are none, notices.
void draw_message(Canvas& canvas, const Scene& scene, const State& state);

/// The line of keys, as many as fit: "q" "quit".
void draw_keys(Canvas& canvas, const std::vector<std::pair<std::string, std::string>>& keys);

/// Trials that have been silent for too long.
std::set<std::uint32_t> stalled_trials(const Loaded& loaded);

void draw_overview(Canvas& canvas, const Scene& scene, const State& state, Drawing drawing);
void draw_curve(Canvas& canvas, const Area& area, const Loaded& loaded, const State& state,
                Drawing drawing);
void draw_running(Canvas& canvas, const Area& area, const Scene& scene, Drawing drawing);
void draw_table(Canvas& canvas, const Area& area, const Scene& scene, const State& state,
                Drawing drawing);
void draw_details(Canvas& canvas, const Scene& scene, const State& state, Drawing drawing);
void draw_text(Canvas& canvas, const Scene& scene, const State& state, Drawing drawing);

/// The lines of a page that holds text alone.
std::vector<std::string> text_lines(const Scene& scene, const State& state, std::size_t columns);
/// Lines of the log that the details have room for.
std::size_t log_rows(const Scene& scene, const Trial& trial, Size size);

}  // namespace diwan::view
