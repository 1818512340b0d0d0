// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string_view>

namespace diwan::page_parts {

// The page in three, as page_parts.cmake puts it together when Diwan is built.
extern const std::string_view before_title;
extern const std::string_view before_data;
extern const std::string_view after_data;

}  // namespace diwan::page_parts
