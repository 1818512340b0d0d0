// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/libslurm/library.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include <dlfcn.h>
#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/launchers/slurm/scheduler/job_state.hpp"
#include "driver/launchers/slurm/scheduler/refusal.hpp"

namespace diwan::slurm {

namespace {

// What differs between the releases is here.

#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 11, 0)
constexpr const char* gpus = "gres/gpu:";
#else
constexpr const char* gpus = "gres:gpu:";
#endif

std::uint32_t job_of(const submit_response_msg_t& response) {
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(25, 11, 0)
  return response.step_id.job_id;
#else
  return response.job_id;
#endif
}

void free_configuration(slurm_conf_t* configuration) {
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(26, 5, 0)
  slurm_free_conf(configuration);
#else
  slurm_free_ctl_conf(configuration);
#endif
}

/// Sends a task's batch program a signal. @return 0, or the error
int signal_batch(const std::string& task, int number) {
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 11, 0)
  // The older call has 26.05 say that the job cannot be altered now, though it got the signal.
  std::string name = task;
  char* names[] = {name.data()};
  kill_jobs_msg_t message{};
  message.flags = KILL_JOB_BATCH;
  message.jobs_array = static_cast<char**>(names);
  message.jobs_cnt = 1;
  message.signal = static_cast<std::uint16_t>(number);
  message.state = JOB_END;
  constexpr std::uint32_t whoever =
      99;  // SLURM_AUTH_NOBODY, which is in no header that is installed
  message.user_id = whoever;
  kill_jobs_resp_msg_t* response = nullptr;
  int error = slurm_kill_jobs(&message, &response) == SLURM_SUCCESS ? 0 : errno;
  for (std::uint32_t i = 0; response != nullptr && error == 0 && i < response->jobs_cnt; ++i) {
    error = static_cast<int>(response->job_responses[i].error_code);
  }
  // Exported and not declared.
  using Free = void (*)(kill_jobs_resp_msg_t*);
  if (void* function = dlsym(RTLD_DEFAULT, "slurm_free_kill_jobs_response_msg")) {
    reinterpret_cast<Free>(function)(response);
  }
  return error;
#else
  return slurm_kill_job2(task.c_str(), static_cast<std::uint16_t>(number), KILL_JOB_BATCH,
                         nullptr) == SLURM_SUCCESS
             ? 0
             : errno;
#endif
}

/// Slurm's word for a reason. The function is exported, under another name since 23.02, and
/// declared in no header.
std::string reason_of(const job_info_t& job) {
  using Name = const char* (*)(int);
  static const Name name = [] {
    void* function = dlsym(RTLD_DEFAULT, "slurm_job_state_reason_string");
    return reinterpret_cast<Name>(
        function != nullptr ? function : dlsym(RTLD_DEFAULT, "slurm_job_reason_string"));
  }();
  if (job.state_desc != nullptr) {
    return tidy_reason(job.state_desc);
  }
  return name != nullptr ? tidy_reason(name(static_cast<int>(job.state_reason))) : std::string{};
}

JobState base_state(std::uint32_t state) {
  switch (state & static_cast<std::uint32_t>(JOB_STATE_BASE)) {
    case JOB_PENDING:
      return JobState::pending;
    case JOB_COMPLETE:
      return JobState::completed;
    case JOB_CANCELLED:
      return JobState::cancelled;
    case JOB_FAILED:
      return JobState::failed;
    case JOB_TIMEOUT:
    case JOB_DEADLINE:
      return JobState::timeout;
    case JOB_NODE_FAIL:
    case JOB_BOOT_FAIL:
      return JobState::node_fail;
    case JOB_PREEMPTED:
      return JobState::preempted;
    case JOB_OOM:
      return JobState::out_of_memory;
    default:
      return JobState::running;
  }
}

/// As squeue has it: the flags come before the state.
JobState state_of(const job_info_t& job) {
  const std::uint32_t state = job.job_state;
  const auto has = [state](std::uint32_t flags) { return (state & flags) != 0; };
  if (has(JOB_COMPLETING | JOB_STAGE_OUT)) {
    return JobState::completing;
  }
  if (has(JOB_REQUEUE | JOB_REQUEUE_FED)) {
    return JobState::pending;
  }
  if (has(JOB_REQUEUE_HOLD | JOB_SPECIAL_EXIT)) {
    return JobState::requeue_hold;
  }
  if (has(JOB_REVOKED)) {
    return JobState::cancelled;
  }
  return base_state(state);
}

std::string_view text(const char* string) {
  return string == nullptr ? std::string_view{} : std::string_view{string};
}

/// The library writes into none of what it is given to send.
char* given(const std::string& value) {
  return value.empty() ? nullptr : const_cast<char*>(value.c_str());
}

struct FreeJobs {
  void operator()(job_info_msg_t* jobs) const { slurm_free_job_info_msg(jobs); }
};
using JobRecords = std::unique_ptr<job_info_msg_t, FreeJobs>;

/// Of this user; null with errno if Slurm does not say.
JobRecords load_jobs() {
  job_info_msg_t* jobs = nullptr;
  return slurm_load_job_user(&jobs, getuid(), SHOW_ALL) == SLURM_SUCCESS ? JobRecords{jobs}
                                                                         : nullptr;
}

void add_record(const job_info_t& record, Jobs& jobs) {
  const std::string reason = reason_of(record);
  const JobState state = with_reason(state_of(record), reason);
  if (record.array_task_id != NO_VAL) {
    JobTask task;
    task.array = record.array_job_id;
    task.task = record.array_task_id;
    task.state = state;
    task.reason = reason;
    task.restarts = record.restart_cnt;
    task.nodes = text(record.nodes);
    set_exit(task, record.exit_code);
    jobs.tasks.push_back(std::move(task));
    return;
  }
  TaskRanges ranges = parse_task_ranges(text(record.array_task_str));
  if (!ranges.empty()) {
    jobs.waiting.push_back({.array = record.array_job_id,
                            .ranges = std::move(ranges),
                            .state = state,
                            .reason = reason});
  }
}

std::string octal_umask() {
  const mode_t mask = umask(0);
  umask(mask);
  std::string digits = "0000";
  for (unsigned i = 0; i < 4; ++i) {
    digits.at(3 - i) = static_cast<char>('0' + ((mask >> (3 * i)) & 7U));
  }
  return digits;
}

}  // namespace

