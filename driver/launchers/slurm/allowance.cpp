// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/allowance.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace diwan::slurm {
namespace {

using namespace std::chrono_literals;

constexpr auto shortest_pause = 5s;
constexpr auto longest_pause = 60s;
constexpr std::uint32_t default_max_array_size = 1001;

}  // namespace

Allowance::Allowance(Scheduler& scheduler, Roster& roster)
    : scheduler_{&scheduler},
      roster_{&roster},
      question_{scheduler.limits()},
      limit_{default_max_array_size},
      retries_{shortest_pause, longest_pause} {}

std::uint32_t Allowance::tasks(SteadyTime present) const {
  return question_ || ask_at_ || present < next_submission_ ? 0
                                                            : std::min({limit_, largest_, length_});
}

void Allowance::ask(SteadyTime present) {
  if (ask_at_ && present >= *ask_at_) {
    ask_at_.reset();
    question_ = scheduler_->limits();
  }
}

void Allowance::take(const Limits& answer) {
  question_.reset();
  known_ = true;
  const std::uint32_t limit = std::max<std::uint32_t>(answer.max_array_size, 1);
  if (std::exchange(limit_, limit) != limit) {
    length_ = no_limit;
  }
}

void Allowance::take(const Refused& answer, SteadyTime present) {
  if (answer.question != question_) {
    return;
  }
  question_.reset();
  if (answer.kind == Refused::Kind::forbidden && !known_) {
    throw LaunchRefused{"Slurm cannot be asked here: " + answer.text +
                        "; `diwan doctor` says what it finds of Slurm"};
  }
  ask_at_ = away(answer.text, present);
}

void Allowance::granted() {
  largest_ = largest_ > limit_ / 2 ? no_limit : largest_ * 2;
  told_.clear();
  is_back();
}

void Allowance::refused(std::uint32_t tasks, const std::string& why, SteadyTime present) {
  tell_once("Slurm takes no more jobs now (" + why + "); trying again");
  largest_ = std::max<std::uint32_t>(1, tasks / 2);
  next_submission_ = next_try(present);
  ask_at_ = next_submission_;
}

void Allowance::refused_length(std::uint32_t tasks, SteadyTime present) {
  largest_ = std::max<std::uint32_t>(1, tasks / 2);
  length_ = std::max<std::uint32_t>(1, tasks - 1);
  ask_at_ = present;
}

SteadyTime Allowance::away(const std::string& why, SteadyTime present) {
  tell_once("Slurm does not answer (" + why + "); going on as soon as it does");
  return next_try(present);
}

SteadyTime Allowance::next_try(SteadyTime present) { return retries_.after(present); }

void Allowance::is_back() { retries_.reset(); }

void Allowance::tell_once(const std::string& text) {
  if (told_.insert(text).second) {
    roster_->note(text);
  }
}

}  // namespace diwan::slurm
