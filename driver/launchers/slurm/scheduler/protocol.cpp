// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/protocol.hpp"

#include <array>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "driver/launchers/slurm/scheduler/job_state.hpp"

namespace diwan::slurm {

namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<std::string_view, Refused::Kind>, 4> kinds = {
    {{"away", Refused::Kind::away},
     {"busy", Refused::Kind::busy},
     {"forbidden", Refused::Kind::forbidden},
     {"gone", Refused::Kind::gone}}};

std::string shortened(std::string_view line) {
  constexpr std::size_t most = 200;
  return std::string{line.substr(0, most)} + (line.size() > most ? "..." : "");
}

// Reading: a key that is missing or of another type is no line of ours.

const Json& at(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end()) {
    throw BadLine{std::string{"no "} + key};
  }
  return *found;
}

const Json& list(const Json& value) {
  if (!value.is_array()) {
    throw BadLine{"not a list: " + shortened(value.dump())};
  }
  return value;
}

std::string text(const Json& value) {
  if (!value.is_string()) {
    throw BadLine{"not a text: " + shortened(value.dump())};
  }
  return value.get<std::string>();
}

template <typename Number>
Number whole(const Json& value) {
  if (!value.is_number_unsigned() ||
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<Number>::max())) {
    throw BadLine{"not a whole number in range: " + shortened(value.dump())};
  }
  return value.get<Number>();
}

template <typename Number>
std::optional<Number> maybe(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? std::nullopt : std::optional{whole<Number>(*found)};
}

std::vector<std::uint32_t> numbers(const Json& value) {
  std::vector<std::uint32_t> all;
  for (const Json& one : list(value)) {
    all.push_back(whole<std::uint32_t>(one));
  }
  return all;
}

std::vector<std::string> texts(const Json& value) {
  std::vector<std::string> all;
  for (const Json& one : list(value)) {
    all.push_back(text(one));
  }
  return all;
}

/// Two things that belong together.
const Json& pair(const Json& value) {
  if (list(value).size() != 2) {
    throw BadLine{"not a pair: " + shortened(value.dump())};
  }
  return value;
}

Json parse(std::string_view line) {
  Json object = Json::parse(line, nullptr, false);
  if (!object.is_object()) {
    throw BadLine{"not a JSON object: " + shortened(line)};
  }
  return object;
}

Json json(const JobRequest& request) {
  Json object = {{"name", request.name},
                 {"comment", request.comment},
                 {"script", request.script},
                 {"tasks", request.tasks},
                 {"workingDirectory", request.working_directory},
                 {"output", request.output},
                 {"partition", request.partition},
                 {"account", request.account},
                 {"qos", request.qos},
                 {"constraint", request.constraint},
                 {"variables", request.variables},
                 {"nodes", request.nodes},
                 {"ranks", request.ranks},
                 {"cpusPerRank", request.cpus_per_rank},
                 {"gpusPerNode", request.gpus_per_node},
                 {"extra", request.extra}};
  if (request.memory_mebibytes) {
    object["memoryMebibytes"] = *request.memory_mebibytes;
  }
  if (request.time_limit) {
    object["timeLimitMinutes"] = static_cast<std::uint64_t>(request.time_limit->count());
  }
  return object;
}

JobRequest request_in(const Json& object) {
  JobRequest request;
  request.name = text(at(object, "name"));
  request.comment = text(at(object, "comment"));
  request.script = text(at(object, "script"));
  request.tasks = whole<std::uint32_t>(at(object, "tasks"));
  request.working_directory = text(at(object, "workingDirectory"));
  request.output = text(at(object, "output"));
  request.partition = text(at(object, "partition"));
  request.account = text(at(object, "account"));
  request.qos = text(at(object, "qos"));
  request.constraint = text(at(object, "constraint"));
  request.variables = texts(at(object, "variables"));
  request.nodes = whole<std::uint32_t>(at(object, "nodes"));
  request.ranks = whole<std::uint32_t>(at(object, "ranks"));
  request.cpus_per_rank = whole<std::uint32_t>(at(object, "cpusPerRank"));
  request.gpus_per_node = whole<std::uint32_t>(at(object, "gpusPerNode"));
  request.memory_mebibytes = maybe<std::uint64_t>(object, "memoryMebibytes");
  if (const auto minutes = maybe<std::uint32_t>(object, "timeLimitMinutes")) {
    request.time_limit = std::chrono::minutes{*minutes};
  }
  request.extra = texts(at(object, "extra"));
  return request;
}

