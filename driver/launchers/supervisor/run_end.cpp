// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/run_end.hpp"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

#include <sys/wait.h>

#include "driver/launchers/supervisor/command_line.hpp"
#include "driver/launchers/supervisor/error_text.hpp"
#include "driver/launchers/supervisor/step_folder.hpp"

namespace diwan {
namespace {

Usage used(const rusage& usage) {
  constexpr std::uint64_t kibibyte = 1024;
  constexpr double microseconds = 1e6;
  return {.peak_memory_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * kibibyte,
          .cpu_seconds =
              static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
              static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / microseconds};
}

}  // namespace

StartFailure start_failure(const Spawned& spawned, const std::string& program,
                           const std::string& directory, const std::string& host) {
  const std::string cause = error_text(spawned.error);
  switch (spawned.step) {
    case Spawned::Step::clone:
    case Spawned::Step::session:
      return {RunOutcome::lost, "no process could be started on " + host + ": " + cause};
    case Spawned::Step::directory:
      return {RunOutcome::failed, "working directory " + directory + ": " + cause +
                                      "; correct workingDirectory or make the folder"};
    case Spawned::Step::execute:
      break;
  }
  std::string mend = "see that it is a program that runs on " + host;
  if (spawned.error == ENOENT) {
    mend = "it, or the interpreter its first line names, is not on " + host +
           "; correct the path or give a name that is in PATH";
  } else if (spawned.error == EACCES) {
    mend = "make it executable (chmod +x) or run it by its interpreter";
  } else if (spawned.error == ENOEXEC) {
    mend = "begin the script with a line such as #!/bin/sh, or run it by its interpreter";
  } else if (spawned.error == E2BIG) {
    mend = "arguments and environment are too long together; hand over a file instead";
  }
  return {RunOutcome::failed, "command " + program + ": " + cause + "; " + mend};
}

std::string exit_text(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    return "signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
  }
  return "exit status " + std::to_string(WEXITSTATUS(wait_status));
}

void note_exit(int wait_status, Ended& ended) {
  if (WIFSIGNALED(wait_status)) {
    ended.signal = WTERMSIG(wait_status);
  } else {
    ended.exit_code = WEXITSTATUS(wait_status);
  }
  ended.reason = wait_status == 0 ? "" : exit_text(wait_status);
}

void judge_end(const LeaderEnd& end, const RunSettings& settings, const RunPaths& paths,
               Ended& ended) {
  note_exit(end.wait_status, ended);
  ended.outcome = ended.exit_code == 0 ? RunOutcome::succeeded : RunOutcome::failed;
  if (!end.is_step) {  // else they are srun's
    ended.usage = used(end.usage);
  }
  if (end.stop) {
    switch (*end.stop) {
      case StopCause::cancelled:
        ended.outcome = RunOutcome::stopped;
        ended.reason = "stopped";
        return;
      case StopCause::time_limit:
        ended.outcome = RunOutcome::failed;
        ended.reason = "time limit of " + std::to_string(settings.time_limit->count()) + " s";
        return;
      case StopCause::client_gone:
        ended.outcome = RunOutcome::lost;
        ended.cause = LostCause::coordinator_gone;
        ended.reason = "ended because the process that asked for it was gone";
        return;
    }
  }
  if (end.is_told) {
    ended.outcome = RunOutcome::lost;
    ended.cause = LostCause::preempted;
    ended.reason = "ended with its whole job (TERM), by " + ended.reason;
    return;
  }
  if (end.is_step) {
    judge_step(step_folder(paths.attempt), paths.error, ended);
    if (ended.outcome == RunOutcome::lost) {
      return;
    }
  }
  if (const std::string line = setup_failure(settings, paths); !line.empty()) {
    ended.outcome = RunOutcome::failed;
    ended.reason =
        line + (ended.reason.empty() ? " (it ended the script)" : " (" + ended.reason + ")");
  } else if (ended.signal == SIGKILL && ended.usage.peak_memory_bytes) {
    constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;
    ended.reason += ", not sent by diwan: often for want of memory; its largest process used " +
                    std::to_string(*ended.usage.peak_memory_bytes / mebibyte) + " MiB";
  }
}

}  // namespace diwan
