// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "driver/results/load.hpp"
#include "driver/results/traces.hpp"
#include "driver/view/canvas.hpp"
#include "driver/view/glyphs.hpp"

namespace diwan::view {

/// A key, as the view knows it.
struct Key {
  enum class Kind {
    character,
    up,
    down,
    left,
    right,
    page_up,
    page_down,
    home,
    end,
    enter,
    escape,
    backspace,
    tab,
    redraw  ///< the size has changed
  };
  Kind kind = Kind::character;
  char32_t character = 0;
  bool operator==(const Key&) const = default;
};

/// What is asked of the experiment.
struct Request {
  enum class Kind { cancel, pause, go_on, stop };
  Kind kind = Kind::pause;
  std::uint32_t trial = 0;  ///< of cancel
  bool operator==(const Request&) const = default;
};

enum class Page { overview, details, explanation, notices, help };

/// Which of a run's two logs.
enum class Log { output, errors };

/// What the rows are sorted by; the columns of the table.
struct Column {
  enum class Kind { number, status, metric, time, host, parameter };
  Kind kind = Kind::number;
  std::size_t index = 0;  ///< of the metric or parameter
  bool operator==(const Column&) const = default;
};

/// All that a person has chosen. What was read is in the scene.
struct State {
  Page page = Page::overview;
  Page before = Page::overview;  ///< the page that a text was opened from
  Column sort{Column::Kind::metric, 0};
  bool reversed = false;
  std::string filter;
  bool typing = false;                    ///< the filter
  std::string filter_before;              ///< comes back where typing is given up
  std::optional<std::uint32_t> selected;  ///< number of a trial; nothing: the row at the top
  std::size_t first_parameter = 0;        ///< whose column is shown first
  bool logarithmic = false;
  Log log = Log::output;
  std::size_t scrolled = 0;         ///< lines: of a log from its end, of a text from its beginning
  std::optional<Request> question;  ///< waits for a yes
  std::string message;
  bool operator==(const State&) const = default;
};

/// What there is to see.
struct Scene {
  const Loaded& loaded;
  const Traces& traces;
  std::span<const std::string> log;  ///< the end of the log that details show, line by line
  bool log_is_cut = false;           ///< there is more before it
  std::vector<std::string> text;     ///< of the page `explanation`
};

/// What a key brought about.
struct Pressed {
  State state;
  std::optional<Request> request;
  bool quit = false;
};

/// The state after a key.
Pressed press(const Scene& scene, State state, const Key& key, Size size);

/// The whole screen. A terminal smaller than 40 columns and 10 rows is told so.
Canvas draw(const Scene& scene, const State& state, Size size, Drawing drawing);

/// The trial that keys act on; nothing where no trial fits the filter.
std::optional<std::uint32_t> selected_trial(const Scene& scene, const State& state);

}  // namespace diwan::view
