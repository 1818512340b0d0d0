// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <vector>

#include "driver/spec/field.hpp"
#include "driver/spec/trial_template.hpp"

namespace diwan {

/// Conditions and pod labels that Katib gives a kind by default; empty for kinds it does not know.
struct KindDefaults {
  std::string success_condition;
  std::string failure_condition;
  std::map<std::string, std::string> primary_pod_labels;
};
KindDefaults defaults_of(const std::string& kind);

/// Reads what of a Kubernetes object can run without Kubernetes: the program of the primary
/// container of a Job, of the master, chief, worker or launcher of a PyTorchJob, TFJob, XGBoostJob
/// or MPIJob, or the trainer of a TrainJob. Where it cannot, `out.kubernetes_only` says why.
/// @param container_name  the field primaryContainerName, with its value.
/// @return the place of each element of `out.command`.
std::vector<Field> read_kubernetes(const Field& trial_spec, const Field& container_name,
                                   const std::filesystem::path& folder, TrialTemplate& out);

}  // namespace diwan
