// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace diwan {

/// Which metrics a tag is in the event files of one folder.
///
/// A metric is a tag, or a folder and a tag: `train/loss` is the tag `loss` in a folder `train`,
/// whatever that lies in, and the tag `train/loss` in any folder.
class TaggedMetrics {
 public:
  TaggedMetrics(const std::vector<std::string>& metrics, std::string_view folder);

  /// Indices into the metrics, ascending; none for a tag that is no metric.
  std::span<const std::uint32_t> of(std::string_view tag) const;

 private:
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> by_tag_;
};

}  // namespace diwan
