// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <vector>

namespace diwan::doctor {

enum class Grade {
  good,
  note,    ///< worth knowing; nothing is broken
  problem  ///< experiments will suffer from it
};

/// One thing that `diwan doctor` found of this site.
struct Finding {
  std::string topic;  ///< "mpi", "slurm", ...
  Grade grade = Grade::good;
  std::string text;
  std::string mend;  ///< what to do; empty where nothing is to be done
};
using Findings = std::vector<Finding>;

}  // namespace diwan::doctor
