// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/policy.hpp"

#include <memory>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>

namespace diwan {
namespace {

/// Answers with the number of facts it was told.
class Counting final : public Suggester {
 public:
  void tell(const Fact& /*fact*/) override { ++told_; }
  Suggestions ask(std::size_t count) const override {
    if (count == 99) {
      throw std::runtime_error("no such count");
    }
    Suggestions answer;
    for (std::size_t i = 0; i < count; ++i) {
      answer.items.push_back(
          {.assignment = {{static_cast<double>(told_)}}, .labels = {}, .parent = {}});
    }
    return answer;
  }

 private:
  int told_ = 0;
};

Suggestions wait_for_answer(PolicyThread& policy) {
  while (true) {
    pollfd descriptor{policy.wake_descriptor(), POLLIN, 0};
    poll(&descriptor, 1, 10000);
    if (auto answer = policy.news().answer) {
      return *answer;
    }
  }
}

TEST(PolicyThread, AnswersKnowingTheFactsToldBeforeTheAsk) {
  PolicyThread policy(std::make_unique<Counting>());

  policy.tell({Issued{1, {{0.0}}, {}}, Issued{2, {{0.0}}, {}}});
  policy.ask(2);
  policy.tell({Issued{3, {{0.0}}, {}}});
  const Suggestions answer = wait_for_answer(policy);

  ASSERT_EQ(answer.items.size(), 2U);
  EXPECT_EQ(answer.items[0].assignment.values[0], 2.0);
}

/// Wants every trial stopped that has reported.
class Impatient final : public Suggester {
 public:
  void tell(const Fact& fact) override {
    if (const auto* reported = std::get_if<Reported>(&fact)) {
      stops_.push_back({.trial = reported->trial, .rule = "too slow"});
    }
  }
  Suggestions ask(std::size_t /*count*/) const override { return {}; }
  std::vector<StopAdvice> stops() const override { return stops_; }

 private:
  std::vector<StopAdvice> stops_;
};

TEST(PolicyThread, HandsOnTheAdviceThatFollowsFromAReport) {
  PolicyThread policy(std::make_unique<Impatient>());

  policy.tell({Issued{3, {{0.0}}, {}}, Reported{.trial = 3, .step = 1, .value = 0.5}});
  std::vector<StopAdvice> stops;
  while (stops.empty()) {
    pollfd descriptor{policy.wake_descriptor(), POLLIN, 0};
    poll(&descriptor, 1, 10000);
    stops = policy.news().stops;
  }

  EXPECT_EQ(stops, (std::vector<StopAdvice>{{.trial = 3, .rule = "too slow"}}));
}

TEST(PolicyThread, HandsOnWhatTheSuggesterThrew) {
  PolicyThread policy(std::make_unique<Counting>());

  policy.ask(99);

  EXPECT_THROW(wait_for_answer(policy), std::runtime_error);
}

}  // namespace
}  // namespace diwan
