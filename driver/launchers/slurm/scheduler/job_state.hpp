// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/launchers/slurm/scheduler/scheduler.hpp"

namespace diwan::slurm {

/// Ours: pending, node_fail.
std::string_view name_of(JobState state);
std::optional<JobState> state_of_name(std::string_view name);

/// From Slurm's long name (COMPLETED); one that we do not know counts as running, since it is
/// neither waiting nor over for sure.
JobState state_of_slurm(std::string_view name);

/// Of a task that waits: also held because it was requeued, which Slurm says in the reason alone.
JobState with_reason(JobState state, std::string_view reason);

/// Slurm's reason in the form in which it comes out of all its tools: one word; none if empty.
std::string tidy_reason(std::string_view reason);

/// What exit() or a signal left, from a wait status; only where the batch program ended by itself.
void set_exit(JobTask& task, std::uint32_t wait_status);

/// First and last of each run of places, from "0-3,7,10-20:5%4". A text that is cut or is none of
/// these gives what can be read.
using TaskRanges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
TaskRanges parse_task_ranges(std::string_view text);

/// From places in any order.
TaskRanges task_ranges(std::vector<std::uint32_t> tasks);

/// "12_[0-3,7]".
std::string task_names(std::uint32_t array, const std::vector<std::uint32_t>& tasks);

/// Slurm keeps a record also of a job that it did not take; it never had a node.
bool was_refused(JobState state, std::string_view nodes);

}  // namespace diwan::slurm
