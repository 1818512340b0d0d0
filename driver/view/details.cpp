// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>

#include "collectors/timestamp.hpp"
#include "driver/core/counted.hpp"
#include "driver/results/duration_text.hpp"
#include "driver/results/remaining.hpp"
#include "driver/results/row.hpp"
#include "driver/view/chart.hpp"
#include "driver/view/layout.hpp"
#include "driver/view/parts.hpp"
#include "driver/view/words.hpp"

namespace diwan::view {
namespace {

void draw_title(Canvas& canvas, const Loaded& loaded, const Trial& trial) {
  std::size_t column = canvas.put(1, 1, "#" + std::to_string(trial.number), Style::strong) + 1;
  column = canvas.put(1, column, trial.name, Style::strong, canvas.size().columns / 2) + 2;
  column = canvas.put(1, column, status_word(trial), status_style(trial)) + 1;
  if (trial.start) {
    std::string text = trial.phase == Phase::running ? "for " : "in ";
    text += duration_text(seconds_of(loaded, trial));
    text += trial.host.empty() ? "" : " on " + place_of(trial);
    text += trial.attempts > 1 ? ", attempt " + std::to_string(trial.attempts) : "";
    column = canvas.put(1, column, text) + 1;
  }
  const bool live = is_live(loaded) && trial.phase == Phase::running;
  const double seconds = seconds_of(loaded, trial);
  const auto left =
      live ? RemainingEstimate(loaded.experiment).seconds(trial, seconds) : std::nullopt;
  if (left) {
    canvas.put(1, column - 1,
               *left > 0 ? ", about " + brief_duration(*left) + " left" : ", should end soon");
  }
}

/// Why it is as it is, else when it began.
void draw_reason(Canvas& canvas, const Trial& trial) {
  if (const std::string& reason = reason_of(trial); !reason.empty()) {
    canvas.put(2, 1, reason, status_style(trial));
  } else if (trial.start) {
    canvas.put(2, 1, "began " + time_text(*trial.start).substr(0, 19) + "Z", Style::dim);
  }
}

void draw_metrics(Canvas& canvas, const Area& area, const Loaded& loaded, const Trial& trial,
                  Drawing drawing) {
  if (area.rows < 2) {
    return;
  }
  const auto& rules = loaded.experiment.rules().metrics;
  draw_heading(canvas, area, "metrics", drawing);
  const std::size_t end = area.column + area.columns;
  constexpr std::size_t width = 10;
  canvas.fill(area.row, end - 3 * width, 3 * width, U' ');
  for (const auto& [place, heading] : {std::pair<std::size_t, const char*>(2, "min"),
                                       std::pair<std::size_t, const char*>(1, "max"),
                                       std::pair<std::size_t, const char*>(0, "latest")}) {
    canvas.put_before(area.row, end - place * width, heading, Style::dim);
  }
  const std::size_t name_columns = area.columns > 3 * width ? area.columns - 3 * width : 0;
  for (std::size_t m = 0; m < rules.size() && m + 1 < area.rows && m < trial.metrics.size(); ++m) {
    const MetricSummary& summary = trial.metrics[m];
    const std::size_t row = area.row + 1 + m;
    canvas.put(row, area.column + 1, rules[m].name, Style::plain, name_columns);
    const auto put = [&](std::size_t place, const std::string& text) {
      canvas.put_before(row, end - place * width, text, Style::plain, width - 1);
    };
    if (summary.count == 0) {
      put(0, "-");
    } else if (!summary.latest_text.empty()) {
      put(0, summary.latest_text);
    } else {
      put(2, brief_number(summary.min));
      put(1, brief_number(summary.max));
      put(0, brief_number(summary.latest));
    }
  }
}

void draw_trial_curve(Canvas& canvas, const Area& area, const Scene& scene, const Trial& trial,
                      const State& state, Drawing drawing) {
  if (area.rows < 2) {
    return;
  }
  Chart chart;
  for (const Trace::Point& point : scene.traces.of(trial.number).points()) {
    chart.points.push_back({static_cast<double>(point.step), point.value});
  }
  std::ranges::stable_sort(chart.points, {}, &ChartPoint::x);
  chart.logarithmic = state.logarithmic;
  draw_heading(canvas, area,
               scene.loaded.experiment.rules().metrics.front().name +
                   (state.logarithmic ? ", log" : " by step"),
               drawing);
  const Area plot{area.row + 1, area.column, area.rows - 1, area.columns};
  if (chart.points.empty()) {
    canvas.put(plot.row, plot.column + 2, "no value yet", Style::dim, plot.columns - 2);
    return;
  }
  const auto step = [](double x) { return std::to_string(static_cast<std::int64_t>(x)); };
  chart.first = "step " + step(chart.points.front().x);
  chart.last = step(chart.points.back().x);
  draw_chart(canvas, plot, chart, drawing);
}

std::vector<std::string> parameter_lines(const Loaded& loaded, const Trial& trial, Size size) {
  constexpr std::size_t most_lines = 40;
  return wrapped(assignment_text(loaded.spec, trial.assignment, Digits::exact), size.columns - 2,
                 most_lines);
}

void draw_log(Canvas& canvas, const Area& area, const Scene& scene, const State& state,
              const Trial& trial, Drawing drawing) {
  const bool output = state.log == Log::output;
  std::string heading = output ? "stdout.log" : "stderr.log";
  const bool follows = trial.phase == Phase::running && is_live(scene.loaded);
  const std::size_t room = area.rows - 1;
  const std::size_t back =
      std::min(state.scrolled, scene.log.size() - std::min(room, scene.log.size()));
  heading += back > 0 ? ", " + counted(back, "line") + " up" : follows ? ", followed" : "";
  draw_heading(canvas, area, heading, drawing);
  if (scene.log.empty()) {
    canvas.put(area.row + 1, 2,
               trial.attempts == 0 ? "it has not run yet"
               : follows           ? "nothing yet"
                                   : "nothing there, or not kept (--keep)",
               Style::dim);
    return;
  }
  const std::size_t end = scene.log.size() - back;
  const std::size_t begin = end > room ? end - room : 0;
  for (std::size_t i = begin; i < end; ++i) {
    canvas.put(area.row + 1 + i - begin, 1, scene.log[i]);
  }
  if (begin == 0 && scene.log_is_cut) {
    canvas.put_before(area.row, area.columns - 1, " all of it: diwan logs ", Style::dim);
  }
}

}  // namespace

std::size_t log_rows(const Scene& scene, const Trial& trial, Size size) {
  const std::size_t parameters = parameter_lines(scene.loaded, trial, size).size();
  return details_layout(size, parameters).log.rows - 1;  // the first one is its heading
}

void draw_details(Canvas& canvas, const Scene& scene, const State& state, Drawing drawing) {
  const std::optional<std::uint32_t> number = selected_trial(scene, state);
  if (!number) {
    canvas.put(1, 1, "there is no trial", Style::dim);
    return;
  }
  const Loaded& loaded = scene.loaded;
  const Trial& trial = loaded.experiment.trial(*number);
  const Size size = canvas.size();
  const std::vector<std::string> parameters = parameter_lines(loaded, trial, size);
  const DetailsLayout layout = details_layout(size, parameters.size());
  draw_title(canvas, loaded, trial);
  draw_reason(canvas, trial);
  for (std::size_t i = 0; i < layout.parameter_rows; ++i) {
    const bool cut = i + 1 == layout.parameter_rows && parameters.size() > layout.parameter_rows;
    canvas.put(3 + i, 1, parameters[i] + (cut ? " ..." : ""), Style::plain, size.columns - 2);
  }
  draw_trial_curve(canvas, layout.curve, scene, trial, state, drawing);
  draw_metrics(canvas, layout.metrics, loaded, trial, drawing);
  draw_log(canvas, layout.log, scene, state, trial, drawing);
  draw_message(canvas, scene, state);
  draw_keys(canvas, {{"Esc", "back"},
                     {"Tab", state.log == Log::output ? "stderr" : "stdout"},
                     {"PgUp PgDn", "scroll"},
                     {"End", "follow"},
                     {"l", "log"},
                     {"e", "explain"},
                     {"c", "cancel"},
                     {"?", "help"}});
}

}  // namespace diwan::view
