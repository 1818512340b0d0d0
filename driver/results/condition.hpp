// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <vector>

#include "driver/core/experiment.hpp"

namespace diwan {

/// A condition of a Katib experiment.
struct Condition {
  std::string type;
  bool status = true;
  std::string reason;
  std::string message;
  Time updated{};
  Time changed{};  ///< of the status
  bool operator==(const Condition&) const = default;
};

/// Keeps the conditions of an experiment by Katib's rules: setting what holds already changes
/// nothing, else the entry goes to the end.
class Conditions {
 public:
  /// Takes each record, after it was folded into the experiment.
  void take(const Record& record, const Experiment& experiment);
  const std::vector<Condition>& list() const { return list_; }

 private:
  void set(Condition condition);
  void remove(const std::string& type);
  void complete(Completion completion, Time time);

  std::vector<Condition> list_;
  bool final_ = false;
};

}  // namespace diwan
