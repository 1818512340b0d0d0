// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "driver/launchers/slurm/scheduler/scheduler.hpp"

namespace diwan::slurm {

// What a Scheduler and the process behind it say to each other, one JSON object a line;
// docs/slurm.md specifies it. The process answers in the order in which it was asked.

struct Submit {
  JobRequest request;
  bool operator==(const Submit&) const = default;
};
struct Ask {
  std::vector<std::uint32_t> arrays;
  bool operator==(const Ask&) const = default;
};
struct Find {
  std::vector<std::string> comments;
  bool operator==(const Find&) const = default;
};
struct Cancel {
  std::uint32_t array = 0;
  std::vector<std::uint32_t> tasks;
  bool operator==(const Cancel&) const = default;
};
struct Signal {
  std::uint32_t array = 0;
  std::uint32_t task = 0;
  int number = 0;
  bool operator==(const Signal&) const = default;
};
struct AskLimits {
  bool operator==(const AskLimits&) const = default;
};

struct Question {
  std::uint64_t number = 0;
  std::variant<Submit, Ask, Find, Cancel, Signal, AskLimits> what;
  bool operator==(const Question&) const = default;
};

/// The first line of a process that can be used.
struct Ready {
  std::string through;  ///< "libslurm 22.05.8"
  bool operator==(const Ready&) const = default;
};
/// Its last line: what has not been answered was not done either.
struct Unusable {
  std::string text;
  bool operator==(const Unusable&) const = default;
};
struct Reply {
  Answer answer;
  std::uint32_t requests = 0;  ///< to slurmctld, that it took
  bool operator==(const Reply&) const = default;
};
using ServerLine = std::variant<Ready, Unusable, Reply>;

/// A line, or a text in it, that the protocol does not have.
class BadLine : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// With the newline. @throws BadLine if a text is not UTF-8.
std::string encode(const Question& question);
/// @throws BadLine
Question decode_question(std::string_view line);
/// The number of the question in a line that is none otherwise; 0: not even that.
std::uint64_t number_in(std::string_view line);

/// With the newline; what of a text is not UTF-8 is replaced.
std::string encode(const ServerLine& line);
/// @throws BadLine
ServerLine decode_server_line(std::string_view line);

/// Of its question; none of a remark.
std::uint64_t question_of(const Answer& answer);
Answer numbered(Answer answer, std::uint64_t question);

}  // namespace diwan::slurm
