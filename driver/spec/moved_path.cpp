// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/moved_path.hpp"

namespace diwan {
namespace {

/// Can `c` belong to the name of the component beside it?
bool continues_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-.").find(c) != std::string_view::npos ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

}  // namespace

std::string last_component(std::string_view path) {
  while (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  return std::string(path.substr(path.rfind('/') + 1));
}

const MovedPath* moved_path_at(const std::vector<MovedPath>& paths, std::string_view text,
                               std::size_t at, bool more_follows) {
  if (text[at] != '/' || (at > 0 && (continues_name(text[at - 1]) || text[at - 1] == '/'))) {
    return nullptr;
  }
  for (const MovedPath& path : paths) {
    const std::string_view rest = text.substr(at);
    if (!rest.starts_with(path.from)) {
      continue;
    }
    const bool ends =
        rest.size() == path.from.size() ? !more_follows : !continues_name(rest[path.from.size()]);
    if (ends) {
      return &path;
    }
  }
  return nullptr;
}

std::string moved_metrics_path(const std::string& path) {
  const std::string name = last_component(path);
  return name.empty() ? "metrics" : "metrics/" + name;
}

}  // namespace diwan
