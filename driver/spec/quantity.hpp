// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace diwan {

/// A finite decimal number: `5`, `-0.1`, `1e-5`, `+.5`; nothing for anything else.
std::optional<double> finite_number(std::string_view text);

/// A whole number in decimal digits: `5`, `-12`, `+3`.
std::optional<std::int64_t> whole_number(std::string_view text);

/// A whole number however it is written: `5`, `1e3`, `1.0`; within +-2^53.
std::optional<std::int64_t> integral_number(std::string_view text);

/// A Kubernetes quantity: `16Gi`, `500m`, `1e9`, `129M`, `2`; nothing for a negative one.
std::optional<double> quantity(std::string_view text);

/// A length of time: seconds (`90`), units (`90s`, `30m`, `1h`, `1h30m`, `2d`) or Slurm's forms
/// (`02:00:00`, `1-02:00:00`, `1-02:00`, `1-02`). At most 100 years.
std::optional<std::chrono::seconds> duration(std::string_view text);

}  // namespace diwan
