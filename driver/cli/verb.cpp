// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/verb.hpp"

#include <algorithm>
#include <charconv>

#include <boost/program_options/value_semantic.hpp>

#include "driver/cli/usage_error.hpp"

namespace diwan {

namespace po = boost::program_options;

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

const std::string& Call::choice(const char* option,
                                std::initializer_list<std::string_view> choices) const {
  const std::string& given = text(option);
  if (std::find(choices.begin(), choices.end(), given) != choices.end()) {
    return given;
  }
  std::string all;
  for (const std::string_view choice : choices) {
    all += (all.empty() ? "" : ", ") + std::string(choice);
  }
  throw UsageError(std::string(verb.name) + ": --" + option + " (" + given +
                   ") is not known; give one of " + all);
}

po::options_description output_option(const char* help, const char* standard) {
  po::options_description options;
  options.add_options()(
      "output,o", po::value<std::string>()->default_value(standard)->value_name("FORMAT"), help);
  return options;
}

po::options_description no_options() { return po::options_description(); }

}  // namespace diwan
