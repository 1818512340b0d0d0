// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/tools.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <set>
#include <utility>

#include <unistd.h>

#include "driver/launchers/slurm/scheduler/job_state.hpp"
#include "driver/launchers/slurm/scheduler/refusal.hpp"

namespace diwan::slurm {

namespace {

// Each field whole, and after it a character that none but the last can hold.
constexpr const char* comment_format = "--Format=ArrayJobID:|,State:|,NodeList:|,Comment:|";

// sbatch that was refused for now says so, sleeps and tries again, for two minutes.
constexpr std::string_view sleeping = "sleeping and retrying";

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

/// The fields of a line of squeue; empty if there are not as many. The last holds what is left.
template <std::size_t Count>
bool split(std::string_view line, std::array<std::string_view, Count>& fields) {
  if (!line.ends_with('|')) {
    return false;
  }
  line.remove_suffix(1);
  for (std::size_t i = 0; i + 1 < Count; ++i) {
    const std::size_t end = line.find('|');
    if (end == std::string_view::npos) {
      return false;
    }
    fields.at(i) = line.substr(0, end);
    line.remove_prefix(end + 1);
  }
  fields.back() = line;
  return true;
}

std::optional<std::uint32_t> whole(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{number}
                                                                  : std::nullopt;
}

/// squeue's exit_code: a wait status, in later releases "7:0", the exit code and the signal.
std::uint32_t wait_status(std::string_view text) {
  constexpr unsigned code_bits = 8;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return whole(text).value_or(0);
  }
  return whole(text.substr(0, colon)).value_or(0) << code_bits |
         whole(text.substr(colon + 1)).value_or(0);
}

/// That a program is not there does not pass; else only a job to submit is forbidden for what we do
/// not know.
Refused refused(const Finished& finished, const char* program) {
  constexpr int not_started = 127;
  const bool submits = std::string_view{program} == "sbatch";
  const std::string words = slurm_words(finished.error);
  Refused refused = refusal(
      0, words,
      submits || finished.status == not_started ? Refused::Kind::forbidden : Refused::Kind::away);
  if (finished.killed && refused.kind != Refused::Kind::busy) {
    refused.text = std::string{program} + " did not end in time" +
                   (words.empty() ? std::string{} : ": " + words);
    refused.kind = Refused::Kind::away;
    refused.field.clear();
  } else if (words.empty()) {
    refused.text = std::string{program} + " ended with status " + std::to_string(finished.status);
  }
  return refused;
}

bool is_over(const Refused& refused) { return refused.kind == Refused::Kind::gone; }

std::string user() { return "--user=" + std::to_string(getuid()); }

std::string joined(const std::vector<std::uint32_t>& numbers) {
  std::string text;
  for (const std::uint32_t number : numbers) {
    text += (text.empty() ? "" : ",") + std::to_string(number);
  }
  return text;
}

TaskRanges without(const TaskRanges& ranges, std::uint32_t task) {
  TaskRanges left;
  for (const auto& [first, last] : ranges) {
    if (task < first || task > last) {
      left.emplace_back(first, last);
      continue;
    }
    if (first < task) {
      left.emplace_back(first, task - 1);
    }
    if (task < last) {
      left.emplace_back(task + 1, last);
    }
  }
  return left;
}

/// The value in "Name   = value" of `scontrol show config`.
std::string_view setting(std::string_view text, std::string_view name) {
  for (const std::string_view line : lines_of(text)) {
    const std::size_t sign = line.find(" = ");
    if (line.starts_with(name) && sign != std::string_view::npos &&
        line.substr(0, line.find(' ')) == name) {
      return line.substr(sign + 3);
    }
  }
  return {};
}

}  // namespace

const char* const squeue_format =
    "--Format=ArrayJobID:|,ArrayTaskID:|,State:|,RestartCnt:|,exit_code:|,NodeList:|,Reason:|";