Json json(const JobTask& task) {
  Json object = {{"array", task.array},          {"task", task.task},
                 {"state", name_of(task.state)}, {"reason", task.reason},
                 {"restarts", task.restarts},    {"nodes", task.nodes}};
  if (task.exit_code) {
    object["exitCode"] = *task.exit_code;
  }
  if (task.signal) {
    object["signal"] = *task.signal;
  }
  return object;
}

JobState state_in(const Json& value) {
  const std::optional<JobState> state = state_of_name(text(value));
  if (!state) {
    throw BadLine{"not a state of a job: " + text(value)};
  }
  return *state;
}

JobTask task_in(const Json& object) {
  return {.array = whole<std::uint32_t>(at(object, "array")),
          .task = whole<std::uint32_t>(at(object, "task")),
          .state = state_in(at(object, "state")),
          .reason = text(at(object, "reason")),
          .restarts = whole<std::uint32_t>(at(object, "restarts")),
          .exit_code = maybe<int>(object, "exitCode"),
          .signal = maybe<int>(object, "signal"),
          .nodes = text(at(object, "nodes"))};
}

Json json(const WaitingTasks& waiting) {
  return {{"array", waiting.array},
          {"ranges", waiting.ranges},
          {"state", name_of(waiting.state)},
          {"reason", waiting.reason}};
}

WaitingTasks waiting_in(const Json& object) {
  WaitingTasks waiting;
  waiting.array = whole<std::uint32_t>(at(object, "array"));
  for (const Json& range : list(at(object, "ranges"))) {
    const Json& ends = pair(range);
    waiting.ranges.emplace_back(whole<std::uint32_t>(ends[0]), whole<std::uint32_t>(ends[1]));
  }
  waiting.state = state_in(at(object, "state"));
  waiting.reason = text(at(object, "reason"));
  return waiting;
}

// A line has the number and, under the name of what it is, the rest.

void put(Json& line, const Submit& submit) { line["submit"] = json(submit.request); }
void put(Json& line, const Ask& ask) { line["ask"] = ask.arrays; }
void put(Json& line, const Find& find) { line["find"] = find.comments; }
void put(Json& line, const Cancel& cancel) {
  line["cancel"] = {{"array", cancel.array}, {"tasks", cancel.tasks}};
}
void put(Json& line, const Signal& signal) {
  line["signal"] = {{"array", signal.array}, {"task", signal.task}, {"number", signal.number}};
}
void put(Json& line, const AskLimits&) { line["limits"] = Json::object(); }

void put(Json& line, const Submitted& submitted) { line["submitted"] = submitted.job; }
void put(Json& line, const Refused& refused) {
  for (const auto& [name, kind] : kinds) {
    if (kind == refused.kind) {
      line["refused"] = {{"kind", name}, {"text", refused.text}, {"field", refused.field}};
    }
  }
}
void put(Json& line, const Jobs& jobs) {
  Json tasks = Json::array();
  for (const JobTask& task : jobs.tasks) {
    tasks.push_back(json(task));
  }
  Json waiting = Json::array();
  for (const WaitingTasks& some : jobs.waiting) {
    waiting.push_back(json(some));
  }
  line["jobs"] = {{"tasks", std::move(tasks)}, {"waiting", std::move(waiting)}};
}
void put(Json& line, const Found& found) { line["found"] = found.jobs; }
void put(Json& line, const Signalled&) { line["signalled"] = true; }
void put(Json& line, const Limits& limits) {
  line["limits"] = {{"version", limits.version}, {"maxArraySize", limits.max_array_size}};
}
void put(Json& line, const Remark& remark) { line["remark"] = remark.text; }

void put(Json& line, const Ready& ready) { line["ready"] = ready.through; }
void put(Json& line, const Unusable& unusable) { line["unusable"] = unusable.text; }
void put(Json& line, const Reply& reply) {
  line["answer"] = question_of(reply.answer);
  line["requests"] = reply.requests;
  std::visit([&](const auto& answer) { put(line, answer); }, reply.answer);
}

Refused refused_in(const Json& object) {
  const std::string name = text(at(object, "kind"));
  for (const auto& [known, kind] : kinds) {
    if (known == name) {
      return {.kind = kind, .text = text(at(object, "text")), .field = text(at(object, "field"))};
    }
  }
  throw BadLine{"not a kind of refusal: " + name};
}

