// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <string>
#include <utility>

#include "driver/results/status.hpp"
#include "driver/view/layout.hpp"
#include "driver/view/parts.hpp"
#include "driver/view/rows.hpp"
#include "driver/view/state.hpp"
#include "driver/view/utf8.hpp"
#include "driver/view/words.hpp"

namespace diwan::view {
namespace {

using Kind = Key::Kind;

std::size_t index_of(const std::vector<std::uint32_t>& rows, const State& state) {
  const auto found = state.selected ? std::ranges::find(rows, *state.selected) : rows.begin();
  return found == rows.end() ? 0 : static_cast<std::size_t>(found - rows.begin());
}

/// One key after another, while it lasts.
class Press {
 public:
  Press(const Scene& scene, State state, Size size)
      : scene_(scene), size_(size), pressed_{std::move(state), std::nullopt, false} {}

  Pressed key(const Key& key) {
    state().message.clear();
    if (state().question) {
      answer(key);
    } else if (state().typing) {
      type(key);
    } else if (key.kind == Kind::character && key.character == U'?') {
      open(Page::help);
    } else if (state().page == Page::overview) {
      overview(key);
    } else {
      other_page(key);
    }
    return std::move(pressed_);
  }

 private:
  State& state() { return pressed_.state; }
  const Loaded& loaded() const { return scene_.loaded; }

  void answer(const Key& key) {
    const Request request = *std::exchange(state().question, std::nullopt);
    if (key.character == U'y' || key.character == U'Y') {
      pressed_.request = request;
    } else {
      state().message = request.kind == Request::Kind::stop ? "not stopped" : "not cancelled";
    }
  }

  void type(const Key& key) {
    constexpr std::size_t longest = 200;
    std::string& filter = state().filter;
    if (key.kind == Kind::enter) {
      state().typing = false;
    } else if (key.kind == Kind::escape) {
      state().typing = false;
      filter = state().filter_before;
    } else if (key.kind == Kind::backspace) {
      remove_last_character(filter);
    } else if (key.kind == Kind::character && key.character >= U' ' && filter.size() < longest) {
      append_utf8(filter, key.character);
    }
    state().selected.reset();
  }

  void open(Page page) {
    state().before = state().page == Page::details ? Page::details : Page::overview;
    state().page = page;
    state().scrolled = 0;
  }

  /// With the log that is most likely to be wanted: what a program died of it wrote to stderr.
  void open_details() {
    const bool failed = loaded().experiment.trial(*state().selected).status == TrialStatus::failed;
    state().log = failed ? Log::errors : Log::output;
    open(Page::details);
  }

  void overview(const Key& key) {
    if (key.kind != Kind::character) {
      move(key.kind);
      return;
    }
    switch (key.character) {
      case U'q':
        pressed_.quit = true;
        break;
      case U'k':
        move(Kind::up);
        break;
      case U'j':
        move(Kind::down);
        break;
      case U's':
        next_column();
        break;
      case U'r':
        state().reversed = !state().reversed;
        break;
      case U'/':
        state().typing = true;
        state().filter_before = state().filter;
        break;
      case U'l':
        state().logarithmic = !state().logarithmic;
        break;
      case U'n':
        open(Page::notices);
        break;
      case U'p':
        pause();
        break;
      case U'S':
        stop();
        break;
      default:
        about_trial(key.character);
    }
  }

  /// Keys that act on the trial selected.
  void about_trial(char32_t character) {
    if (character == U'c') {
      cancel();
    } else if (character == U'e' && choose()) {
      open(Page::explanation);
    }
  }

  /// Fixes the selection on its trial, wherever it moves; false where there is none.
  bool choose() {
    state().selected = selected_trial(scene_, state());
    return state().selected.has_value();
  }

  void next_column() {
    const std::vector<Column> columns = table_columns(loaded());
    const auto now = std::ranges::find(columns, state().sort);
    const bool last = now == columns.end() || std::next(now) == columns.end();
    state().sort = last ? columns.front() : *std::next(now);
    state().reversed = false;
  }

  void move(Kind kind) {
    if (kind == Kind::enter) {
      if (choose()) {
        open_details();
      }
      return;
    }
    if (kind == Kind::escape) {
      state().filter.clear();
      return;
    }
    const std::size_t parameters = loaded().spec.space.size();
    if (kind == Kind::left && state().first_parameter > 0) {
      --state().first_parameter;
    } else if (kind == Kind::right && state().first_parameter + 1 < parameters) {
      ++state().first_parameter;
    }
    select(kind);
  }

