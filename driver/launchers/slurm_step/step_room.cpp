// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/step_room.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "driver/core/counted.hpp"

namespace diwan::slurm_step {
namespace {

using namespace std::chrono_literals;

constexpr auto shortest_retry = 5s;
constexpr auto longest_retry = 60s;
constexpr auto shortest_widening = 30s;
constexpr auto longest_widening = 600s;
/// Slurm's KillWait where no site has set it.
constexpr auto farewell = 30s;
constexpr int most_refusals = 3;

}  // namespace

// In the words of slurm_strerror() and of srun, which have not changed since Slurm 22.05.
Refusal refusal_in(std::string_view said) {
  const auto has = [said](std::initializer_list<std::string_view> texts) {
    return std::ranges::any_of(
        texts, [said](std::string_view text) { return said.find(text) != std::string_view::npos; });
  };
  if (has({"Unable to contact slurm controller", "Socket timed out", "standby mode",
           "Communication connection failure", "Communication shutdown failure",
           "Message receive failure", "Message send failure", "Zero Bytes were transmitted",
           "Connection refused", "Connection timed out", "Connection reset", "No route to host"})) {
    return Refusal::away;
  }
  if (has({"already completing or completed", "Invalid job id specified", "Job is pending"})) {
    return Refusal::job_over;
  }
  if (has({"Requested node configuration is not available", "More processors requested than",
           "Memory required by task is not available", "Invalid generic resource",
           "Insufficient GRES", "Node count specification invalid",
           "Task count specification invalid", "MPI type", "plugin name for mpi"})) {
    return Refusal::never;
  }
  return Refusal::other;
}

StepRoom::StepRoom(std::string job, std::uint32_t most)
    : job_{std::move(job)},
      most_{most},
      room_{most},
      widening_{shortest_widening, longest_widening},
      retries_{shortest_retry, longest_retry} {}

std::uint32_t StepRoom::trials(std::size_t running, Time present) const {
  if (present < closed_until_) {
    return 0;
  }
  return on_trial_ ? std::min(room_, static_cast<std::uint32_t>(running) + 1) : room_;
}

void StepRoom::look(Time present) {
  if (widen_at_ && present >= *widen_at_) {
    ++room_;
    widen_at_ = room_ < most_ ? std::optional(present + shortest_widening) : std::nullopt;
  }
}

void StepRoom::began(std::size_t running) {
  const auto count = static_cast<std::uint32_t>(running);
  if (count > room_) {
    room_ = count;
    widening_.reset();
  }
  if (room_ >= most_) {
    widen_at_.reset();
  }
  ever_began_ = true;
  on_trial_ = false;
  refused_in_a_row_ = 0;
  retries_.reset();
  told_of_wait_ = false;
  told_of_refusal_.clear();
}

void StepRoom::waits(std::size_t running, const std::string& why, Time present) {
  if (on_trial_) {
    return;  // for the reason that was told
  }
  const std::string words = why.empty() ? "" : " (" + why + ")";
  if (running == 0) {
    if (!std::exchange(told_of_wait_, true)) {
      notices_.push_back(
          "the " + std::string(ever_began_ ? "next" : "first") +
          " trial's step has waited for 15 s" + words +
          ": something else holds the job's CPUs, GPUs or memory. Start Diwan in the batch script "
          "itself, or by srun --overlap --ntasks=1 --mem=0, not by srun alone or mpirun; and end "
          "other steps of job " +
          job_ + " (squeue --steps --job=" + job_ + " shows them)");
    }
    return;
  }
  if (running >= room_) {
    return;
  }
  room_ = static_cast<std::uint32_t>(running);
  widen_at_ = widening_.after(present);
  if (told_of_.insert(room_).second) {
    notices_.push_back("a trial's step has waited for 15 s" + words + ": Slurm has room for " +
                       counted(room_, "trial") + " at a time in job " + job_ +
                       " now, and more are tried later");
  }
}

std::string StepRoom::not_begun(const std::string& why, Time present) {
  if (present < closed_until_) {
    return {};  // of the same try
  }
  const Refusal refusal = refusal_in(why);
  if (refusal == Refusal::job_over) {
    told_to_end(present);
    return {};
  }
  const bool counts = refusal == Refusal::never || (refusal == Refusal::other && !ever_began_);
  refused_in_a_row_ = counts ? refused_in_a_row_ + 1 : 0;
  if (refused_in_a_row_ >= most_refusals) {
    return "no trial's step can be started in job " + job_ + ": " + why;
  }
  closed_until_ = retries_.after(present);
  on_trial_ = true;
  if (told_of_refusal_.insert(refusal).second) {  // srun's words differ from try to try
    notices_.push_back(refusal == Refusal::away
                           ? "Slurm does not answer (" + why +
                                 "); trials start again as soon as it does"
                           : "a trial's step could not be started (" + why + "); trying again");
  }
  return {};
}

void StepRoom::told_to_end(Time present) {
  closed_until_ = std::max(closed_until_, present + farewell);
}

std::vector<std::string> StepRoom::take_notices() { return std::exchange(notices_, {}); }

}  // namespace diwan::slurm_step
