// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/requeue.hpp"

#include <chrono>
#include <exception>
#include <sstream>

#include "driver/shell/program_output.hpp"

namespace diwan {

bool may_requeue(std::string_view scontrol_output, std::string_view job) {
  std::istringstream lines{std::string(scontrol_output)};
  std::string line;
  while (std::getline(lines, line)) {
    // Asked for a task of an array, it may list others.
    if (line.starts_with("JobId=" + std::string(job) + " ")) {
      const auto says = [&](const char* text) { return line.find(text) != std::string::npos; };
      return says(" JobState=RUNNING ") || says(" Reason=TimeLimit ") ||
             (says(" JobState=COMPLETING ") && says(" PreemptTime=2"));
    }
  }
  return false;
}

std::string requeue_job(const Variables& variables) {
  constexpr std::chrono::seconds patience{10};
  const auto found = variables.find("SLURM_JOB_ID");
  if (found == variables.end()) {
    return "nothing to requeue: this is no Slurm job";
  }
  const std::string& job = found->second;
  try {
    if (!may_requeue(program_output({"scontrol", "-o", "show", "job", job}, {}, patience), job)) {
      return "job " + job + " is not requeued: it was cancelled, or is in the queue again already";
    }
    program_output({"scontrol", "requeue", job}, {}, patience);
    return "job " + job + " goes back into the queue";
  } catch (const std::exception& failure) {
    return "job " + job + " could not be requeued (" + failure.what() +
           "); submit it again, and it goes on";
  }
}

}  // namespace diwan
