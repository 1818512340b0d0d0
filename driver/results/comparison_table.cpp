// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "driver/results/best.hpp"
#include "driver/results/comparison.hpp"
#include "driver/results/duration_text.hpp"
#include "driver/results/row.hpp"
#include "driver/results/status.hpp"

namespace diwan {
namespace {

constexpr std::size_t most_rows = 10;
constexpr std::size_t label_columns = 16;

/// What the best value is told against.
struct Yardstick {
  const char* title;
  const char* heading;
  std::function<double(const Compared&, std::size_t standing)> at;
  std::function<double(const Compared&)> end;
  std::function<std::string(double)> text;
  std::vector<double> round;  ///< figures, ascending
};

/// 1, 2, 5, 10, 20, ...
std::vector<double> round_counts() {
  std::vector<double> counts;
  for (double power = 1; power < 1e9; power *= 10) {
    counts.insert(counts.end(), {power, 2 * power, 5 * power});
  }
  return counts;
}

std::vector<double> round_seconds() {
  std::vector<double> seconds = {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30};
  for (const double unit : {60.0, 3600.0}) {
    for (const double times : {1, 2, 5, 10, 20, 30}) {
      seconds.push_back(times * unit);
    }
  }
  seconds[seconds.size() - 2] = 86400;  // a day for 20 hours
  seconds.back() = 2 * 86400;
  for (double days = 5; days < 1e6; days *= 2) {
    seconds.push_back(days * 86400);
  }
  return seconds;
}

/// Round figures between the first end of a trial and the last end of all, and that end itself.
std::vector<double> marks(std::span<const Compared> experiments, const Yardstick& yardstick) {
  double first = std::numeric_limits<double>::infinity();
  double last = 0;
  for (const Compared& one : experiments) {
    if (!one.standings.empty()) {
      first = std::min(first, yardstick.at(one, 0));
      last = std::max(last, yardstick.at(one, one.standings.size() - 1));
    }
  }
  std::vector<double> all;
  std::copy_if(yardstick.round.begin(), yardstick.round.end(), std::back_inserter(all),
               [&](double mark) { return mark >= first && mark < last; });
  if (last > 0) {
    std::erase_if(all, [&](double mark) { return yardstick.text(mark) == yardstick.text(last); });
    all.push_back(last);
  }
  all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(std::min(all.size(), most_rows)));
  return all;
}

std::string cell(const Compared& one, const Yardstick& yardstick, double mark, bool& beyond_end) {
  std::size_t reached = 0;
  while (reached < one.standings.size() && yardstick.at(one, reached) <= mark) {
    ++reached;
  }
  const double last = one.standings.empty() ? 0 : yardstick.at(one, one.standings.size() - 1);
  const bool over = mark > std::max(yardstick.end(one), last);  // equal up to rounding
  const RunState state = run_state(*one.loaded);
  if (reached == 0 || (over && state != RunState::finished)) {
    return "-";
  }
  beyond_end = beyond_end || over;
  const auto& best = one.standings[reached - 1].best;
  return best ? cell_text(*best) + (over ? "*" : "") : "-";
}

std::string course_table(std::span<const Compared> experiments, const Yardstick& yardstick,
                         const Page& page, bool& beyond_end) {
  Table table;
  table.column(yardstick.heading, Table::Align::right);
  for (const Compared& one : experiments) {
    table.column(cut_to(one.label, label_columns), Table::Align::right);
  }
  for (const double mark : marks(experiments, yardstick)) {
    std::vector<std::string> cells = {yardstick.text(mark)};
    for (const Compared& one : experiments) {
      cells.push_back(cell(one, yardstick, mark, beyond_end));
    }
    table.row(std::move(cells));
  }
  return "\n" + std::string(yardstick.title) + "\n" + table.text(page);
}

std::string summary_table(std::span<const Compared> experiments, const Page& page) {
  Table table;
  table.column("EXPERIMENT");
  for (const char* heading : {"TRIALS", "EARLY", "BEST", "TIME", "SPENT", "SAVED"}) {
    table.column(heading, Table::Align::right);
  }
  table.column("ALGORITHM");
  for (const Compared& one : experiments) {
    const Loaded& loaded = *one.loaded;
    const Best best = best_trials(loaded, 1);
    const auto& stopping = loaded.spec.early_stopping;
    const auto& saved = one.saved_seconds;
    table.row({cut_to(one.label, label_columns), std::to_string(one.standings.size()),
               std::to_string(loaded.experiment.counters().early_stopped),
               best.trials.empty()
                   ? "-"
                   : cut_to(cell_text(objective_value(
                                loaded.experiment, loaded.experiment.trial(best.trials.front()))),
                            12),
               duration_text(one.seconds), duration_text(one.trial_seconds),
               !saved        ? "-"
               : *saved == 0 ? duration_text(0)
                             : "~" + duration_text(*saved),
               loaded.spec.algorithm.name + (stopping ? ", " + stopping->name : "")});
  }
  return table.text(page);
}

/// As many experiments as fit beside each other.
std::size_t columns_that_fit(const Page& page) {
  constexpr std::size_t first = 12;
  return std::max<std::size_t>(
      page.columns > first ? (page.columns - first) / (label_columns + 2) : 1, 1);
}

}  // namespace

std::string comparison_table(std::span<const Compared> experiments, const Page& page) {
  const Rules& rules = experiments.front().loaded->experiment.rules();
  std::string text = printable(std::string(to_string(rules.directions.front())) + " " +
                               rules.metrics.front().name) +
                     "\n\n" + summary_table(experiments, page);
  text +=
      "TIME: of the experiment; SPENT: of all its trials together; SAVED by early\n"
      "stopping: an estimate, by the pace and the length of trials not stopped\n";
  for (const Compared& one : experiments) {
    if (const RunState state = run_state(*one.loaded); state != RunState::finished) {
      text += cut_to(printable(one.label + " is not finished: " + std::string(to_string(state))),
                     page.columns) +
              "\n";
    }
  }
  const std::vector<Yardstick> yardsticks = {
      {.title = "best so far after so many trials that ended",
       .heading = "TRIALS",
       .at = [](const Compared&, std::size_t i) { return static_cast<double>(i + 1); },
       .end = [](const Compared& one) { return static_cast<double>(one.standings.size()); },
       .text = [](double count) { return std::to_string(std::llround(count)); },
       .round = round_counts()},
      {.title = "best so far after so much time",
       .heading = "TIME",
       .at = [](const Compared& one, std::size_t i) { return one.standings[i].spent.seconds; },
       .end = [](const Compared& one) { return one.seconds; },
       .text = duration_text,
       .round = round_seconds()},
      {.title = "best so far after so much run time of all trials together",
       .heading = "SPENT",
       .at = [](const Compared& one,
                std::size_t i) { return one.standings[i].spent.trial_seconds; },
       .end = [](const Compared& one) { return one.trial_seconds; },
       .text = duration_text,
       .round = round_seconds()}};
  bool beyond_end = false;
  for (const Yardstick& yardstick : yardsticks) {
    const std::size_t at_once = columns_that_fit(page);
    for (std::size_t from = 0; from < experiments.size(); from += at_once) {
      text += course_table(experiments.subspan(from, std::min(at_once, experiments.size() - from)),
                           yardstick, page, beyond_end);
    }
  }
  return text + (beyond_end ? "* it had finished before\n" : "");
}

}  // namespace diwan
