// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/view/parts.hpp"

#include <algorithm>
#include <chrono>

#include "driver/results/duration_text.hpp"
#include "driver/results/status.hpp"
#include "driver/view/layout.hpp"
#include "driver/view/words.hpp"

namespace diwan::view {
namespace {

std::string seconds_text(Time::duration length) {
  return duration_text(std::chrono::duration<double>(length).count());
}

std::string question_text(const Request& request) {
  return request.kind == Request::Kind::stop
             ? "Stop the run? Trials get their grace time to save their work. (y/n)"
             : "Cancel trial #" + std::to_string(request.trial) + "? It counts as killed. (y/n)";
}

/// Who runs it, and until when.
std::string owner_text(const Loaded& loaded) {
  if (!is_live(loaded)) {
    return {};
  }
  const OwnerIdentity& owner = loaded.owner->identity;
  std::string text = owner.job_id.empty() ? "on " : "job " + owner.job_id + " on ";
  text += owner.host.substr(0, owner.host.find('.'));
  if (const auto end = job_end(loaded); end && *end > loaded.until) {
    text += "  ends in " + seconds_text(*end - loaded.until);
  }
  return text;
}

}  // namespace

void draw_heading(Canvas& canvas, const Area& area, std::string_view heading, Drawing drawing) {
  canvas.fill(area.row, area.column, area.columns, drawing == Drawing::ascii ? U'-' : U'─',
              Style::dim);
  if (!heading.empty() && area.columns > 4) {
    const std::string text = " " + std::string(heading) + " ";
    canvas.put(area.row, area.column + 1, text, Style::strong, area.columns - 2);
  }
}

void draw_bar(Canvas& canvas, const Scene& scene, Drawing /*drawing*/) {
  const Loaded& loaded = scene.loaded;
  const std::size_t columns = canvas.size().columns;
  canvas.fill(0, 0, columns, U' ', Style::bar);
  std::string state(to_string(run_state(loaded)));
  std::ranges::transform(state, state.begin(), [](char c) {
    return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  });
  if (loaded.experiment.start_time()) {
    state += "  " + seconds_text(loaded.experiment.worked(loaded.until));
  }
  // The name gives way to what changes.
  const std::string owner = owner_text(loaded);
  const std::size_t taken = columns_of(state) + columns_of(owner) + 7;
  const std::size_t room = columns > taken ? columns - taken : 0;
  const std::size_t end =
      canvas.put(0, 1, loaded.spec.name, Style::bar, std::max<std::size_t>(room, 8));
  const std::size_t after = canvas.put(0, end + 2, state, Style::bar);
  if (after + 2 < columns) {
    canvas.put_before(0, columns - 1, owner, Style::bar, columns - after - 3);
  }
}

void draw_message(Canvas& canvas, const Scene& scene, const State& state) {
  const std::size_t row = canvas.size().rows - 2;
  const Loaded& loaded = scene.loaded;
  if (state.question) {
    canvas.put(row, 1, question_text(*state.question), Style::warn);
  } else if (state.typing) {
    const std::size_t end = canvas.put(row, 1, "filter: " + state.filter, Style::strong);
    canvas.fill(row, end, 1, U'_', Style::strong);
    canvas.put(row, end + 3, "a word, or lr<0.01; Enter keeps it, Esc gives up", Style::dim);
  } else if (!state.message.empty()) {
    canvas.put(row, 1, state.message, Style::strong);
  } else if (!is_live(loaded) && run_state(loaded) != RunState::finished) {
    canvas.put(row, 1, resume_command(loaded) + " goes on", Style::warn);
  } else if (const auto& asked = loaded.experiment.stop_asked(); asked && is_live(loaded)) {
    const bool pause = asked->kind == StopAsked::Kind::pause;
    canvas.put(row, 1,
               pause ? "paused by " + asked->by + ": no trial starts; p goes on"
                     : "stopping, asked by " + asked->by,
               Style::warn);
  } else if (is_live(loaded) && !loaded.experiment.held().empty()) {
    canvas.put(row, 1, "no trial starts any more: " + loaded.experiment.held(), Style::warn);
  } else if (const std::vector<SearchNotice> all = notices(loaded); !all.empty()) {
    const std::string more =
        all.size() > 1 ? "n shows all " + std::to_string(all.size()) : "n shows it";
    const std::size_t begin = canvas.put_before(row, canvas.size().columns - 1, more, Style::dim);
    canvas.put(row, 1, all.back().text, Style::warn, begin > 3 ? begin - 3 : 0);
  }
}

void draw_keys(Canvas& canvas, const std::vector<std::pair<std::string, std::string>>& keys) {
  const Size size = canvas.size();
  std::size_t column = 1;
  for (const auto& [key, what] : keys) {
    if (column + columns_of(key) + 1 + columns_of(what) > size.columns) {
      continue;
    }
    column = canvas.put(size.rows - 1, column, key, Style::strong) + 1;
    column = canvas.put(size.rows - 1, column, what, Style::dim) + 2;
  }
}

std::set<std::uint32_t> stalled_trials(const Loaded& loaded) {
  std::set<std::uint32_t> numbers;
  if (is_live(loaded)) {
    for (const SearchNotice& notice : loaded.notices.stalled(loaded.experiment, loaded.until)) {
      numbers.insert(notice.subject);
    }
  }
  return numbers;
}

Canvas draw(const Scene& scene, const State& state, Size size, Drawing drawing) {
  Canvas canvas(size, drawing != Drawing::ascii);
  if (size.rows < smallest.rows || size.columns < smallest.columns) {
    const std::string text = "too small: make it " + std::to_string(smallest.columns) + "x" +
                             std::to_string(smallest.rows) + " or larger (q quits)";
    const std::vector<std::string> lines = wrapped(text, size.columns, size.rows);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      canvas.put(i, 0, lines[i]);
    }
    return canvas;
  }
  switch (state.page) {
    case Page::overview:
      draw_overview(canvas, scene, state, drawing);
      break;
    case Page::details:
      draw_details(canvas, scene, state, drawing);
      break;
    case Page::explanation:
    case Page::notices:
    case Page::help:
      draw_text(canvas, scene, state, drawing);
      break;
  }
  draw_bar(canvas, scene, drawing);
  return canvas;
}

}  // namespace diwan::view
