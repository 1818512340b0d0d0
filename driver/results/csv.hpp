// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace diwan {

/// One field by RFC 4180: quoted where it holds a comma, a quote or a line end.
std::string csv_field(std::string_view text);
/// One record with its line end.
std::string csv_line(std::span<const std::string> fields);

}  // namespace diwan
