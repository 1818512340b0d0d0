// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/record_printer.hpp"

#include <cmath>
#include <optional>
#include <utility>
#include <variant>

#include "collectors/timestamp.hpp"
#include "driver/store/codec.hpp"
#include "driver/store/json_writer.hpp"

namespace diwan {
namespace {

template <typename Integer>
void integer_or_null(JsonWriter& json, const char* key, const std::optional<Integer>& value) {
  json.key(key);
  if (value) {
    json.integer(*value);
  } else {
    json.null();
  }
}

void number_or_null(JsonWriter& json, const char* key, const std::optional<double>& value) {
  json.key(key);
  if (value) {
    json.number(*value);
  } else {
    json.null();
  }
}

/// Where nothing was said there is no text, not an empty one.
void text_or_null(JsonWriter& json, const char* key, const std::string& text) {
  json.key(key);
  if (text.empty()) {
    json.null();
  } else {
    json.text(text);
  }
}

/// What an event has beside number, time, event, trial and attempt.
class Members {
 public:
  Members(JsonWriter& json, const SearchSpace& space, const std::vector<std::string>& metrics,
          const std::map<std::uint32_t, std::string>& trials)
      : json_(json), space_(space), metrics_(metrics), trials_(trials) {}

  void operator()(const Suggested& event) {
    assignments(event.assignment);
    json_.key("labels").begin_object();
    for (const auto& [name, text] : event.labels) {
      json_.key(name).text(text);
    }
    json_.end_object().key("parent");
    const auto parent = event.parent ? trials_.find(*event.parent) : trials_.end();
    if (parent != trials_.end()) {
      json_.text(parent->second);
    } else {
      json_.null();
    }
  }
  void operator()(const Queued& /*event*/) {}
  void operator()(const Started& event) {
    json_.key("at")
        .text(time_text(event.at))
        .key("host")
        .text(event.host)
        .key("gpus")
        .begin_array();
    for (const std::string& gpu : event.gpus) {
      json_.text(gpu);
    }
    json_.end_array().key("pid").integer(event.pid);
  }
  void operator()(const Observed& event) {
    json_.key("metric");
    if (event.metric < metrics_.size()) {
      json_.text(metrics_[event.metric]);
    } else {
      json_.integer(event.metric);
    }
    json_.key("source").text(to_string(event.source)).key("first").integer(event.first);
    json_.key("ownSteps").boolean(event.own_steps).key("steps").begin_array();
    for (const std::int64_t step : event.steps) {
      json_.integer(step);
    }
    json_.end_array().key("values").begin_array();
    for (const double number : event.values) {
      json_.number(number);
    }
    json_.end_array().key("times").begin_array();
    for (const Time time : event.times) {
      json_.text(time_text(time));
    }
    json_.end_array();
    if (!event.texts.empty()) {
      json_.key("texts").begin_object();
      for (const auto& [place, text] : event.texts) {
        json_.key(std::to_string(place)).text(text);
      }
      json_.end_object();
    }
  }
  void operator()(const Pruned& event) { json_.key("rule").text(event.rule); }
  void operator()(const Ended& event) {
    json_.key("outcome").text(to_string(event.outcome)).key("at").text(time_text(event.at));
    integer_or_null(json_, "exitCode", event.exit_code);
    integer_or_null(json_, "signal", event.signal);
    text_or_null(json_, "reason", event.reason);
    json_.key("cause");
    if (event.outcome == RunOutcome::lost) {
      json_.text(to_string(event.cause));
    } else {
      json_.null();
    }
    integer_or_null(json_, "peakMemoryBytes", event.usage.peak_memory_bytes);
    number_or_null(json_, "cpuSeconds", event.usage.cpu_seconds);
  }
  void operator()(const BudgetSet& event) {
    budget(event.budget);
    json_.key("origin").text(event.origin);
  }
  void operator()(const StopAsked& event) {
    json_.key("kind").text(to_string(event.kind)).key("now").boolean(event.now);
    text_or_null(json_, "reason", event.reason);
    text_or_null(json_, "by", event.by);
  }
  void operator()(const OwnerChanged& event) {
    json_.key("epoch").integer(event.epoch).key("host").text(event.host);
    json_.key("bootId").text(event.boot_id).key("pid").integer(event.pid);
    text_or_null(json_, "jobId", event.job_id);
    text_or_null(json_, "jobEnd", event.job_end ? time_text(*event.job_end) : std::string());
    json_.key("launcher").text(event.launcher);
    json_.key("version").text(event.version).key("seed").integer(event.seed);
    json_.key("spec").text(event.spec).key("specFile").text(event.spec_file);
    json_.key("fileBudget").begin_object();
    budget(event.file_budget);
    json_.end_object().key("keepGoing").boolean(event.keep_going);
    json_.key("known").begin_array();
    for (const KnownResult& result : event.known) {
      json_.begin_object();
      assignments(result.assignment);
      json_.key("objectives").begin_array();
      for (const double objective : result.objectives) {
        json_.number(objective);
      }
      json_.end_array().key("earlyStopped").boolean(result.early_stopped).end_object();
    }
    json_.end_array();
  }