Jobs jobs_in(const Json& object) {
  Jobs jobs;
  for (const Json& task : list(at(object, "tasks"))) {
    jobs.tasks.push_back(task_in(task));
  }
  for (const Json& waiting : list(at(object, "waiting"))) {
    jobs.waiting.push_back(waiting_in(waiting));
  }
  return jobs;
}

Found found_in(const Json& value) {
  Found found;
  for (const Json& job : list(value)) {
    const Json& both = pair(job);
    found.jobs.emplace_back(text(both[0]), whole<std::uint32_t>(both[1]));
  }
  return found;
}

Answer answer_in(const Json& line) {
  if (line.contains("submitted")) {
    return Submitted{.job = whole<std::uint32_t>(line["submitted"])};
  }
  if (line.contains("refused")) {
    return refused_in(line["refused"]);
  }
  if (line.contains("jobs")) {
    return jobs_in(line["jobs"]);
  }
  if (line.contains("found")) {
    return found_in(line["found"]);
  }
  if (line.contains("signalled")) {
    return Signalled{};
  }
  if (line.contains("limits")) {
    const Json& limits = line["limits"];
    return Limits{.version = text(at(limits, "version")),
                  .max_array_size = whole<std::uint32_t>(at(limits, "maxArraySize"))};
  }
  if (line.contains("remark")) {
    return Remark{text(line["remark"])};
  }
  throw BadLine{"not an answer: " + shortened(line.dump())};
}

}  // namespace

std::string encode(const Question& question) {
  Json line = {{"question", question.number}};
  std::visit([&](const auto& what) { put(line, what); }, question.what);
  try {
    return line.dump() + '\n';
  } catch (const Json::type_error&) {
    throw BadLine{"a text that is not UTF-8; rename the file or change the text"};
  }
}

Question decode_question(std::string_view text_of_line) {
  const Json line = parse(text_of_line);
  Question question{.number = whole<std::uint64_t>(at(line, "question")), .what = AskLimits{}};
  if (line.contains("submit")) {
    question.what = Submit{request_in(line["submit"])};
  } else if (line.contains("ask")) {
    question.what = Ask{numbers(line["ask"])};
  } else if (line.contains("find")) {
    question.what = Find{texts(line["find"])};
  } else if (line.contains("cancel")) {
    const Json& cancel = line["cancel"];
    question.what = Cancel{.array = whole<std::uint32_t>(at(cancel, "array")),
                           .tasks = numbers(at(cancel, "tasks"))};
  } else if (line.contains("signal")) {
    const Json& signal = line["signal"];
    question.what = Signal{.array = whole<std::uint32_t>(at(signal, "array")),
                           .task = whole<std::uint32_t>(at(signal, "task")),
                           .number = whole<int>(at(signal, "number"))};
  } else if (!line.contains("limits")) {
    throw BadLine{"not a question: " + shortened(text_of_line)};
  }
  return question;
}

std::uint64_t number_in(std::string_view line) {
  const Json object = Json::parse(line, nullptr, false);
  const auto number = object.is_object() ? object.find("question") : object.end();
  return number != object.end() && number->is_number_unsigned() ? number->get<std::uint64_t>() : 0;
}

std::string encode(const ServerLine& server_line) {
  Json line = Json::object();
  std::visit([&](const auto& what) { put(line, what); }, server_line);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

ServerLine decode_server_line(std::string_view text_of_line) {
  const Json line = parse(text_of_line);
  if (line.contains("ready")) {
    return Ready{text(line["ready"])};
  }
  if (line.contains("unusable")) {
    return Unusable{text(line["unusable"])};
  }
  return Reply{.answer = numbered(answer_in(line), whole<std::uint64_t>(at(line, "answer"))),
               .requests = whole<std::uint32_t>(at(line, "requests"))};
}

std::uint64_t question_of(const Answer& answer) {
  return std::visit(
      [](const auto& one) -> std::uint64_t {
        if constexpr (requires { one.question; }) {
          return one.question;
        } else {
          return 0;
        }
      },
      answer);
}

Answer numbered(Answer answer, std::uint64_t question) {
  std::visit(
      [question](auto& one) {
        if constexpr (requires { one.question; }) {
          one.question = question;
        }
      },
      answer);
  return answer;
}

}  // namespace diwan::slurm
