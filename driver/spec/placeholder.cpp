// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/placeholder.hpp"

#include <array>
#include <utility>

#include "algorithms/space/spelling.hpp"
#include "driver/spec/yaml_node.hpp"

namespace diwan {
namespace {

constexpr std::array<std::pair<std::string_view, Segment::Kind>, 2> forms = {
    {{"${trialParameters.", Segment::Kind::parameter}, {"${trialSpec.", Segment::Kind::metadata}}};

/// The placeholder at the start of `text` and its length; nothing if there is none.
std::optional<std::pair<Segment, std::size_t>> placeholder_at(std::string_view text) {
  for (const auto& [prefix, kind] : forms) {
    const std::size_t end =
        text.starts_with(prefix) ? text.find('}', prefix.size() + 1) : std::string_view::npos;
    if (end != std::string_view::npos) {
      const std::string_view name = text.substr(prefix.size(), end - prefix.size());
      return std::pair(Segment{kind, std::string(name)}, end + 1);
    }
  }
  return {};
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::vector<Segment> split_placeholders(std::string_view text) {
  std::vector<Segment> out;
  std::string fixed;
  const auto end_fixed = [&] {
    if (!fixed.empty()) {
      out.push_back({Segment::Kind::text, std::exchange(fixed, {})});
    }
  };
  while (!text.empty()) {
    const std::size_t dollar = std::min(text.find("${"), text.size());
    fixed += text.substr(0, dollar);
    text.remove_prefix(dollar);
    if (auto found = placeholder_at(text)) {
      end_fixed();
      out.push_back(std::move(found->first));
      text.remove_prefix(found->second);
    } else if (!text.empty()) {
      fixed += text.front();
      text.remove_prefix(1);
    }
  }
  end_fixed();
  return out;
}

std::optional<std::string> metadata_key(std::string_view reference) {
  for (Segment& segment : split_placeholders(reference)) {
    if (segment.kind == Segment::Kind::metadata) {
      return std::move(segment.text);
    }
  }
  return {};
}

std::optional<std::string> bracketed(std::string_view key, std::string_view word) {
  if (!key.starts_with(word) || !key.ends_with(']') || key.size() < word.size() + 3 ||
      key[word.size()] != '[') {
    return {};
  }
  return std::string(key.substr(word.size() + 1, key.size() - word.size() - 2));
}

std::optional<std::string> mistaken_placeholder(std::string_view text) {
  const std::vector<std::string> known = {"trialParameters", "trialSpec"};
  for (std::size_t at = text.find("${"); at != std::string_view::npos;
       at = text.find("${", at + 2)) {
    std::size_t end = at + 2;
    while (end < text.size() && is_word(text[end])) {
      ++end;
    }
    const std::string_view word = text.substr(at + 2, end - at - 2);
    if (end >= text.size() || text[end] != '.' || word.empty()) {
      continue;
    }
    const std::optional<std::string> near = nearest_name(word, known);
    if (near == std::string(word)) {
      return "a placeholder is not closed (" + yaml::quoted(text.substr(at)) + "); end it with }";
    }
    if (near) {
      return "unknown placeholder (" + yaml::quoted(text.substr(at)) + "); did you mean ${" +
             *near + ".…}?";
    }
  }
  return {};
}

}  // namespace diwan
