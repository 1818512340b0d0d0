// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/export/names.hpp"

#include <algorithm>
#include <filesystem>

#include "driver/store/json_writer.hpp"

namespace diwan {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view ellipsis = "…";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-. :/").find(c) != std::string_view::npos;
}

/// The first character, or the first byte where that is none.
std::string_view first_of(std::string_view text) {
  return text.substr(0, std::max<std::size_t>(utf8_length(text), 1));
}

std::string plain(std::string_view name, std::size_t longest) {
  std::string out;
  while (!name.empty() && out.size() < longest) {
    out += is_plain(name.front()) ? name.front() : '_';
    name.remove_prefix(first_of(name).size());
  }
  return out;
}

/// Is it a path below a folder that has no shorter spelling? MLflow refuses to read any other.
bool is_tidy(const std::string& path) {
  return !path.empty() && path != "." && !path.starts_with('/') && !path.ends_with('/') &&
         !path.starts_with("..") && std::filesystem::path(path).lexically_normal().string() == path;
}

std::string tidy(std::string path) {
  if (is_tidy(path)) {
    return path;
  }
  std::ranges::replace(path, '/', '_');
  return is_tidy(path) ? path : "_" + path;
}

}  // namespace

std::string FileNames::of(std::string_view name) {
  std::string first = tidy(plain(name, longest_));
  if (taken(first)) {
    std::ranges::replace(first, '/', '_');
  }
  std::string path = first;
  for (int i = 2; taken(path); ++i) {
    path = first + "_" + std::to_string(i);
  }
  used_.insert(path);
  return path;
}

bool FileNames::taken(const std::string& path) const {
  if (used_.contains(path)) {
    return true;
  }
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    if (used_.contains(path.substr(0, slash))) {
      return true;
    }
  }
  const auto within = used_.lower_bound(path + "/");
  return within != used_.end() && within->starts_with(path + "/");
}

std::string utf8_text(std::string_view text, std::size_t longest) {
  std::string out;
  while (!text.empty() && out.size() <= longest) {
    out += utf8_length(text) > 0 ? first_of(text) : replacement;
    text.remove_prefix(first_of(text).size());
  }
  if (out.size() <= longest) {
    return out;
  }
  std::size_t room = longest - ellipsis.size();
  while ((static_cast<unsigned char>(out[room]) & 0xC0U) == 0x80U) {
    --room;  // within a character
  }
  return out.substr(0, room).append(ellipsis);
}

}  // namespace diwan
