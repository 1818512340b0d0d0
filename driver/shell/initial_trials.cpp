// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/initial_trials.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>

namespace diwan {
namespace {

class InitialTrials final : public Suggester {
 public:
  InitialTrials(std::unique_ptr<Suggester> suggester, std::vector<Assignment> initial)
      : suggester_(std::move(suggester)), initial_(std::move(initial)) {
    for (std::size_t i = 0; i < initial_.size(); ++i) {
      suggester_->tell(Issued{
          .trial = static_cast<std::uint32_t>(i + 1), .assignment = initial_[i], .labels = {}});
    }
  }

  void tell(const Fact& fact) override {
    if (std::holds_alternative<Issued>(fact) && issued_ < initial_.size()) {
      ++issued_;  // told already
      return;
    }
    suggester_->tell(fact);
  }

  Suggestions ask(std::size_t count) const override {
    Suggestions answer;
    const std::size_t listed = std::min(count, initial_.size() - issued_);
    for (std::size_t i = 0; i < listed; ++i) {
      answer.items.push_back({.assignment = initial_[issued_ + i], .labels = {}, .parent = {}});
    }
    if (listed < count) {
      Suggestions own = suggester_->ask(count - listed);
      std::move(own.items.begin(), own.items.end(), std::back_inserter(answer.items));
      answer.exhausted = own.exhausted;
    }
    return answer;
  }

  std::vector<StopAdvice> stops() const override { return suggester_->stops(); }

 private:
  std::unique_ptr<Suggester> suggester_;
  std::vector<Assignment> initial_;
  std::size_t issued_ = 0;  ///< of the initial ones
};

}  // namespace

std::vector<Assignment> listed_trials(const Spec& spec, const Experiment& experiment) {
  const std::size_t begun = std::min(spec.initial_trials.size(), experiment.trials().size());
  const bool as_listed = std::equal(
      spec.initial_trials.begin(), spec.initial_trials.begin() + static_cast<std::ptrdiff_t>(begun),
      experiment.trials().begin(),
      [](const Assignment& listed, const Trial& trial) { return listed == trial.assignment; });
  return as_listed ? spec.initial_trials : std::vector<Assignment>{};
}

std::unique_ptr<Suggester> with_initial_trials(std::unique_ptr<Suggester> suggester,
                                               std::vector<Assignment> initial) {
  if (initial.empty()) {
    return suggester;
  }
  return std::make_unique<InitialTrials>(std::move(suggester), std::move(initial));
}

}  // namespace diwan
