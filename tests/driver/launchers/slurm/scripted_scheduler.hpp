// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>

#include "driver/launchers/slurm/scheduler/scheduler.hpp"
#include "driver/launchers/supervisor/descriptor.hpp"

namespace diwan::slurm {

inline JobTask job_task(std::uint32_t job, std::uint32_t task, JobState state,
                        std::string reason = {}, std::uint32_t restarts = 0) {
  JobTask result;
  result.array = job;
  result.task = task;
  result.state = state;
  result.reason = std::move(reason);
  result.restarts = restarts;
  return result;
}

/// A scheduler that keeps what it was asked, and answers what the test says.
struct Script {
  std::uint64_t questions = 0;
  std::vector<JobRequest> submitted;
  std::vector<std::uint64_t> submissions;  ///< their questions
  std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> cancelled;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> signalled;
  std::vector<std::vector<std::string>> sought;
  std::vector<Answer> answers;
  std::uint32_t max_array_size = 4;
  std::optional<Refused::Kind> limits_refused;  ///< once
  std::optional<Refused::Kind> ask_refused;     ///< once
  std::optional<Signalled> late;  ///< to the cancel, which takes until it is asked for
  std::size_t late_answers_read = 0;
  // What the jobs are, and whether Slurm can be asked.
  std::vector<JobTask> tasks;
  std::vector<WaitingTasks> waiting;
  std::vector<std::pair<std::string, std::uint32_t>> known_comments;
  std::function<Answer(std::uint64_t question, const JobRequest&)> on_submit;
};

class ScriptedScheduler final : public Scheduler {
 public:
  explicit ScriptedScheduler(Script& script)
      : script_{&script}, event_{open("/dev/null", O_RDONLY | O_CLOEXEC)} {}

  std::uint64_t submit(const JobRequest& request) override {
    script_->submitted.push_back(request);
    const std::uint64_t question = ++script_->questions;
    script_->submissions.push_back(question);
    script_->answers.push_back(script_->on_submit(question, request));
    return question;
  }
  std::uint64_t ask(const std::vector<std::uint32_t>& /*arrays*/) override {
    if (script_->ask_refused) {
      script_->answers.emplace_back(not_reached(*std::exchange(script_->ask_refused, {})));
      return script_->questions;
    }
    script_->answers.emplace_back(Jobs{
        .question = ++script_->questions, .tasks = script_->tasks, .waiting = script_->waiting});
    return script_->questions;
  }
  std::uint64_t find(const std::vector<std::string>& comments) override {
    script_->sought.push_back(comments);
    script_->answers.emplace_back(
        Found{.question = ++script_->questions, .jobs = script_->known_comments});
    return script_->questions;
  }
  std::uint64_t cancel(std::uint32_t array, const std::vector<std::uint32_t>& tasks) override {
    script_->cancelled.emplace_back(array, tasks);
    script_->late = Signalled{.question = ++script_->questions};
    return script_->questions;
  }
  std::uint64_t signal(std::uint32_t array, std::uint32_t task, int /*number*/) override {
    script_->signalled.emplace_back(array, task);
    return ++script_->questions;
  }
  std::uint64_t limits() override {
    if (script_->limits_refused) {
      script_->answers.emplace_back(not_reached(*std::exchange(script_->limits_refused, {})));
      return script_->questions;
    }
    script_->answers.emplace_back(Limits{.question = ++script_->questions,
                                         .version = "22.05.8",
                                         .max_array_size = script_->max_array_size});
    return script_->questions;
  }
  std::vector<Answer> answers() override {
    if (script_->late) {
      script_->answers.emplace_back(*std::exchange(script_->late, std::nullopt));
      script_->late_answers_read += script_->answers.size();
    }
    return std::exchange(script_->answers, {});
  }
  int descriptor() const override { return *event_; }
  std::uint64_t requests() const override { return script_->questions; }

 private:
  Refused not_reached(Refused::Kind kind) {
    return {.question = ++script_->questions,
            .kind = kind,
            .text = "Unable to contact slurm controller",
            .field = {}};
  }

  Script* script_;
  Descriptor event_;
};

}  // namespace diwan::slurm
