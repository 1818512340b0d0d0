// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "driver/results/load.hpp"
#include "driver/results/table.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// One observation of a trial, as the store has it.
struct Reading {
  std::uint32_t metric = 0;
  std::uint32_t attempt = 0;
  std::int64_t step = 0;
  double value = 0;
  std::string text;  ///< where it is no number
  Time time{};
  bool own_step = false;
};

/// Every observation of a trial, of all its attempts, by attempt and time. Reads the records anew.
std::vector<Reading> readings(const Loaded& loaded, std::uint32_t trial);

/// The same of all trials, by number, in one reading.
std::map<std::uint32_t, std::vector<Reading>> all_readings(const Loaded& loaded);

/// Those that make the trial's curves: where the source gives steps a later attempt replaces from
/// its first step on, otherwise the last attempt that gave the metric counts alone.
std::vector<Reading> curve(const std::vector<Reading>& all);

std::string metrics_table(const Loaded& loaded, const std::vector<Reading>& all, const Page& page);
std::string metrics_csv(const Loaded& loaded, const std::vector<Reading>& all);
/// An observation as the documents have it, and the name of its metric.
Value document_of(const Loaded& loaded, const Reading& reading);
std::string metric_of(const Loaded& loaded, const Reading& reading);
enum class Markup { json, yaml };
/// The document of `metrics` (docs/cli.md).
std::string metrics_document(const Loaded& loaded, const Trial& trial,
                             const std::vector<Reading>& all, Markup markup);

}  // namespace diwan
