// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "driver/store/codec.hpp"
#include "driver/store/json_writer.hpp"

// docs/journal.md, section 4: events as payloads.

namespace diwan {
namespace {

void begin(JsonWriter& json, const char* event) { json.begin_object().key("event").text(event); }

void put(JsonWriter& json, const RunKey& run) {
  json.key("trial").integer(run.trial).key("attempt").integer(run.attempt);
}

std::int64_t microseconds(Time time) { return time.time_since_epoch().count(); }

template <typename Integer>
void put_if(JsonWriter& json, const char* key, const std::optional<Integer>& value) {
  if (value) {
    json.key(key).integer(*value);
  }
}

void put_if(JsonWriter& json, const char* key, const std::optional<double>& value) {
  if (value) {
    json.key(key).number(*value);
  }
}

void put_if(JsonWriter& json, const char* key, const std::optional<Time>& time) {
  if (time) {
    json.key(key).integer(microseconds(*time));
  }
}

/// First value, then differences modulo 2^64: columns of steps and times become short.
template <typename Column, typename Value>
void put_differences(JsonWriter& json, const Column& column, Value value) {
  json.begin_array();
  std::uint64_t before = 0;
  for (const auto& element : column) {
    const auto now = static_cast<std::uint64_t>(value(element));
    json.integer(static_cast<std::int64_t>(now - before));
    before = now;
  }
  json.end_array();
}

void put(JsonWriter& json, const std::vector<double>& values) {
  json.begin_array();
  for (const double value : values) {
    json.number(value);
  }
  json.end_array();
}

void put(JsonWriter& json, const Budget& budget) {
  put_if(json, "maxTrials", budget.max_trials);
  json.key("parallel").integer(budget.parallel);
  put_if(json, "maxFailed", budget.max_failed);
  put_if(json, "goal", budget.goal);
}

void write(JsonWriter& json, const Suggested& event) {
  json.key("trial").integer(event.trial).key("name").text(event.name);
  json.key("values");
  put(json, event.assignment.values);
  json.key("labels").begin_object();
  for (const auto& [name, text] : event.labels) {
    json.key(name).text(text);
  }
  json.end_object();
  put_if(json, "parent", event.parent);
}

void write(JsonWriter& json, const Queued& event) { put(json, event.run); }

void write(JsonWriter& json, const Started& event) {
  put(json, event.run);
  json.key("at").integer(microseconds(event.at)).key("host").text(event.host);
  json.key("gpus").begin_array();
  for (const std::string& gpu : event.gpus) {
    json.text(gpu);
  }
  json.end_array().key("pid").integer(event.pid);
}

void write(JsonWriter& json, const Observed& event) {
  put(json, event.run);
  json.key("metric").integer(event.metric).key("source").text(to_string(event.source));
  json.key("first").integer(event.first).key("ownSteps").boolean(event.own_steps);
  json.key("steps");
  put_differences(json, event.steps, [](std::int64_t step) { return step; });
  json.key("values");
  put(json, event.values);
  json.key("times");
  put_differences(json, event.times, microseconds);
  if (!event.texts.empty()) {
    json.key("texts").begin_object();
    for (const auto& [place, text] : event.texts) {
      json.key(std::to_string(place)).text(text);
    }
    json.end_object();
  }
}

void write(JsonWriter& json, const Pruned& event) {
  put(json, event.run);
  json.key("rule").text(event.rule);
}

void write(JsonWriter& json, const Ended& event) {
  put(json, event.run);
  json.key("outcome").text(to_string(event.outcome)).key("at").integer(microseconds(event.at));
  put_if(json, "exitCode", event.exit_code);
  put_if(json, "signal", event.signal);
  json.key("reason").text(event.reason).key("cause").text(to_string(event.cause));
  put_if(json, "peakMemoryBytes", event.usage.peak_memory_bytes);
  put_if(json, "cpuSeconds", event.usage.cpu_seconds);
}

void write(JsonWriter& json, const BudgetSet& event) {
  put(json, event.budget);
  json.key("origin").text(event.origin);
}

void write(JsonWriter& json, const StopAsked& event) {
  json.key("kind").text(to_string(event.kind)).key("now").boolean(event.now);
  json.key("trial").integer(event.trial);
  json.key("reason").text(event.reason).key("by").text(event.by);
}

void write(JsonWriter& json, const OwnerChanged& event) {
  json.key("epoch").integer(event.epoch).key("host").text(event.host);
  json.key("bootId").text(event.boot_id).key("pid").integer(event.pid);
  json.key("jobId").text(event.job_id);
  put_if(json, "jobEnd", event.job_end);
  json.key("launcher").text(event.launcher);
  json.key("version").text(event.version).key("seed").integer(event.seed);
  json.key("spec").text(event.spec).key("specFile").text(event.spec_file);
  json.key("fileBudget").begin_object();
  put(json, event.file_budget);
  json.end_object().key("keepGoing").boolean(event.keep_going);
  if (!event.known.empty()) {
    json.key("known").begin_array();
    for (const KnownResult& result : event.known) {
      json.begin_object().key("values");
      put(json, result.assignment.values);
      json.key("objectives");
      put(json, result.objectives);
      json.key("earlyStopped").boolean(result.early_stopped).end_object();
    }
    json.end_array();
  }
}

struct Name {
  const char* operator()(const Suggested& /*event*/) const { return "suggested"; }
  const char* operator()(const Queued& /*event*/) const { return "queued"; }
  const char* operator()(const Started& /*event*/) const { return "started"; }
  const char* operator()(const Observed& /*event*/) const { return "observed"; }
  const char* operator()(const Pruned& /*event*/) const { return "pruned"; }
  const char* operator()(const Ended& /*event*/) const { return "ended"; }
  const char* operator()(const BudgetSet& /*event*/) const { return "budget"; }
  const char* operator()(const StopAsked& /*event*/) const { return "stop"; }
  const char* operator()(const OwnerChanged& /*event*/) const { return "owner"; }
};

struct Run {
  RunKey operator()(const Suggested& event) const { return {event.trial, 0}; }
  RunKey operator()(const Queued& event) const { return event.run; }
  RunKey operator()(const Started& event) const { return event.run; }
  RunKey operator()(const Observed& event) const { return event.run; }
  RunKey operator()(const Pruned& event) const { return event.run; }
  RunKey operator()(const Ended& event) const { return event.run; }
  RunKey operator()(const BudgetSet& /*event*/) const { return {}; }
  RunKey operator()(const StopAsked& event) const { return {event.trial, 0}; }
  RunKey operator()(const OwnerChanged& /*event*/) const { return {}; }
};

}  // namespace

const char* event_name(const Event& event) { return std::visit(Name{}, event); }
RunKey run_of(const Event& event) { return std::visit(Run{}, event); }

void encode_event(const Event& event, std::string& out) {
  JsonWriter json(out);
  begin(json, event_name(event));
  std::visit([&](const auto& alternative) { write(json, alternative); }, event);
  json.end_object();
}

}  // namespace diwan