std::vector<std::string> sbatch_words(const JobRequest& request) {
  const std::string last = std::to_string(std::max(request.tasks, 1U) - 1);
  // The limits of this process are those of a login node.
  std::vector<std::string> words = {"sbatch", "--parsable", "--requeue", "--open-mode=append",
                                    "--propagate=NONE"};
  words.push_back("--array=0-" + last);
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) {
      words.push_back(option + value);
    }
  };
  add("--job-name=", request.name);
  add("--comment=", request.comment);
  add("--chdir=", request.working_directory);
  add("--output=", request.output);
  add("--partition=", request.partition);
  add("--account=", request.account);
  add("--qos=", request.qos);
  add("--constraint=", request.constraint);
  const auto add_count = [&](const char* option, std::uint32_t count) {
    add(option, count > 0 ? std::to_string(count) : std::string{});
  };
  add_count("--nodes=", request.nodes);
  add_count("--ntasks=", request.ranks);
  add_count("--cpus-per-task=", request.cpus_per_rank);
  // One that names a kind of GPU is meant in place of ours, not beside it.
  const bool own_gpus =
      std::any_of(request.extra.begin(), request.extra.end(), [](const std::string& word) {
        return word.starts_with("--gres=gpu") || word.starts_with("--gpus") ||
               word.starts_with("-G");
      });
  add_count("--gres=gpu:", own_gpus ? 0 : request.gpus_per_node);
  if (request.memory_mebibytes) {
    add("--mem=", std::to_string(*request.memory_mebibytes) + "M");
  }
  if (request.time_limit) {
    add("--time=", std::to_string(request.time_limit->count()));
  }
  words.insert(words.end(), request.extra.begin(), request.extra.end());
  return words;
}

Jobs parse_squeue(std::string_view text, const std::vector<std::uint32_t>& arrays) {
  const std::set<std::uint32_t> asked{arrays.begin(), arrays.end()};
  Jobs jobs;
  std::array<std::string_view, 7> fields;
  for (const std::string_view line : lines_of(text)) {
    if (!split(line, fields)) {
      continue;
    }
    const auto [id, places, state_name, restarts, exit_code, nodes, slurm_reason] = fields;
    JobTask task;
    task.array = whole(id).value_or(0);
    if (!asked.contains(task.array)) {
      continue;
    }
    task.reason = tidy_reason(slurm_reason);
    task.state = with_reason(state_of_slurm(state_name), task.reason);
    if (const std::optional<std::uint32_t> place = whole(places)) {
      task.task = *place;
      task.restarts = whole(restarts).value_or(0);
      task.nodes = nodes;
      set_exit(task, wait_status(exit_code));
      jobs.tasks.push_back(std::move(task));
    } else if (TaskRanges ranges = parse_task_ranges(places); !ranges.empty()) {
      jobs.waiting.push_back({.array = task.array,
                              .ranges = std::move(ranges),
                              .state = task.state,
                              .reason = task.reason});
    }
  }
  return jobs;
}

void put_requeued(Jobs& jobs, const Jobs& each) {
  for (const JobTask& task : each.tasks) {
    if (task.restarts == 0) {
      continue;
    }
    std::erase_if(jobs.tasks, [&](const JobTask& other) {
      return other.array == task.array && other.task == task.task;
    });
    for (WaitingTasks& waiting : jobs.waiting) {
      if (waiting.array == task.array) {
        waiting.ranges = without(waiting.ranges, task.task);
      }
    }
    jobs.tasks.push_back(task);
  }
  std::erase_if(jobs.waiting, [](const WaitingTasks& waiting) { return waiting.ranges.empty(); });
}

Tools::Tools(std::vector<std::string> environment, std::chrono::seconds limit)
    : environment_{std::move(environment)}, query_environment_{environment_}, limit_{limit} {
  query_environment_.emplace_back("LC_ALL=C");
  // Else squeue cuts long lists of an array's places.
  query_environment_.emplace_back("SLURM_BITSTR_LEN=0");
}

Finished Tools::run(const std::vector<std::string>& words) {
  ++requests_;
  return run_command(spawner_, words, query_environment_, {}, limit_);
}

Finished Tools::submit(const std::vector<std::string>& words, const JobRequest& request) {
  ++requests_;
  // What sbatch has the job gets: no LC_ALL of ours.
  std::vector<std::string> variables = environment_;
  variables.insert(variables.end(), request.variables.begin(), request.variables.end());
  return run_command(spawner_, words, variables, request.script, limit_, sleeping);
}

std::string Tools::cause(const JobRequest& request) {
  return find_cause(request, [this](const JobRequest& easier) {
    std::vector<std::string> words = sbatch_words(easier);
    words.insert(words.begin() + 1, "--test-only");
    return submit(words, easier).status == 0;
  });
}

