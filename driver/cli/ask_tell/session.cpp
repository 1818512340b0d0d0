// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/ask_tell/session.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "driver/results/best.hpp"
#include "driver/results/row.hpp"
#include "driver/shell/early_stopping.hpp"
#include "driver/shell/initial_trials.hpp"
#include "driver/spec/given.hpp"
#include "driver/spec/known_names.hpp"
#include "driver/spec/nas.hpp"

namespace diwan::ask_tell {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// Place in the list of "t-3"; `none` for any other text.
std::size_t place_of(std::string_view name) {
  std::size_t number = 0;
  const bool ours = name.starts_with("t-") && name.size() > 2 && name[2] != '0';
  const auto [end, error] = std::from_chars(name.data() + std::min<std::size_t>(2, name.size()),
                                            name.data() + name.size(), number);
  return ours && error == std::errc{} && end == name.data() + name.size() ? number - 1 : none;
}

void take(double value, MetricSummary& summary) {
  if (summary.count == 0) {
    summary.min = summary.max = std::numeric_limits<double>::quiet_NaN();
  }
  if (std::isfinite(value)) {
    summary.min = std::fmin(summary.min, value);
    summary.max = std::fmax(summary.max, value);
  }
  summary.latest = value;
  ++summary.count;
}

}  // namespace

Session::Session(Spec spec, std::uint64_t seed)
    : spec_(std::move(spec)),
      suggester_(with_initial_trials(make_suggester(spec_.algorithm.name, problem_of(spec_, seed)),
                                     spec_.initial_trials)),
      early_stopper_(early_stopper_of(spec_)),
      resource_(resource_parameter(spec_)) {}

std::string Session::answer(std::string_view line) {
  try {
    const Request request = parse_request(line);
    return json_text(std::visit([this](const auto& one) { return reply(one); }, request));
  } catch (const RequestError& error) {
    return json_text(Value::Fields{{"error", error.what()}});
  }
}

Value Session::issue(const Suggestion& suggestion) {
  const auto number = static_cast<std::uint32_t>(trials_.size() + 1);
  Labels labels = suggestion.labels;
  if (suggestion.parent) {
    labels["parent"] = "t-" + std::to_string(*suggestion.parent);
  }
  trials_.push_back({"t-" + std::to_string(number), suggestion.assignment,
                     std::vector<MetricSummary>(spec_.metrics.size()), true});
  suggester_->tell(Issued{number, suggestion.assignment, suggestion.labels, suggestion.parent});
  Value label_fields(Value::Fields{});
  for (const auto& [name, text] : labels) {
    label_fields[name] = text;
  }
  return Value::Fields{{"trial", trials_.back().name},
                       {"assignments", assignment_value(spec_, suggestion.assignment)},
                       {"labels", std::move(label_fields)}};
}

Value Session::reply(const AskRequest& request) {
  const Suggestions suggestions = suggester_->ask(request.count);
  Value::List issued;
  for (const Suggestion& suggestion : suggestions.items) {
    issued.push_back(issue(suggestion));
  }
  return Value::Fields{{"suggestions", std::move(issued)}, {"exhausted", suggestions.exhausted}};
}

Session::Trial& Session::open_trial(const std::string& name, const char* op,
                                    std::uint32_t& number) {
  const std::size_t place = place_of(name);
  if (place >= trials_.size()) {
    throw RequestError(std::string(op) + ": trial (" + name + ") was never suggested");
  }
  if (!trials_[place].open) {
    throw RequestError(std::string(op) + ": trial (" + name + ") was told already");
  }
  number = static_cast<std::uint32_t>(place + 1);
  return trials_[place];
}

std::uint32_t Session::metric(const std::string& name, const std::string& where) const {
  std::vector<std::string> names;
  for (const MetricRule& rule : spec_.metrics) {
    if (rule.name == name) {
      return static_cast<std::uint32_t>(names.size());
    }
    names.push_back(rule.name);
  }
  throw RequestError(where + "metric (" + name + ") is none of this experiment; " +
                     known_names(name, names));
}

