// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "algorithms/suggester.hpp"

namespace diwan {

/// The thread in which a suggester thinks. Facts and asks are taken in the order they were given,
/// so an answer knows exactly the facts told before its ask.
class PolicyThread {
 public:
  explicit PolicyThread(std::unique_ptr<Suggester> suggester);
  PolicyThread(const PolicyThread&) = delete;
  PolicyThread& operator=(const PolicyThread&) = delete;
  ~PolicyThread();

  void tell(std::vector<Fact> facts);
  /// Tells `facts` first.
  void ask(std::uint32_t count, std::vector<Fact> facts = {});
  struct News {
    std::optional<Suggestions> answer;  ///< to the ask in flight, once it is there
    std::vector<StopAdvice> stops;      ///< may repeat itself
  };
  /// What came since the last call.
  /// @throws whatever the suggester threw.
  News news();
  /// Readable when there is news.
  int wake_descriptor() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace diwan