Answer Tools::answer(const Submit& question) {
  const JobRequest& request = question.request;
  const Finished finished = submit(sbatch_words(request), request);
  // "123" or "123;cluster".
  const std::string_view line = std::string_view{finished.out}.substr(0, finished.out.find('\n'));
  const std::optional<std::uint32_t> job = whole(line.substr(0, line.find(';')));
  if (job) {
    return Submitted{.job = *job};
  }
  Refused answer = refused(finished, "sbatch");
  if (finished.status == 0) {
    answer.kind = Refused::Kind::away;
    answer.text = "sbatch gave no job's number: " + finished.out;
  }
  if (about_nodes(answer)) {
    answer.field = cause(request);
  }
  return answer;
}

Answer Tools::answer(const Ask& question) {
  if (question.arrays.empty()) {
    return Jobs{};
  }
  const std::vector<std::string> words = {
      "squeue", "--noheader", "--all", user(), "--jobs=" + joined(question.arrays), squeue_format};
  const auto with = [&](std::initializer_list<const char*> options) {
    std::vector<std::string> all = words;
    all.insert(all.end(), options.begin(), options.end());
    return run(all);
  };
  const Finished finished = with({"--states=all"});
  if (finished.status != 0) {
    const Refused answer = refused(finished, "squeue");
    // Of one id that is purged squeue makes an error, of one among several nothing.
    return is_over(answer) ? Answer{Jobs{}} : Answer{answer};
  }
  Jobs jobs = parse_squeue(finished.out, question.arrays);
  if (!jobs.waiting.empty()) {
    const Finished each = with({"--states=PENDING", "--array"});
    if (each.status == 0) {
      put_requeued(jobs, parse_squeue(each.out, question.arrays));
    }
  }
  return jobs;
}

Answer Tools::answer(const Find& question) {
  const Finished finished =
      run({"squeue", "--noheader", "--all", "--states=all", user(), comment_format});
  if (finished.status != 0) {
    return refused(finished, "squeue");
  }
  const std::set<std::string_view> comments{question.comments.begin(), question.comments.end()};
  std::set<std::pair<std::string, std::uint32_t>> jobs;
  std::array<std::string_view, 4> fields;
  for (const std::string_view line : lines_of(finished.out)) {
    if (!split(line, fields)) {
      continue;
    }
    const auto [id, state, nodes, comment] = fields;
    const std::optional<std::uint32_t> array = whole(id);
    if (array && comments.contains(comment) && !was_refused(state_of_slurm(state), nodes)) {
      jobs.emplace(comment, *array);
    }
  }
  return Found{.jobs = {jobs.begin(), jobs.end()}};
}

Answer Tools::answer(const Cancel& question) {
  if (question.tasks.empty()) {
    return Signalled{};
  }
  const Finished finished = run({"scancel", task_names(question.array, question.tasks)});
  if (finished.status == 0) {
    return Signalled{};
  }
  const Refused answer = refused(finished, "scancel");
  return is_over(answer) ? Answer{Signalled{}} : Answer{answer};
}

Answer Tools::answer(const Signal& question) {
  // For a task that waits scancel tries again for a minute.
  Answer known = answer(Ask{{question.array}});
  const auto* const jobs = std::get_if<Jobs>(&known);
  if (jobs == nullptr) {
    return known;
  }
  const auto runs = [&](const JobTask& task) {
    return task.task == question.task && task.state == JobState::running;
  };
  if (std::none_of(jobs->tasks.begin(), jobs->tasks.end(), runs)) {
    return refusal(0, "Job is not running");
  }
  // Without --ctld scancel of 26.05 takes a signal that it sent for one to be sent again.
  const Finished finished =
      run({"scancel", "--ctld", "--batch", "--signal=" + std::to_string(question.number),
           std::to_string(question.array) + "_" + std::to_string(question.task)});
  return finished.status == 0 ? Answer{Signalled{}} : Answer{refused(finished, "scancel")};
}

Answer Tools::answer(const AskLimits&) {
  const Finished finished = run({"scontrol", "show", "config"});
  const std::optional<std::uint32_t> size = whole(setting(finished.out, "MaxArraySize"));
  if (finished.status != 0 || !size) {
    return refused(finished, "scontrol");
  }
  return Limits{.version = std::string{setting(finished.out, "SLURM_VERSION")},
                .max_array_size = *size};
}

void tools_main(int socket) {
  Tools tools{slurm_environment(environ)};
  serve(socket, tools, "Slurm's command-line tools");
}

}  // namespace diwan::slurm
