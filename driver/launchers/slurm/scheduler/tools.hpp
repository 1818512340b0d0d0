// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "driver/launchers/slurm/scheduler/command.hpp"
#include "driver/launchers/slurm/scheduler/service.hpp"
#include "driver/launchers/supervisor/spawn.hpp"

namespace diwan::slurm {

/// Slurm through sbatch, squeue, scancel and scontrol, one or two commands a question.
class Tools : public Service {
 public:
  /// @param limit  for each command; then it is killed and Slurm counts as away
  explicit Tools(std::vector<std::string> environment,
                 std::chrono::seconds limit = std::chrono::seconds{30});

  Answer answer(const Submit& question) override;
  Answer answer(const Ask& question) override;
  Answer answer(const Find& question) override;
  Answer answer(const Cancel& question) override;
  Answer answer(const Signal& question) override;
  Answer answer(const AskLimits& question) override;
  std::uint32_t requests() const override { return requests_; }

  /// The field without which sbatch would take the request.
  std::string cause(const JobRequest& request);

 private:
  Finished run(const std::vector<std::string>& words);
  Finished submit(const std::vector<std::string>& words, const JobRequest& request);

  std::vector<std::string> environment_;
  std::vector<std::string> query_environment_;
  std::chrono::milliseconds limit_;
  Spawner spawner_;
  std::uint32_t requests_ = 0;
};

/// The words of the sbatch that submits a request; its script comes on stdin.
std::vector<std::string> sbatch_words(const JobRequest& request);

/// What squeue_format gives, of these arrays.
extern const char* const squeue_format;
Jobs parse_squeue(std::string_view text, const std::vector<std::uint32_t>& arrays);

/// squeue puts tasks that wait together, also those that were requeued, of which it then does not
/// say so; with --array it says so, but loses places (the last of "1-9:2"). `each` is the latter.
void put_requeued(Jobs& jobs, const Jobs& each);

/// `diwan exec --scheduler FD`.
void tools_main(int socket);

}  // namespace diwan::slurm
