// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/store/codec.hpp"
#include "driver/store/json_reader.hpp"

// docs/journal.md, section 4: payloads as events.

namespace diwan {
namespace {

template <typename Enum>
struct Word {
  Enum value;
  const char* text;
};

constexpr std::array<Word<Source>, 4> sources{{{Source::standard_output, "stdout"},
                                               {Source::standard_error, "stderr"},
                                               {Source::file, "file"},
                                               {Source::push, "push"}}};
constexpr std::array<Word<RunOutcome>, 4> outcomes{{{RunOutcome::succeeded, "succeeded"},
                                                    {RunOutcome::failed, "failed"},
                                                    {RunOutcome::lost, "lost"},
                                                    {RunOutcome::stopped, "stopped"}}};
constexpr std::array<Word<LostCause>, 8> causes{{{LostCause::unknown, "unknown"},
                                                 {LostCause::own_stop, "ownStop"},
                                                 {LostCause::preempted, "preempted"},
                                                 {LostCause::time_limit, "timeLimit"},
                                                 {LostCause::coordinator_gone, "coordinatorGone"},
                                                 {LostCause::node_gone, "nodeGone"},
                                                 {LostCause::no_folder, "noFolder"},
                                                 {LostCause::not_begun, "notBegun"}}};
constexpr std::array<Word<StopAsked::Kind>, 7> kinds{{{StopAsked::Kind::drain, "drain"},
                                                      {StopAsked::Kind::stop, "stop"},
                                                      {StopAsked::Kind::pause, "pause"},
                                                      {StopAsked::Kind::go_on, "continue"},
                                                      {StopAsked::Kind::cancel, "cancel"},
                                                      {StopAsked::Kind::finish, "finish"},
                                                      {StopAsked::Kind::hold, "hold"}}};

template <typename Enum, std::size_t Count>
const char* word_of(const std::array<Word<Enum>, Count>& words, Enum value) {
  for (const Word<Enum>& word : words) {
    if (word.value == value) {
      return word.text;
    }
  }
  return "unknown";
}

template <typename Enum, std::size_t Count>
Enum word(JsonReader& json, const std::array<Word<Enum>, Count>& words) {
  const std::string text = json.text();
  for (const Word<Enum>& known : words) {
    if (text == known.text) {
      return known.value;
    }
  }
  json.fail("unknown word \"" + text + "\"");
}

template <typename Integer>
void take(JsonReader& json, Integer& into) {
  into = json.integer<Integer>();
}
template <typename Integer>
void take(JsonReader& json, std::optional<Integer>& into) {
  into = json.integer<Integer>();
}
void take(JsonReader& json, std::optional<double>& into) { into = json.number(); }
void take(JsonReader& json, bool& into) { into = json.boolean(); }
void take(JsonReader& json, std::string& into) { into = json.text(); }
void take(JsonReader& json, Time& into) {
  into = Time(std::chrono::microseconds(json.integer<std::int64_t>()));
}
void take(JsonReader& json, std::optional<Time>& into) { take(json, into.emplace()); }
void take(JsonReader& json, Source& into) { into = word(json, sources); }
void take(JsonReader& json, RunOutcome& into) { into = word(json, outcomes); }
void take(JsonReader& json, LostCause& into) { into = word(json, causes); }
void take(JsonReader& json, StopAsked::Kind& into) { into = word(json, kinds); }
void take(JsonReader& json, std::vector<std::string>& into) {
  json.array([&] { into.push_back(json.text()); });
}
void take(JsonReader& json, std::vector<double>& into) {
  json.array([&] { into.push_back(json.number()); });
}
void take(JsonReader& json, Labels& into) {
  json.object([&](std::string_view name) { into[std::string(name)] = json.text(); });
}
void take(JsonReader& json, std::vector<KnownResult>& into) {
  json.array([&] {
    KnownResult& result = into.emplace_back();
    json.object([&](std::string_view name) {
      if (name == "values") {
        take(json, result.assignment.values);
      } else if (name == "objectives") {
        take(json, result.objectives);
      } else if (name == "earlyStopped") {
        take(json, result.early_stopped);
      } else {
        json.skip();
      }
    });
  });
}
template <typename Value, typename Make>
void take_differences(JsonReader& json, std::vector<Value>& into, Make make) {
  std::uint64_t now = 0;
  json.array([&] {
    now += static_cast<std::uint64_t>(json.integer<std::int64_t>());
    into.push_back(make(static_cast<std::int64_t>(now)));
  });
}
void take(JsonReader& json, std::map<std::uint32_t, std::string>& into) {
  json.object([&](std::string_view name) {
    std::uint32_t place = 0;
    const char* end = name.data() + name.size();
    if (std::from_chars(name.data(), end, place).ptr != end || name.empty()) {
      json.fail("the place of a text is no number");
    }
    into[place] = json.text();
  });
}

/// Takes the member into `into` when it has this key.
template <typename Value>
bool is(JsonReader& json, std::string_view key, const char* wanted, Value& into) {
  if (key != wanted) {
    return false;
  }
  take(json, into);
  return true;
}
bool is_run(JsonReader& json, std::string_view key, RunKey& run) {
  return is(json, key, "trial", run.trial) || is(json, key, "attempt", run.attempt);
}

// read: one overload per event; true when the member was one of its own.

bool read(JsonReader& json, std::string_view key, Budget& budget) {
  return is(json, key, "maxTrials", budget.max_trials) ||
         is(json, key, "parallel", budget.parallel) ||
         is(json, key, "maxFailed", budget.max_failed) || is(json, key, "goal", budget.goal);
}
bool read(JsonReader& json, std::string_view key, Suggested& event) {
  return is(json, key, "trial", event.trial) || is(json, key, "name", event.name) ||
         is(json, key, "values", event.assignment.values) ||
         is(json, key, "labels", event.labels) || is(json, key, "parent", event.parent);
}
bool read(JsonReader& json, std::string_view key, Queued& event) {
  return is_run(json, key, event.run);
}
bool read(JsonReader& json, std::string_view key, Started& event) {
  return is_run(json, key, event.run) || is(json, key, "at", event.at) ||
         is(json, key, "host", event.host) || is(json, key, "gpus", event.gpus) ||
         is(json, key, "pid", event.pid);
}
bool read(JsonReader& json, std::string_view key, Observed& event) {
  if (key == "steps") {
    take_differences(json, event.steps, [](std::int64_t step) { return step; });
    return true;
  }
  if (key == "times") {
    event.times.reserve(event.values.size());
    take_differences(json, event.times,
                     [](std::int64_t time) { return Time(std::chrono::microseconds(time)); });
    return true;
  }
  if (key == "values") {
    event.values.reserve(event.steps.size());
  }
  return is_run(json, key, event.run) || is(json, key, "metric", event.metric) ||
         is(json, key, "source", event.source) || is(json, key, "first", event.first) ||
         is(json, key, "ownSteps", event.own_steps) || is(json, key, "values", event.values) ||
         is(json, key, "texts", event.texts);
}
bool read(JsonReader& json, std::string_view key, Pruned& event) {
  return is_run(json, key, event.run) || is(json, key, "rule", event.rule);
}
bool read(JsonReader& json, std::string_view key, Ended& event) {
  return is_run(json, key, event.run) || is(json, key, "outcome", event.outcome) ||
         is(json, key, "at", event.at) || is(json, key, "exitCode", event.exit_code) ||
         is(json, key, "signal", event.signal) || is(json, key, "reason", event.reason) ||
         is(json, key, "cause", event.cause) ||
         is(json, key, "peakMemoryBytes", event.usage.peak_memory_bytes) ||
         is(json, key, "cpuSeconds", event.usage.cpu_seconds);
}
bool read(JsonReader& json, std::string_view key, BudgetSet& event) {
  return read(json, key, event.budget) || is(json, key, "origin", event.origin);
}
bool read(JsonReader& json, std::string_view key, StopAsked& event) {
  return is(json, key, "kind", event.kind) || is(json, key, "now", event.now) ||
         is(json, key, "trial", event.trial) || is(json, key, "reason", event.reason) ||
         is(json, key, "by", event.by);
}
bool read(JsonReader& json, std::string_view key, OwnerChanged& event) {
  if (key == "fileBudget") {
    json.object([&](std::string_view member) {
      if (!read(json, member, event.file_budget)) {
        json.skip();
      }
    });
    return true;
  }
  return is(json, key, "epoch", event.epoch) || is(json, key, "host", event.host) ||
         is(json, key, "bootId", event.boot_id) || is(json, key, "pid", event.pid) ||
         is(json, key, "jobId", event.job_id) || is(json, key, "jobEnd", event.job_end) ||
         is(json, key, "launcher", event.launcher) || is(json, key, "version", event.version) ||
         is(json, key, "seed", event.seed) || is(json, key, "spec", event.spec) ||
         is(json, key, "specFile", event.spec_file) ||
         is(json, key, "keepGoing", event.keep_going) || is(json, key, "known", event.known);
}

template <std::size_t Alternative = 0>
Event blank(const std::string& name, JsonReader& json) {
  if constexpr (Alternative == std::variant_size_v<Event>) {
    json.fail("unknown event \"" + name + "\"; a newer Diwan may have written it");
  } else {
    Event event(std::in_place_index<Alternative>);
    return event_name(event) == name ? event : blank<Alternative + 1>(name, json);
  }
}

/// Columns of one length, texts only where there is a value.
bool is_whole(const Event& event) {
  const auto* observed = std::get_if<Observed>(&event);
  return observed == nullptr ||
         (observed->steps.size() == observed->values.size() &&
          observed->times.size() == observed->values.size() &&
          (observed->texts.empty() || observed->texts.rbegin()->first < observed->values.size()));
}

}  // namespace

const char* to_string(Source source) { return word_of(sources, source); }
const char* to_string(RunOutcome outcome) { return word_of(outcomes, outcome); }
const char* to_string(LostCause cause) { return word_of(causes, cause); }
const char* to_string(StopAsked::Kind kind) { return word_of(kinds, kind); }

Event decode_event(std::string_view payload) {
  JsonReader json(payload);
  std::optional<Event> event;
  try {
    json.object([&](std::string_view key) {
      if (!event) {  // "event" comes first
        if (key != "event") {
          json.fail("the first member is not \"event\"");
        }
        event = blank(json.text(), json);
        return;
      }
      const bool known =
          std::visit([&](auto& alternative) { return read(json, key, alternative); }, *event);
      if (!known) {
        json.skip();
      }
    });
    json.end();
    if (!event || !is_whole(*event)) {
      json.fail(event ? "columns of different length" : "no event");
    }
  } catch (const JsonError& error) {
    throw CodecError(error.what());
  }
  return *std::move(event);
}

}  // namespace diwan
