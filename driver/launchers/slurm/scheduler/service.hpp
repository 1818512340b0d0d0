// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "driver/launchers/slurm/scheduler/protocol.hpp"

namespace diwan::slurm {

/// Slurm as the process behind a Scheduler reaches it: with the tools or with libslurm. Each
/// answer may take as long as slurmctld lets it wait.
class Service {
 public:
  Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  virtual ~Service() = default;

  virtual Answer answer(const Submit& question) = 0;
  virtual Answer answer(const Ask& question) = 0;
  virtual Answer answer(const Find& question) = 0;
  virtual Answer answer(const Cancel& question) = 0;
  virtual Answer answer(const Signal& question) = 0;
  virtual Answer answer(const AskLimits& question) = 0;

  /// Requests to slurmctld so far.
  virtual std::uint32_t requests() const = 0;
  /// Why this way to Slurm turned out to be none; the last answer then does not count.
  virtual std::optional<std::string> unusable() const { return std::nullopt; }
};

/// Answers a Scheduler's questions until its end of the socket is closed.
/// @param through  for people: "libslurm 22.05.8"
void serve(int socket, Service& service, const std::string& through);

}  // namespace diwan::slurm
