// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/allowance.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "driver/launchers/slurm/scheduler/configuration.hpp"

namespace diwan::slurm {
namespace {

using namespace std::chrono_literals;

constexpr auto shortest_pause = 5s;
constexpr auto longest_pause = 60s;
/// Longer than a controller is away that is restarted or mended.
constexpr auto longest_first_silence = 15min;
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
  away_.clear();
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
  const bool never = answer.kind == Refused::Kind::forbidden || finds_no_configuration(answer.text);
  if (never && !known_) {
    throw LaunchRefused{"Slurm cannot be asked here: " + answer.text +
                        "; `diwan doctor` says what it finds of Slurm"};
  }
  silent_since_ = silent_since_.value_or(present);
  if (is_in_vain() && present >= *silent_since_ + longest_first_silence) {
    throw LaunchRefused{"Slurm has not answered once in " +
                        std::to_string(longest_first_silence / 1min) + " minutes (" + answer.text +
                        "); `diwan doctor` says what it finds of Slurm"};
  }
  ask_at_ = away(answer.text, present);
}

void Allowance::granted() {
  largest_ = largest_ > limit_ / 2 ? no_limit : largest_ * 2;
  told_.clear();
  full_.clear();
  is_back();
}

void Allowance::refused(std::uint32_t tasks, const std::string& why, SteadyTime present) {
  full_ = "Slurm takes no more jobs now (" + why + ")";
  tell_once(full_ + "; trying again");
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
  away_ = "Slurm does not answer (" + why + ")";
  tell_once(away_ + "; going on as soon as it does" +
            (is_in_vain() ? ", or ending where it has not in " +
                                std::to_string(longest_first_silence / 1min) + " minutes"
                          : ""));
  return next_try(present);
}

SteadyTime Allowance::next_try(SteadyTime present) { return retries_.after(present); }

void Allowance::is_back() {
  retries_.reset();
  away_.clear();
}

void Allowance::tell_once(const std::string& text) {
  if (told_.insert(text).second) {
    roster_->note(text);
  }
}

}  // namespace diwan::slurm
