// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/verdict.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace diwan::slurm {
namespace {

std::string with_reason(const std::string& text, const JobTask& task) {
  return task.reason.empty() || task.reason == "None" ? text : text + " (" + task.reason + ")";
}

std::string exit_text(const JobTask& task) {
  return task.signal && *task.signal != 0 ? "signal " + std::to_string(*task.signal)
         : task.exit_code                 ? "exit status " + std::to_string(*task.exit_code)
                                          : std::string{"an unknown exit status"};
}

struct Advice {
  std::string_view reason;
  const char* text;
};
/// Slurm's reasons that do not go away by waiting, by how they begin.
constexpr std::array advices = {
    Advice{"JobHeldUser", "held by its owner; `scontrol release` lets it go"},
    Advice{"JobHeldAdmin", "held by an administrator of the cluster; ask them"},
    Advice{"launch_failed_requeued_held",
           "Slurm could not start it and holds it; look at the node, then `scontrol release`"},
    Advice{"PartitionTimeLimit",
           "its time limit is beyond the partition's; lower resources.timeLimit or take another "
           "partition"},
    Advice{"PartitionNodeLimit",
           "it asks for more nodes than the partition has; lower resources.nodes"},
    Advice{"PartitionConfig",
           "no node of the partition has what a trial asks for; lower resources, or take another "
           "partition"},
    Advice{"PartitionDown", "the partition is down"},
    Advice{"PartitionInactive", "the partition is inactive"},
    Advice{"BadConstraints", "no node has what slurm.constraint asks for"},
    Advice{"ReqNodeNotAvail", "nodes it needs are reserved or down"},
    Advice{"AccountNotAllowed", "the account may not use this partition; set slurm.account"},
    Advice{"QOSNotAllowed", "the qos may not be used here; set slurm.qos"},
    Advice{"InvalidAccount", "Slurm does not know the account; set slurm.account"},
    Advice{"InvalidQOS", "Slurm does not know the qos; set slurm.qos"},
    Advice{"DependencyNeverSatisfied", "its dependency can never be met; see slurm.extra"},
    Advice{"QOSMax", "a limit of the qos holds it back until others of your jobs have ended"},
    Advice{"AssocMax", "a limit of your account holds it back until others of its jobs have ended"},
    Advice{"QOSGrp", "a limit of the qos holds it back until jobs of others have ended too"},
    Advice{"AssocGrp", "a limit of your account holds it back until others of its jobs have ended"},
};

}  // namespace

bool is_in_queue(JobState state) {
  return state == JobState::pending || state == JobState::requeue_hold;
}

bool is_over(JobState state) {
  switch (state) {
    case JobState::pending:
    case JobState::running:
    case JobState::completing:
    case JobState::requeue_hold:
      return false;
    case JobState::completed:
    case JobState::failed:
    case JobState::cancelled:
    case JobState::timeout:
    case JobState::node_fail:
    case JobState::out_of_memory:
    case JobState::preempted:
      return true;
  }
  return true;
}

Ended verdict_of_unknown(RunKey run, bool cancelled) {
  Ended ended;
  ended.run = run;
  ended.outcome = cancelled ? RunOutcome::stopped : RunOutcome::lost;
  ended.reason = cancelled
                     ? "called off while it waited in Slurm"
                     : "Slurm does not know its job any more, and it left no record of its end";
  return ended;
}

Ended verdict(RunKey run, const JobTask& task, bool cancelled) {
  Ended ended = verdict_of_unknown(run, cancelled);
  if (cancelled) {
    return ended;
  }
  switch (task.state) {
    case JobState::preempted:
      ended.cause = LostCause::preempted;
      ended.reason = "its job was preempted";
      break;
    case JobState::timeout:
      ended.cause = LostCause::time_limit;
      ended.reason = with_reason("its job came to its time limit", task);
      break;
    case JobState::node_fail:
      ended.cause = LostCause::node_gone;
      ended.reason = "its node failed" + (task.nodes.empty() ? "" : " (" + task.nodes + ")");
      break;
    case JobState::out_of_memory:
      ended.outcome = RunOutcome::failed;
      ended.reason = "its job used more memory than it was given; raise resources.memory";
      break;
    case JobState::cancelled:
      ended.reason = with_reason("its job was cancelled by somebody else (scancel)", task);
      break;
    case JobState::completed:
    case JobState::failed:
    case JobState::pending:
    case JobState::running:
    case JobState::completing:
    case JobState::requeue_hold:
      ended.reason = "its job ended with " + exit_text(task) + " and left no record of the trial";
      break;
  }
  return ended;
}

std::string advice(const std::string& reason) {
  for (const Advice& entry : advices) {
    if (reason.starts_with(entry.reason)) {
      return entry.text;
    }
  }
  return {};
}

}  // namespace diwan::slurm
