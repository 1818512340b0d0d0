// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/tfevents/tagged_metrics.hpp"

#include <algorithm>

namespace diwan {
namespace {

/// Whether the folder's last components are these.
bool ends_with(std::string_view folder, std::string_view components) {
  if (!folder.ends_with(components)) {
    return false;
  }
  return folder.size() == components.size() || components.starts_with('/') ||
         folder[folder.size() - components.size() - 1] == '/';
}

}  // namespace

TaggedMetrics::TaggedMetrics(const std::vector<std::string>& metrics, std::string_view folder) {
  for (std::uint32_t metric = 0; metric < metrics.size(); ++metric) {
    const std::string& name = metrics[metric];
    if (std::find(metrics.begin(), metrics.end(), name) != metrics.begin() + metric) {
      continue;  // given twice: its first place counts
    }
    by_tag_[name].push_back(metric);
    for (std::size_t slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', slash + 1)) {
      if (ends_with(folder, std::string_view(name).substr(0, slash))) {
        by_tag_[name.substr(slash + 1)].push_back(metric);
      }
    }
  }
}

std::span<const std::uint32_t> TaggedMetrics::of(std::string_view tag) const {
  const auto found = by_tag_.find(tag);
  return found == by_tag_.end() ? std::span<const std::uint32_t>{} : found->second;
}

}  // namespace diwan
