// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>

#include "driver/results/value.hpp"

namespace diwan {

/// Stands in the first 256 bytes of every page.
inline constexpr std::string_view report_mark = R"(<meta name="generator" content="diwan report">)";

/// One HTML file that needs nothing else: the page of page/ with this document in it as data. No
/// text of the document can end the element that holds it, and a policy in the page lets no other
/// script run and nothing be loaded.
std::string report_page(std::string_view title, const Value& document);

}  // namespace diwan
