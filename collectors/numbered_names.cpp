// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/numbered_names.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <re2/re2.h>

namespace diwan {
namespace {

/// Letters and digits alone, in lower case.
std::string bare(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      letters += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      letters += c;
    }
  }
  return letters;
}

bool resembles(std::string_view name, std::string_view wanted) {
  const std::string a = bare(name);
  const std::string b = bare(wanted);
  return !a.empty() && !b.empty() &&
         (a.find(b) != std::string::npos || b.find(a) != std::string::npos);
}

}  // namespace

std::vector<std::string> numbered_names(std::string_view text, std::string_view wanted,
                                        std::size_t most) {
  // Compiled once: a run of short trials without a value asks at the end of each. The limits keep
  // each match short, whatever the text.
  static const re2::RE2 named(
      R"(([A-Za-z_][\w|/.@-]{0,99})["']?[ \t]{0,9}[=:][ \t]{0,9}["']?[+-]?(?:\d|\.\d|(?i:nan|inf)\b))");
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece name;
  std::vector<std::string> names;
  while (re2::RE2::FindAndConsume(&rest, named, &name)) {
    names.emplace_back(name.data(), name.size());
  }
  return by_resemblance(std::move(names), wanted, most);
}

std::vector<std::string> by_resemblance(std::vector<std::string> names, std::string_view wanted,
                                        std::size_t most) {
  std::unordered_set<std::string> seen;
  std::erase_if(names, [&](const std::string& name) { return !seen.insert(name).second; });
  std::stable_partition(names.begin(), names.end(),
                        [&](const std::string& each) { return resembles(each, wanted); });
  names.resize(std::min(names.size(), most));
  return names;
}

}  // namespace diwan