std::vector<MetricSummary> Session::summaries(const std::vector<GivenValue>& values,
                                              const std::string& where) const {
  std::vector<MetricSummary> summaries(spec_.metrics.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string place = where + "observations[" + std::to_string(i) + "]: ";
    take(values[i].value, summaries[metric(values[i].metric, place)]);
  }
  return summaries;
}

Session::End Session::end_of(TrialOutcome status,
                             const std::vector<MetricSummary>& summaries) const {
  End end{status, {}};
  if (!has_result(status)) {
    return end;
  }
  for (std::size_t o = 0; o < spec_.objectives.size(); ++o) {
    const auto value = value_by(spec_.metrics[o].strategy, summaries[o]);
    if (!value) {
      end.objectives.clear();
      if (status == TrialOutcome::succeeded) {
        end.outcome = TrialOutcome::metrics_unavailable;
      }
      return end;
    }
    end.objectives.push_back(*value);
  }
  return end;
}

/// Values that a tell brings replace reported ones from their first step on. Without steps they say
/// nothing of the curve, unless nothing was reported: then they are the curve.
void Session::tell_curve(std::uint32_t trial, bool reported,
                         const std::vector<GivenValue>& values) {
  std::int64_t count = 0;
  for (const GivenValue& given : values) {
    if (given.metric != spec_.objectives.front().metric) {
      continue;
    }
    ++count;
    if (given.step || !reported) {
      early_stopper_->tell(Reported{.trial = trial,
                                    .objective = 0,
                                    .step = given.step.value_or(count),
                                    .value = given.value,
                                    .attempt = 2});
    }
  }
}

Value Session::reply(const TellRequest& request) {
  std::uint32_t number = 0;
  Trial& trial = open_trial(request.trial, "tell", number);
  const std::vector<MetricSummary> told = summaries(request.values, "tell: ");
  const End end = end_of(request.status, request.values.empty() ? trial.reported : told);
  if (early_stopper_) {
    tell_curve(number, trial.reported.front().count > 0, request.values);
    early_stopper_->tell(Finished{number, end.outcome, end.objectives});
  }
  trial.open = false;
  trial.reported = {};
  suggester_->tell(Finished{number, end.outcome, end.objectives});
  remember(trial.name, trial.assignment, end);
  return Value::Fields{{"ok", true}};
}

Value Session::reply(const ReportRequest& request) {
  std::uint32_t number = 0;
  Trial& trial = open_trial(request.trial, "report", number);
  const std::uint32_t index = metric(request.value.metric, "report: ");
  MetricSummary& summary = trial.reported[index];
  take(request.value.value, summary);
  bool stop = false;
  if (index < spec_.objectives.size() && std::isfinite(request.value.value)) {
    const auto reports = static_cast<std::int64_t>(summary.count);
    const Reported report{number, index, request.value.step.value_or(reports), request.value.value};
    suggester_->tell(report);
    stop = early_stopper_ && early_stopper_->tell(report);
  }
  const std::vector<StopAdvice> stops = suggester_->stops();
  stop = stop || std::any_of(stops.begin(), stops.end(),
                             [number](const StopAdvice& advice) { return advice.trial == number; });
  return Value::Fields{{"ok", true}, {"stop", stop}};
}

Assignment Session::architecture_of(const HistoryRequest::Item& item,
                                    const std::string& where) const {
  const std::string wanted = given_names(spec_).front();
  const auto given = std::find_if(item.assignments.begin(), item.assignments.end(),
                                  [&](const auto& one) { return one.first == wanted; });
  if (given == item.assignments.end()) {
    throw RequestError(where + "assignments." + wanted + " is missing");
  }
  const auto assignment = parse_architecture(spec_.space, given->second);
  if (!assignment) {
    throw RequestError(where + "assignments." + wanted + " (" + given->second +
                       ") is no architecture of this nasConfig");
  }
  return *assignment;
}

