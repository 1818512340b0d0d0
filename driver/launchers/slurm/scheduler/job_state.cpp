// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/job_state.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <sys/wait.h>

namespace diwan::slurm {

namespace {

constexpr std::array<std::pair<std::string_view, JobState>, 11> names = {
    {{"pending", JobState::pending},
     {"running", JobState::running},
     {"completing", JobState::completing},
     {"completed", JobState::completed},
     {"failed", JobState::failed},
     {"cancelled", JobState::cancelled},
     {"timeout", JobState::timeout},
     {"nodeFail", JobState::node_fail},
     {"outOfMemory", JobState::out_of_memory},
     {"preempted", JobState::preempted},
     {"requeueHold", JobState::requeue_hold}}};

constexpr std::array<std::pair<std::string_view, JobState>, 19> slurm_names = {
    {{"PENDING", JobState::pending},
     {"REQUEUED", JobState::pending},
     {"REQUEUE_FED", JobState::pending},
     {"RESV_DEL_HOLD", JobState::pending},
     {"COMPLETING", JobState::completing},
     {"STAGE_OUT", JobState::completing},
     {"COMPLETED", JobState::completed},
     {"FAILED", JobState::failed},
     {"LAUNCH_FAILED", JobState::failed},
     {"CANCELLED", JobState::cancelled},
     {"REVOKED", JobState::cancelled},
     {"TIMEOUT", JobState::timeout},
     {"DEADLINE", JobState::timeout},
     {"NODE_FAIL", JobState::node_fail},
     {"BOOT_FAIL", JobState::node_fail},
     {"OUT_OF_MEMORY", JobState::out_of_memory},
     {"PREEMPTED", JobState::preempted},
     {"REQUEUE_HOLD", JobState::requeue_hold},
     {"SPECIAL_EXIT", JobState::requeue_hold}}};

/// Takes a number from the front.
std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take(std::string_view& text, char wanted) {
  const bool there = text.starts_with(wanted);
  text.remove_prefix(there ? 1 : 0);
  return there;
}

}  // namespace

std::string_view name_of(JobState state) {
  const auto* const found =
      std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.second == state; });
  return found == names.end() ? std::string_view{} : found->first;
}

std::optional<JobState> state_of_name(std::string_view name) {
  const auto* const found =
      std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == name; });
  return found == names.end() ? std::nullopt : std::optional{found->second};
}

JobState state_of_slurm(std::string_view name) {
  const auto* const found = std::find_if(slurm_names.begin(), slurm_names.end(),
                                         [&](const auto& n) { return n.first == name; });
  return found == slurm_names.end() ? JobState::running : found->second;
}

JobState with_reason(JobState state, std::string_view reason) {
  // "job_requeued_in_held_state", "launch_failed_requeued_held".
  const bool held = reason.find("requeued_in_held") != std::string_view::npos ||
                    reason.find("requeued_held") != std::string_view::npos;
  return state == JobState::pending && held ? JobState::requeue_hold : state;
}

std::string tidy_reason(std::string_view reason) {
  std::string tidy{reason == "None" || reason == "(null)" ? std::string_view{} : reason};
  std::replace(tidy.begin(), tidy.end(), ' ', '_');
  return tidy;
}

void set_exit(JobTask& task, std::uint32_t wait_status) {
  if (task.state != JobState::completed && task.state != JobState::failed) {
    return;
  }
  const int status = static_cast<int>(wait_status);
  if (WIFSIGNALED(status)) {
    task.signal = WTERMSIG(status);
  } else {
    task.exit_code = WEXITSTATUS(status);
  }
}

TaskRanges parse_task_ranges(std::string_view text) {
  constexpr std::uint32_t most_with_step = 1U << 24;
  TaskRanges ranges;
  do {
    const std::optional<std::uint32_t> first = take_number(text);
    if (!first) {
      break;
    }
    std::optional<std::uint32_t> last = first;
    std::optional<std::uint32_t> step = 1;
    if (take(text, '-')) {
      last = take_number(text);
      if (take(text, ':')) {
        step = take_number(text);
      }
    }
    if (!last || !step || *step == 0 || *last < *first) {
      break;
    }
    if (*step == 1) {
      ranges.emplace_back(*first, *last);
    }
    for (std::uint64_t place = *first;
         *step > 1 && place <= *last && ranges.size() < most_with_step; place += *step) {
      ranges.emplace_back(static_cast<std::uint32_t>(place), static_cast<std::uint32_t>(place));
    }
  } while (take(text, ','));
  return ranges;
}

TaskRanges task_ranges(std::vector<std::uint32_t> tasks) {
  std::sort(tasks.begin(), tasks.end());
  TaskRanges ranges;
  for (const std::uint32_t task : tasks) {
    if (!ranges.empty() && task <= ranges.back().second + 1) {
      ranges.back().second = task;
    } else {
      ranges.emplace_back(task, task);
    }
  }
  return ranges;
}

std::string task_names(std::uint32_t array, const std::vector<std::uint32_t>& tasks) {
  std::string text;
  for (const auto& [first, last] : task_ranges(tasks)) {
    text += (text.empty() ? "" : ",") + std::to_string(first);
    text += last > first ? "-" + std::to_string(last) : "";
  }
  return std::to_string(array) + "_[" + text + "]";
}

bool was_refused(JobState state, std::string_view nodes) {
  return state == JobState::failed && (nodes.empty() || nodes == "(null)");
}

}  // namespace diwan::slurm
