// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/timeline.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "driver/results/report/moment.hpp"
#include "driver/results/report/words.hpp"
#include "driver/results/saving.hpp"
#include "driver/store/codec.hpp"

namespace diwan {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// node2 before node10.
bool natural_less(const std::string& left, const std::string& right) {
  std::size_t l = 0;
  std::size_t r = 0;
  while (l < left.size() && r < right.size()) {
    if (!is_digit(left[l]) || !is_digit(right[r])) {
      if (left[l] != right[r]) {
        return left[l] < right[r];
      }
      ++l;
      ++r;
      continue;
    }
    const auto number = [](const std::string& text, std::size_t& at) {
      const std::size_t begin = std::min(text.find_first_not_of('0', at), text.size());
      at = begin;
      while (at < text.size() && is_digit(text[at])) {
        ++at;
      }
      return text.substr(begin, at - begin);
    };
    const std::string a = number(left, l);
    const std::string b = number(right, r);
    if (a != b) {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    }
  }
  return left.size() - l < right.size() - r ||
         (left.size() - l == right.size() - r && left < right);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& one : texts) {
    text += (text.empty() ? "" : ",") + one;
  }
  return text;
}

/// Places of the runs in the order of their starts.
std::vector<std::size_t> by_start(const std::vector<RunSpan>& runs) {
  std::vector<std::size_t> order(runs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return runs[left].start < runs[right].start;
  });
  return order;
}

std::int64_t outcome_code(const RunSpan& run) {
  return run.ended ? static_cast<std::int64_t>(run.ended->outcome) : -1;
}

Value runs_value(const Loaded& loaded, const RunHistory& history, const Lanes& lanes,
                 const Moments& moments) {
  Value::List trial;
  Value::List attempt;
  Value::List lane;
  Value::List start;
  Value::List end;
  Value::List outcome;
  Value::List why;
  for (std::size_t r = 0; r < history.runs().size(); ++r) {
    const RunSpan& run = history.runs()[r];
    trial.push_back(run.run.trial);
    attempt.push_back(run.run.attempt);
    lane.push_back(lanes.of_run[r]);
    start.push_back(moments.of(run.start));
    end.push_back(moments.of(run.ended ? run.ended->at : loaded.last_time));
    outcome.push_back(outcome_code(run));
    const bool lost = run.ended && run.ended->outcome == RunOutcome::lost;
    why.push_back(lost ? Value(in_words(run.ended->cause)) : Value());
  }
  return Value::Fields{{"trial", std::move(trial)}, {"attempt", std::move(attempt)},
                       {"lane", std::move(lane)},   {"start", std::move(start)},
                       {"end", std::move(end)},     {"outcome", std::move(outcome)},
                       {"lostWhy", std::move(why)}};
}

Value owners_value(const RunHistory& history, const Moments& moments) {
  Value::List owners;
  for (const OwnerSpan& owner : history.owners()) {
    owners.push_back(Value::Fields{{"epoch", owner.epoch},
                                   {"from", moments.of(owner.from)},
                                   {"to", moments.of(owner.last_sign)},
                                   {"host", owner.host},
                                   {"jobId", owner.job_id.empty() ? Value() : Value(owner.job_id)},
                                   {"launcher", owner.launcher},
                                   {"version", owner.version}});
  }
  return owners;
}

Value steerings_value(const RunHistory& history, const Moments& moments) {
  Value::List list;
  for (const Steering& one : history.steerings()) {
    if (one.asked.kind != StopAsked::Kind::cancel) {
      list.push_back(Value::Fields{{"at", moments.of(one.at)},
                                   {"kind", to_string(one.asked.kind)},
                                   {"by", one.asked.by},
                                   {"reason", one.asked.reason}});
    }
  }
  return list;
}

/// Seconds of all runs, and of those that came to nothing.
struct Spent {
  double all = 0;
  double lost = 0;
  double failed = 0;
};

Spent spent_by(const RunHistory& history, Time until) {
  Spent spent;
  for (const RunSpan& run : history.runs()) {
    const double seconds = run.seconds(until);
    spent.all += seconds;
    if (run.ended && run.ended->outcome == RunOutcome::lost) {
      spent.lost += seconds;
    } else if (run.ended && run.ended->outcome == RunOutcome::failed) {
      spent.failed += seconds;
    }
  }
  return spent;
}

std::optional<double> saved_seconds(const Experiment& experiment) {
  const SavingEstimate saving(experiment);
  double sum = 0;
  for (const Trial& trial : experiment.trials()) {
    const auto saved = saving.seconds(trial);
    if (!saved) {
      return std::nullopt;
    }
    sum += *saved;
  }
  return sum;
}

}  // namespace

Lanes lanes_of(const std::vector<RunSpan>& runs, Time until) {
  struct Open {
    Lane lane;
    std::size_t place = 0;
    Time free_from{};
  };
  std::vector<Open> open;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> of_key;
  Lanes lanes{.lanes = {}, .of_run = std::vector<std::size_t>(runs.size())};
  for (const std::size_t r : by_start(runs)) {
    const RunSpan& run = runs[r];
    const std::string gpus = joined(run.gpus);
    auto& mine = of_key[{run.host, gpus}];
    auto free = std::find_if(mine.begin(), mine.end(),
                             [&](std::size_t o) { return open[o].free_from <= run.start; });
    if (free == mine.end()) {
      open.push_back({.lane = {run.host, gpus}, .place = mine.size(), .free_from = {}});
      free = mine.insert(mine.end(), open.size() - 1);
    }
    open[*free].free_from = std::max(run.start, run.ended ? run.ended->at : until);
    lanes.of_run[r] = *free;
  }
  std::vector<std::size_t> order(open.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    const Open& a = open[left];
    const Open& b = open[right];
    if (a.lane.host != b.lane.host) {
      return natural_less(a.lane.host, b.lane.host);
    }
    return a.lane.gpus != b.lane.gpus ? natural_less(a.lane.gpus, b.lane.gpus) : a.place < b.place;
  });
  std::vector<std::size_t> place_of(open.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    place_of[order[i]] = i;
    lanes.lanes.push_back(open[order[i]].lane);
  }
  for (std::size_t& lane : lanes.of_run) {
    lane = place_of[lane];
  }
  return lanes;
}

Value timeline_value(const Loaded& loaded, const RunHistory& history) {
  const Moments moments(history);
  const Lanes lanes = lanes_of(history.runs(), loaded.last_time);
  Value::List rows;
  for (const Lane& lane : lanes.lanes) {
    rows.push_back(Value::Fields{{"host", lane.host}, {"gpus", lane.gpus}});
  }
  const Spent spent = spent_by(history, loaded.last_time);
  const double worked =
      std::chrono::duration<double>(loaded.experiment.worked(loaded.last_time)).count();
  const double offered = worked * static_cast<double>(lanes.lanes.size());
  return Value::Fields{
      {"lanes", std::move(rows)},
      {"runs", runs_value(loaded, history, lanes, moments)},
      {"owners", owners_value(history, moments)},
      {"steering", steerings_value(history, moments)},
      {"usedSeconds", spent.all},
      {"lostSeconds", spent.lost},
      {"failedSeconds", spent.failed},
      {"savedSeconds", saved_seconds(loaded.experiment)},
      {"utilisation", offered > 0 ? Value(std::min(spent.all / offered, 1.0)) : Value()}};
}

}  // namespace diwan