  void select(Kind kind) {
    const std::vector<std::uint32_t> rows = rows_of(loaded(), state());
    if (rows.empty()) {
      return;
    }
    const std::size_t page = layout_of(size_, Beside::maybe).table_rows();
    const std::size_t index = index_of(rows, state());
    const std::size_t last = rows.size() - 1;
    std::size_t to = 0;
    if (kind == Kind::up) {
      to = index > 0 ? index - 1 : 0;
    } else if (kind == Kind::down) {
      to = std::min(index + 1, last);
    } else if (kind == Kind::page_up) {
      to = index > page ? index - page : 0;
    } else if (kind == Kind::page_down) {
      to = std::min(index + page, last);
    } else if (kind == Kind::end) {
      to = last;
    } else if (kind != Kind::home) {
      return;
    }
    // At the top whoever comes there is selected.
    state().selected = to == 0 ? std::nullopt : std::optional(rows[to]);
  }

  void other_page(const Key& key) {
    const bool back = key.kind == Kind::escape || key.kind == Kind::enter ||
                      (key.kind == Kind::character && key.character == U'q');
    if (back) {
      open(state().page == Page::details ? Page::overview : state().before);
    } else if (state().page == Page::details) {
      details(key);
    } else {
      scroll(key.kind, false);
    }
  }

  void details(const Key& key) {
    if (key.kind == Kind::tab) {
      state().log = state().log == Log::output ? Log::errors : Log::output;
      state().scrolled = 0;
    } else if (key.kind != Kind::character) {
      scroll(key.kind, true);
    } else if (key.character == U'l') {
      state().logarithmic = !state().logarithmic;
    } else {
      about_trial(key.character);
    }
  }

  /// How far the log or text can be scrolled: until its other end is seen.
  std::size_t most_scrolled(bool log) {
    const std::size_t lines =
        log ? scene_.log.size() : text_lines(scene_, state(), size_.columns - 2).size();
    const auto trial = log ? selected_trial(scene_, state()) : std::nullopt;
    const std::size_t room =
        trial ? log_rows(scene_, loaded().experiment.trial(*trial), size_) : text_rows(size_);
    return lines > room ? lines - room : 0;
  }

  /// @param from_end  what is scrolled is seen from its end, as a log is.
  void scroll(Kind kind, bool from_end) {
    const std::size_t page = text_rows(size_) / 2;
    const std::size_t most = most_scrolled(from_end);
    std::size_t& at = state().scrolled;
    at = std::min(at, most);  // it may have become shorter, or its room larger
    const auto back = [&](std::size_t by) { at = at > by ? at - by : 0; };
    const auto on = [&](std::size_t by) { at = std::min(at + by, most); };
    if (kind == Kind::up || kind == Kind::page_up) {
      const std::size_t by = kind == Kind::up ? 1 : page;
      from_end ? on(by) : back(by);
    } else if (kind == Kind::down || kind == Kind::page_down) {
      const std::size_t by = kind == Kind::down ? 1 : page;
      from_end ? back(by) : on(by);
    } else if (kind == Kind::home || kind == Kind::end) {
      at = (kind == Kind::end) == from_end ? 0 : most;
    }
  }

  void cancel() {
    if (!choose()) {
      return;
    }
    if (loaded().experiment.trial(*state().selected).phase == Phase::ended) {
      state().message = "#" + std::to_string(*state().selected) + " has ended already";
      return;
    }
    state().question = Request{Request::Kind::cancel, *state().selected};
  }

  void pause() {
    if (!is_live(loaded())) {
      state().message = "nothing runs that could be paused";
      return;
    }
    const bool paused = run_state(loaded()) == RunState::paused;
    pressed_.request = Request{paused ? Request::Kind::go_on : Request::Kind::pause, 0};
  }

  void stop() {
    if (!is_live(loaded())) {
      state().message = "nothing runs that could be stopped";
      return;
    }
    state().question = Request{Request::Kind::stop, 0};
  }

  const Scene& scene_;
  Size size_;
  Pressed pressed_;
};

}  // namespace

std::optional<std::uint32_t> selected_trial(const Scene& scene, const State& state) {
  const bool fixed = state.page != Page::overview && state.selected &&
                     scene.loaded.experiment.has(*state.selected);
  if (fixed) {
    return state.selected;
  }
  const std::vector<std::uint32_t> rows = rows_of(scene.loaded, state);
  return rows.empty() ? std::nullopt : std::optional(rows[index_of(rows, state)]);
}

Pressed press(const Scene& scene, State state, const Key& key, Size size) {
  size.rows = std::max(size.rows, smallest.rows);
  size.columns = std::max(size.columns, smallest.columns);
  return Press(scene, std::move(state), size).key(key);
}

}  // namespace diwan::view