std::string library_version() {
  constexpr unsigned long number = SLURM_VERSION_NUMBER;
  const auto two = [](unsigned long part) { return (part < 10 ? "0" : "") + std::to_string(part); };
  return two(SLURM_VERSION_MAJOR(number)) + "." + two(SLURM_VERSION_MINOR(number)) + "." +
         std::to_string(SLURM_VERSION_MICRO(number));
}

Library::Library(std::vector<std::string> environment)
    : environment_{std::move(environment)}, tools_{environment_} {}

/// What libslurm said before is not about the request that follows.
void Library::begin() {
  ++requests_;
  errors_.take();
}

Refused Library::refused(int error, Refused::Kind otherwise) {
  if (error == SLURM_PROTOCOL_VERSION_ERROR) {
    unusable_ = slurm_strerror(error);
  }
  return refusal(error, slurm_words(errors_.take() + slurm_strerror(error)), otherwise);
}

Answer Library::answer(const Submit& question) {
  const JobRequest& request = question.request;
  if (!request.extra.empty()) {
    return tools_.answer(question);
  }
  const std::string array = "0-" + std::to_string(std::max(request.tasks, 1U) - 1);
  const std::string gpus_per_node = gpus + std::to_string(request.gpus_per_node);
  // What sbatch tells a job beyond what slurmd does.
  std::vector<std::string> variables = environment_;
  variables.push_back("SLURM_JOB_NAME=" + request.name);
  variables.push_back("SLURM_CPUS_PER_TASK=" + std::to_string(request.cpus_per_rank));
  variables.push_back("SLURM_UMASK=" + octal_umask());
  variables.insert(variables.end(), request.variables.begin(), request.variables.end());
  std::vector<char*> environment;
  environment.reserve(variables.size() + 1);
  for (const std::string& variable : variables) {
    environment.push_back(given(variable));
  }
  environment.push_back(nullptr);

  job_desc_msg_t job;
  slurm_init_job_desc_msg(&job);
  job.user_id = getuid();
  job.group_id = getgid();
  job.name = given(request.name);
  job.comment = given(request.comment);
  job.script = given(request.script);
  job.environment = environment.data();
  job.env_size = static_cast<std::uint32_t>(variables.size());
  job.array_inx = given(array);
  job.work_dir = given(request.working_directory);
  job.std_out = given(request.output);
  job.std_in = const_cast<char*>("/dev/null");
  job.open_mode = OPEN_MODE_APPEND;
  job.requeue = 1;
  job.partition = given(request.partition);
  job.account = given(request.account);
  job.qos = given(request.qos);
  job.features = given(request.constraint);
  job.min_nodes = request.nodes;
  job.max_nodes = request.nodes;
  job.num_tasks = request.ranks;
  job.cpus_per_task = static_cast<std::uint16_t>(std::min(request.cpus_per_rank, 0xFFFDU));
  job.min_cpus = request.ranks * request.cpus_per_rank;
  job.bitflags |= JOB_NTASKS_SET | JOB_CPUS_SET;
  if (request.gpus_per_node > 0) {
    job.tres_per_node = given(gpus_per_node);
  }
  if (request.memory_mebibytes) {
    job.pn_min_memory = *request.memory_mebibytes;
  }
  if (request.time_limit) {
    job.time_limit = static_cast<std::uint32_t>(request.time_limit->count());
  }

  begin();
  submit_response_msg_t* response = nullptr;
  if (slurm_submit_batch_job(&job, &response) != SLURM_SUCCESS || response == nullptr) {
    Refused answer = refused(errno, Refused::Kind::forbidden);
    if (about_nodes(answer)) {
      answer.field = tools_.cause(request);
    }
    return answer;
  }
  const std::uint32_t number = job_of(*response);
  slurm_free_submit_response_response_msg(response);
  return Submitted{.job = number};
}

