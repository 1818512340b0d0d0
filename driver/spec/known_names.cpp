// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/known_names.hpp"

#include <optional>

#include "algorithms/space/spelling.hpp"

namespace diwan {
namespace {

std::string joined(const std::vector<std::string>& names, const std::string& last) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) {
      out += i + 1 == names.size() ? last : ", ";
    }
    out += names[i];
  }
  return out;
}

}  // namespace

std::string known_names(std::string_view word, const std::vector<std::string>& names) {
  if (const std::optional<std::string> name = nearest_name(word, names)) {
    return "did you mean " + *name + "?";
  }
  return names.empty()       ? "there is none"
         : names.size() == 1 ? "the only one is " + names.front()
                             : "known are " + joined(names, ", ");
}

std::string alternatives(const std::vector<std::string>& names) { return joined(names, " or "); }

}  // namespace diwan