Assignment Session::assignment_of(const HistoryRequest::Item& item,
                                  const std::string& where) const {
  if (searches_architectures(spec_)) {
    return architecture_of(item, where);
  }
  Assignment assignment;
  assignment.values.assign(spec_.space.size(), Assignment::inactive);
  for (const auto& [name, text] : item.assignments) {
    const auto parameter = spec_.space.index_of(name);
    if (!parameter) {
      std::vector<std::string> names;
      for (const Parameter& known : spec_.space.parameters()) {
        names.push_back(known.name);
      }
      throw RequestError(where + "assignments." + name + " is no parameter; " +
                         known_names(name, names));
    }
    const auto value = spec_.space.parse(*parameter, text);
    if (!value) {
      throw RequestError(where + "assignments." + name + " (" + text +
                         ") is not in its feasible space");
    }
    assignment.values[*parameter] = *value;
  }
  for (std::size_t p = 0; p < spec_.space.size(); ++p) {
    const std::string& name = spec_.space.parameters()[p].name;
    if (std::isnan(assignment.values[p]) && !spec_.conditions.contains(name)) {
      throw RequestError(where + "assignments." + name + " is missing");
    }
  }
  return assignment;
}

Value Session::reply(const HistoryRequest& request) {
  // All are checked before any is told: one that is bad refuses the line.
  std::vector<std::pair<Assignment, End>> checked;
  for (std::size_t i = 0; i < request.items.size(); ++i) {
    const std::string where = "history: trials[" + std::to_string(i) + "]: ";
    const HistoryRequest::Item& item = request.items[i];
    checked.emplace_back(assignment_of(item, where),
                         end_of(item.status, summaries(item.values, where)));
  }
  Value::List names;
  for (const auto& [assignment, end] : checked) {
    const std::string name = "h-" + std::to_string(++known_);
    suggester_->tell(Known{assignment, end.outcome, end.objectives});
    remember(name, assignment, end);
    names.emplace_back(name);
  }
  return Value::Fields{{"ok", true}, {"trials", std::move(names)}};
}

void Session::remember(const std::string& name, const Assignment& assignment, const End& end) {
  if (end.objectives.empty()) {
    return;
  }
  const auto number = static_cast<std::uint32_t>(results_.size());
  Candidate candidate{.number = number, .objectives = end.objectives, .resource = {}};
  if (resource_) {
    candidate.resource = assignment.values.at(*resource_);
  }
  results_.push_back({name, assignment, std::move(candidate)});
  const Direction direction = spec_.objectives.front().type;
  if (!best_ || comes_before(results_.back().candidate, results_[*best_].candidate, direction)) {
    best_ = results_.size() - 1;
  }
}

Value Session::result_value(std::size_t place) const {
  const Result& result = results_[place];
  Value value(Value::Fields{{"trial", result.name},
                            {"assignments", assignment_value(spec_, result.assignment)}});
  if (spec_.objectives.size() == 1) {
    value["value"] = result.candidate.objectives.front();
    return value;
  }
  for (std::size_t o = 0; o < spec_.objectives.size(); ++o) {
    value["values"][spec_.objectives[o].metric] = result.candidate.objectives[o];
  }
  return value;
}

Value Session::reply(const BestRequest&) {
  if (spec_.objectives.size() == 1) {
    return best_ ? result_value(*best_) : Value(Value::Fields{{"trial", nullptr}});
  }
  std::vector<Candidate> candidates;
  std::vector<Direction> directions;
  for (const Result& result : results_) {
    candidates.push_back(result.candidate);
  }
  for (const ObjectiveSpec& objective : spec_.objectives) {
    directions.push_back(objective.type);
  }
  Value::List front;
  for (const std::uint32_t place : ranking(std::move(candidates), directions)) {
    front.push_back(result_value(place));
  }
  return Value::Fields{{"trials", std::move(front)}};
}

}  // namespace diwan::ask_tell
