// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace diwan::slurm {

/// The batch script of an array: no more than a call of `program exec --array`. No value of a trial
/// stands in it.
std::string task_script(const std::filesystem::path& program, const std::filesystem::path& array,
                        bool pilots, std::optional<std::chrono::minutes> time_limit);

/// What mends a refusal for which Slurm blames this field of JobRequest: the field of the
/// experiment's file, for people.
std::string mend_of(std::string_view job_field);

}  // namespace diwan::slurm
