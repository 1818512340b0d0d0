// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/verb.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <iterator>

#include "driver/cli/usage_error.hpp"

namespace diwan {

namespace {

constexpr std::size_t most_options_shown = 6;

const Takes& takes_of(const Verb& verb, std::string_view name) {
  for (const Positional& positional : verb.positionals) {
    if (positional.name == name) {
      return positional.takes;
    }
  }
  const auto found = std::ranges::find(verb.options, name, &Option::name);
  assert(found != verb.options.end());
  return found->takes;
}

std::string usage_of(const Positional& positional) {
  const std::string text = (positional.after_dashes ? "-- " : "") + shown(positional) +
                           (positional.repeated ? "..." : "");
  return positional.required ? text : "[" + text + "]";
}

std::string usage_of(const Option& option) {
  const std::string name =
      option.letter != 0 ? std::string("-") + option.letter : "--" + std::string(option.name);
  const std::string value =
      option.takes.kind == Takes::Kind::nothing ? "" : " " + shown(option.takes);
  const std::string more = option.repeated ? "..." : "";
  return option.required ? name + value + more : "[" + name + value + "]" + more;
}

std::string synopsis(const Verb& verb, bool all_options) {
  std::vector<std::string> parts;
  std::string last;
  for (const Positional& positional : verb.positionals) {
    if (positional.after_dashes) {
      last = usage_of(positional);
    } else {
      parts.push_back(usage_of(positional));
    }
  }
  if (all_options) {
    std::ranges::transform(verb.options, std::back_inserter(parts),
                           [](const Option& option) { return usage_of(option); });
  } else {
    parts.emplace_back("[options]");
  }
  if (!last.empty()) {
    parts.push_back(last);
  }
  std::string text;
  for (const std::string& part : parts) {
    text += (text.empty() ? "" : " ") + part;
  }
  return text;
}

}  // namespace

bool Call::flag(const char* option) const { return has(option) && values[option].as<bool>(); }

const std::string& Call::text(const char* option) const { return values[option].as<std::string>(); }

std::optional<std::string> Call::maybe(const char* option) const {
  return has(option) ? std::optional(text(option)) : std::nullopt;
}

std::vector<std::string> Call::list(const char* option) const {
  return has(option) ? values[option].as<std::vector<std::string>>() : std::vector<std::string>();
}

std::optional<std::uint64_t> Call::whole(const char* option, std::uint64_t least,
                                         std::uint64_t most) const {
  if (!has(option)) {
    return std::nullopt;
  }
  const std::string& given = text(option);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
  if (error != std::errc{} || end != given.data() + given.size() || value < least || value > most) {
    const std::string range =
        most == UINT64_MAX
            ? "a whole number of at least " + std::to_string(least)
            : "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    const std::string dashes = std::string_view(option).size() == 1 ? "-" : "--";
    throw UsageError(std::string(verb.name) + ": " + dashes + option + " (" + given +
                     ") is no such number; give " + range);
  }
  return value;
}

const std::string& Call::choice(const char* option) const {
  const Takes& takes = takes_of(verb, option);
  const std::string& given = text(option);
  if (std::ranges::find(takes.choices, given) != takes.choices.end()) {
    return given;
  }
  std::string all;
  for (const std::string& choice : takes.choices) {
    all += (all.empty() ? "" : ", ") + choice;
  }
  const bool positional = std::ranges::any_of(
      verb.positionals, [&](const Positional& p) { return p.name == std::string_view(option); });
  throw UsageError(std::string(verb.name) + ": " +
                   (positional ? in_capitals(option) : "--" + std::string(option)) + " (" + given +
                   ") is not known; give one of " + all);
}

std::string document_text(const Value& document, std::string_view format) {
  return format == "yaml" ? yaml_text(document) : json_text(document) + "\n";
}

std::string synopsis(const Verb& verb) {
  return synopsis(verb, verb.options.size() <= most_options_shown);
}

std::string full_synopsis(const Verb& verb) { return synopsis(verb, true); }

}  // namespace diwan
