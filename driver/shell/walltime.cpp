// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/walltime.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <sstream>

#include "driver/shell/program_output.hpp"

namespace diwan {
namespace {

using namespace std::chrono_literals;

constexpr const char* end_variable = "SLURM_JOB_END_TIME";

std::optional<Time> unix_time(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  // Slurm has 0, and numbers near 2^32, for times that are not known.
  constexpr std::int64_t largest = 0xF0000000;
  if (error != std::errc{} || end != text.data() + text.size() || seconds <= 0 ||
      seconds >= largest) {
    return std::nullopt;
  }
  return Time(std::chrono::seconds(seconds));
}

std::string job_of(const Variables& variables) {
  const auto job = variables.find("SLURM_JOB_ID");
  return job == variables.end() ? std::string() : job->second;
}

}  // namespace

JobEnd told_job_end(const Variables& variables) {
  const auto told = variables.find(end_variable);
  if (job_of(variables).empty() || told == variables.end()) {
    return {};
  }
  return {.at = unix_time(told->second), .problem = {}};
}

std::optional<Time> job_end_in(std::string_view squeue_output, std::string_view job) {
  std::istringstream lines{std::string(squeue_output)};
  std::string id;
  std::string end;
  while (lines >> id >> end) {
    if (id == job) {
      return unix_time(end);
    }
  }
  return std::nullopt;
}

JobEnd job_end(const Variables& variables) {
  const std::string job = job_of(variables);
  if (job.empty() || variables.contains(end_variable)) {
    return told_job_end(variables);
  }
  try {
    const std::string answer =
        program_output({"squeue", "-h", "-j", job, "-o", "%A %e"}, {"SLURM_TIME_FORMAT=%s"}, 5s);
    return {.at = job_end_in(answer, job), .problem = {}};
  } catch (const std::exception& failure) {
    return {.at = {},
            .problem = "when job " + job + " ends is not known (" + failure.what() +
                       "); trials start until Slurm ends it"};
  }
}

std::string note_job_end(const Variables& variables) {
  const JobEnd end = job_end(variables);
  if (end.at) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(end.at->time_since_epoch());
    setenv(end_variable, std::to_string(seconds.count()).c_str(), 1);  // NOLINT(concurrency-*)
  }
  return end.problem;
}

Time trial_deadline(Time now, Time job_end, const LastThings& last) {
  const Time early = job_end - last.grace - last.leaving -
                     std::max<std::chrono::milliseconds>(15s, 3 * last.saving_took);
  return std::max(early, now + (job_end - now) / 2);
}

}  // namespace diwan