 private:
  void assignments(const Assignment& assignment) {
    json_.key("assignments").begin_object();
    const std::vector<Parameter>& parameters = space_.parameters();
    const std::vector<double>& values = assignment.values;
    for (std::size_t p = 0; p < parameters.size() && p < values.size(); ++p) {
      if (!std::isnan(values[p])) {
        json_.key(parameters[p].name);
        value(p, values[p]);
      }
    }
    json_.end_object();
  }
  /// A value outside its domain (of a foreign journal) is printed as it stands.
  void value(std::size_t parameter, double value) {
    const Domain& domain = space_.parameters()[parameter].domain;
    const auto is_index_of = [&](const auto& list) {
      return value >= 0 && value < static_cast<double>(list.size());
    };
    const auto* categorical = std::get_if<Categorical>(&domain);
    const auto* discrete = std::get_if<Discrete>(&domain);
    if (categorical != nullptr && is_index_of(categorical->choices)) {
      json_.text(categorical->choices[static_cast<std::size_t>(value)]);
    } else if (discrete != nullptr && is_index_of(discrete->values)) {
      json_.number(discrete->values[static_cast<std::size_t>(value)]);
    } else {
      json_.number(value);
    }
  }
  void budget(const Budget& budget) {
    integer_or_null(json_, "maxTrials", budget.max_trials);
    json_.key("parallel").integer(budget.parallel);
    integer_or_null(json_, "maxFailed", budget.max_failed);
    number_or_null(json_, "goal", budget.goal);
  }

  JsonWriter& json_;
  const SearchSpace& space_;
  const std::vector<std::string>& metrics_;
  const std::map<std::uint32_t, std::string>& trials_;
};

}  // namespace

RecordPrinter::RecordPrinter(SearchSpace space, std::vector<std::string> metrics)
    : space_(std::move(space)), metrics_(std::move(metrics)) {}

std::string RecordPrinter::line(const Record& record) {
  if (const auto* suggested = std::get_if<Suggested>(&record.event)) {
    trials_[suggested->trial] = suggested->name;
  }
  std::string out;
  JsonWriter json(out, BadBytes::replace);
  json.begin_object().key("number").integer(record.number);
  json.key("time").text(time_text(record.time)).key("event").text(event_name(record.event));
  const RunKey run = run_of(record.event);
  if (run.trial != 0) {
    const auto name = trials_.find(run.trial);
    json.key("trial").text(name != trials_.end() ? name->second : std::to_string(run.trial));
    json.key("trialNumber").integer(run.trial);
  }
  if (run.attempt != 0) {
    json.key("attempt").integer(run.attempt);
  }
  std::visit(Members(json, space_, metrics_, trials_), record.event);
  json.end_object();
  return out;
}

}  // namespace diwan
