// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <utility>

#include "driver/core/standing.hpp"
#include "driver/results/best.hpp"
#include "driver/results/remaining.hpp"
#include "driver/results/row.hpp"
#include "driver/results/status.hpp"
#include "driver/view/chart.hpp"
#include "driver/view/layout.hpp"
#include "driver/view/parts.hpp"
#include "driver/view/words.hpp"

namespace diwan::view {
namespace {

constexpr std::size_t after_labels = 9;  ///< "trials   "

void draw_counts(Canvas& canvas, const Loaded& loaded, Drawing drawing) {
  constexpr std::size_t row = 1;
  const Counters& counters = loaded.experiment.counters();
  const auto& most = loaded.experiment.budget().max_trials;
  canvas.put(row, 1, "trials", Style::dim);
  std::size_t column =
      canvas.put(row, after_labels, std::to_string(counters.completed()), Style::strong);
  column = canvas.put(row, column, most ? " of " + std::to_string(*most) : " done") + 1;
  const std::size_t bar = std::min<std::size_t>(canvas.size().columns / 5, 40);
  if (most && *most > 0 && bar >= 8) {
    const double share = static_cast<double>(counters.completed()) / *most;
    column = canvas.put(row, column, progress_bar(share, bar, drawing), Style::accent) + 1;
  }
  const bool live = is_live(loaded);
  const auto add = [&](std::uint32_t count, const char* what, Style style) {
    if (count > 0) {
      column = canvas.put(row, column + 1, std::to_string(count) + " " + what, style) + 1;
    }
  };
  add(live ? counters.running : 0, "running", Style::accent);
  add(live ? 0 : counters.running, "interrupted", Style::warn);
  add(counters.pending, "waiting", Style::plain);
  add(counters.early_stopped, "early stop", Style::warn);
  add(counters.failed, "failed", Style::bad);
  add(counters.metrics_unavailable, "no metrics", Style::bad);
  add(counters.killed, "killed", Style::dim);
}

void draw_best(Canvas& canvas, const Loaded& loaded) {
  constexpr std::size_t row = 2;
  const Experiment& experiment = loaded.experiment;
  canvas.put(row, 1, "best", Style::dim);
  const std::optional<std::uint32_t> best = best_trial(loaded);
  if (!best) {
    canvas.put(row, after_labels, "none yet", Style::dim);
    return;
  }
  const Trial& trial = experiment.trial(*best);
  std::size_t column =
      canvas.put(row, after_labels, "#" + std::to_string(trial.number), Style::good) + 1;
  const std::size_t objectives = std::max<std::size_t>(experiment.rules().directions.size(), 1);
  for (std::size_t m = 0; m < objectives; ++m) {
    column = canvas.put(row, column, experiment.rules().metrics[m].name, Style::plain, 24) + 1;
    column =
        canvas.put(row, column, cell_text(objective_value(experiment, trial, m)), Style::good, 24) +
        1;
  }
  if (objectives > 1) {
    column = canvas.put(row, column, "of several: see diwan best", Style::dim) + 1;
  }
  canvas.put(row, column + 1, assignment_text(loaded.spec, trial.assignment, Digits::six),
             Style::plain);
}

/// Best so far after each end of a trial.
std::vector<ChartPoint> best_so_far(const Loaded& loaded) {
  std::vector<ChartPoint> points;
  const Experiment& experiment = loaded.experiment;
  if (experiment.rules().directions.empty()) {
    return points;
  }
  const Direction direction = experiment.rules().directions.front();
  std::optional<Candidate> best;
  for (std::size_t i = 0; i < loaded.course.size(); ++i) {
    const Trial& trial = experiment.trial(loaded.course[i].trial);
    if (auto candidate = candidate_of(experiment, trial);
        candidate && !candidate->objectives.empty() &&
        (!best || comes_before(*candidate, *best, direction))) {
      best = std::move(candidate);
    }
    if (best) {
      points.push_back({static_cast<double>(i + 1), best->objectives.front()});
    }
  }
  return points;
}

/// Where the columns of the running trials begin and end.
struct RunningColumns {
  std::size_t number = 0;
  std::size_t curve = 0;
  std::size_t curve_columns = 0;
  std::size_t value_end = 0;
  std::size_t place = 0;
  std::size_t place_columns = 0;
  std::size_t age_end = 0;
  std::size_t left_end = 0;
};

RunningColumns running_columns(const Area& area, std::uint32_t largest) {
  RunningColumns columns;
  const std::size_t digits = std::to_string(largest).size();
  const std::size_t spare = area.columns > 46 ? std::min<std::size_t>(area.columns - 46, 12) : 0;
  columns.number = area.column + 2;  // behind the mark
  columns.curve = columns.number + digits + 2;
  columns.curve_columns = 8 + spare;
  columns.value_end = columns.curve + columns.curve_columns + 10;
  columns.left_end = area.column + area.columns;
  columns.age_end = columns.left_end - 6;
  columns.place = columns.value_end + 1;
  columns.place_columns =
      columns.age_end > columns.place + 6 ? columns.age_end - columns.place - 6 : 0;
  return columns;
}

void draw_running_trial(Canvas& canvas, std::size_t row, const RunningColumns& columns,
                        const Scene& scene, const Trial& trial, const RemainingEstimate& estimate,
                        Drawing drawing) {
  const double seconds = seconds_of(scene.loaded, trial);
  std::vector<double> values;
  for (const Trace::Point& point : scene.traces.of(trial.number).points()) {
    values.push_back(point.value);
  }
  canvas.put(row, columns.number, "#" + std::to_string(trial.number), status_style(trial));
  canvas.put(row, columns.curve, sparkline(values, columns.curve_columns, drawing), Style::accent);
  const auto value = metric_of(scene.loaded.experiment, trial, 0);
  canvas.put_before(row, columns.value_end, value ? brief_number(*value) : "-", Style::plain);
  canvas.put(row, columns.place, place_of(trial), Style::plain, columns.place_columns);
  canvas.put_before(row, columns.age_end, brief_duration(seconds), Style::plain);
  const auto left = estimate.seconds(trial, seconds);
  const std::string about = drawing == Drawing::ascii ? "~" : "≈";
  canvas.put_before(row, columns.left_end,
                    !left       ? "-"
                    : *left > 0 ? about + brief_duration(*left)
                                : "soon",
                    Style::plain);
}

}  // namespace

void draw_curve(Canvas& canvas, const Area& area, const Loaded& loaded, const State& state,
                Drawing drawing) {
  if (area.rows < 2) {
    return;
  }
  const Rules& rules = loaded.experiment.rules();
  Chart chart;
  chart.points = best_so_far(loaded);
  chart.stairs = true;
  chart.logarithmic = state.logarithmic;
  const bool possible =
      std::ranges::all_of(chart.points, [](const ChartPoint& p) { return p.y > 0; });
  const char* scale = !state.logarithmic ? "" : possible ? ", log" : ", no log: not above 0";
  draw_heading(canvas, area, "best " + rules.metrics.front().name + scale, drawing);
  const Area plot{area.row + 1, area.column, area.rows - 1, area.columns};
  if (chart.points.empty()) {
    canvas.put(plot.row, plot.column + 2, "no result yet", Style::dim, plot.columns - 2);
    return;
  }
  chart.first = "trial " + std::to_string(static_cast<std::size_t>(chart.points.front().x));
  chart.last = std::to_string(static_cast<std::size_t>(chart.points.back().x));
  draw_chart(canvas, plot, chart, drawing);
}

void draw_running(Canvas& canvas, const Area& area, const Scene& scene, Drawing drawing) {
  if (area.rows < 2) {
    return;
  }
  const Loaded& loaded = scene.loaded;
  std::vector<std::uint32_t> numbers;
  std::uint32_t largest = 0;
  for (const std::uint32_t number : loaded.experiment.live_trials()) {
    if (is_live(loaded) && loaded.experiment.trial(number).phase == Phase::running) {
      numbers.push_back(number);
      largest = std::max(largest, number);
    }
  }
  if (numbers.empty()) {
    draw_heading(canvas, area, "running", drawing);
    canvas.put(area.row + 1, area.column + 2, "nothing runs", Style::dim, area.columns - 2);
    return;
  }
  const RunningColumns columns = running_columns(area, largest);
  draw_heading(canvas, area, std::to_string(numbers.size()) + " running", drawing);
  const std::size_t value = std::max(columns.curve + columns.curve_columns, area.column + 15);
  canvas.fill(area.row, value, columns.left_end - value, U' ');
  canvas.put_before(area.row, columns.value_end, loaded.experiment.rules().metrics.front().name,
                    Style::dim, columns.value_end - value - 1);
  if (columns.place_columns >= 5) {
    canvas.put(area.row, columns.place, "where", Style::dim);
  }
  canvas.put_before(area.row, columns.age_end, "for", Style::dim);
  canvas.put_before(area.row, columns.left_end, "left", Style::dim);
  const std::set<std::uint32_t> stalled = stalled_trials(loaded);
  std::stable_partition(numbers.begin(), numbers.end(),
                        [&](std::uint32_t n) { return stalled.contains(n); });
  const RemainingEstimate estimate(loaded.experiment);
  const std::size_t room = area.rows - 1;
  const std::size_t shown = numbers.size() > room ? room - 1 : numbers.size();
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t row = area.row + 1 + i;
    draw_running_trial(canvas, row, columns, scene, loaded.experiment.trial(numbers[i]), estimate,
                       drawing);
    if (stalled.contains(numbers[i])) {
      canvas.put(row, area.column, "!", Style::bad);
    }
  }
  if (shown < numbers.size()) {
    canvas.put(area.row + area.rows - 1, columns.number,
               "and " + std::to_string(numbers.size() - shown) + " more: / running", Style::dim);
  }
}

void draw_overview(Canvas& canvas, const Scene& scene, const State& state, Drawing drawing) {
  const Loaded& loaded = scene.loaded;
  const Beside beside = !is_live(loaded)                           ? Beside::nothing
                        : loaded.experiment.counters().running > 0 ? Beside::runs
                                                                   : Beside::maybe;
  const Layout layout = layout_of(canvas.size(), beside);
  draw_counts(canvas, loaded, drawing);
  draw_best(canvas, loaded);
  draw_curve(canvas, layout.curve, loaded, state, drawing);
  draw_running(canvas, layout.running, scene, drawing);
  draw_table(canvas, layout.table, scene, state, drawing);
  draw_message(canvas, scene, state);
  const bool paused = run_state(loaded) == RunState::paused;
  draw_keys(canvas, {{"q", "quit"},
                     {"?", "help"},
                     {"Enter", "open"},
                     {"/", "filter"},
                     {"s", "sort"},
                     {"l", "log"},
                     {"c", "cancel"},
                     {"p", paused ? "go on" : "pause"},
                     {"S", "stop"}});
}

}  // namespace diwan::view