Answer Library::answer(const Ask& question) {
  begin();
  const JobRecords records = load_jobs();
  if (!records) {
    return refused(errno);
  }
  const std::set<std::uint32_t> asked{question.arrays.begin(), question.arrays.end()};
  Jobs jobs;
  for (std::uint32_t i = 0; i < records->record_count; ++i) {
    const job_info_t& record = records->job_array[i];
    if (asked.contains(record.array_job_id)) {
      add_record(record, jobs);
    }
  }
  return jobs;
}

Answer Library::answer(const Find& question) {
  begin();
  const JobRecords records = load_jobs();
  if (!records) {
    return refused(errno);
  }
  const std::set<std::string_view> comments{question.comments.begin(), question.comments.end()};
  std::set<std::pair<std::string, std::uint32_t>> jobs;
  for (std::uint32_t i = 0; i < records->record_count; ++i) {
    const job_info_t& record = records->job_array[i];
    if (record.array_job_id != 0 && comments.contains(text(record.comment)) &&
        !was_refused(state_of(record), text(record.nodes))) {
      jobs.emplace(text(record.comment), record.array_job_id);
    }
  }
  return Found{.jobs = {jobs.begin(), jobs.end()}};
}

Answer Library::answer(const Cancel& question) {
  if (question.tasks.empty()) {
    return Signalled{};
  }
  begin();
  const std::string tasks = task_names(question.array, question.tasks);
  if (slurm_kill_job2(tasks.c_str(), SIGKILL, 0, nullptr) == SLURM_SUCCESS) {
    return Signalled{};
  }
  const Refused answer = refused(errno);
  return answer.kind == Refused::Kind::gone ? Answer{Signalled{}} : Answer{answer};
}

Answer Library::answer(const Signal& question) {
  begin();
  const std::string task = std::to_string(question.array) + "_" + std::to_string(question.task);
  const int error = signal_batch(task, question.number);
  return error == 0 ? Answer{Signalled{}} : Answer{refused(error)};
}

Answer Library::answer(const AskLimits&) {
  begin();
  slurm_conf_t* configuration = nullptr;
  if (slurm_load_ctl_conf(0, &configuration) != SLURM_SUCCESS) {
    return refused(errno);
  }
  const Limits limits{.version = std::string{text(configuration->version)},
                      .max_array_size = configuration->max_array_sz};
  free_configuration(configuration);
  return limits;
}

}  // namespace diwan::slurm
