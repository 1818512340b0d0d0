// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/launchers/slurm/libslurm/error_text.hpp"
#include "driver/launchers/slurm/scheduler/service.hpp"
#include "driver/launchers/slurm/scheduler/tools.hpp"

namespace diwan::slurm {

/// Slurm through libslurm, from 22.05 to 26.05. Requests with options for sbatch go to sbatch.
class Library : public Service {
 public:
  /// @param environment  of the jobs
  explicit Library(std::vector<std::string> environment);

  Answer answer(const Submit& question) override;
  Answer answer(const Ask& question) override;
  Answer answer(const Find& question) override;
  Answer answer(const Cancel& question) override;
  Answer answer(const Signal& question) override;
  Answer answer(const AskLimits& question) override;
  std::uint32_t requests() const override { return requests_ + tools_.requests(); }
  std::optional<std::string> unusable() const override { return unusable_; }

 private:
  void begin();
  Refused refused(int error, Refused::Kind otherwise = Refused::Kind::away);

  std::vector<std::string> environment_;
  Tools tools_;
  ErrorText errors_;
  std::uint32_t requests_ = 0;
  std::optional<std::string> unusable_;
};

/// "22.05.8". Another release has another soname, so that what was built is what is loaded.
std::string library_version();

}  // namespace diwan::slurm
