// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/option.hpp"

#include <algorithm>

#include <boost/program_options/value_semantic.hpp>

namespace diwan {
namespace {

namespace po = boost::program_options;

constexpr std::size_t longest_choices = 48;  // of a usage line; help names them all

std::string joined(const std::vector<std::string>& choices, std::string_view between) {
  std::string all;
  for (const std::string& choice : choices) {
    all += (all.empty() ? "" : std::string(between)) + choice;
  }
  return all;
}

/// How the parser reads it.
const po::value_semantic* semantic_of(const Option& option) {
  if (option.takes.kind == Takes::Kind::nothing) {
    return po::bool_switch();
  }
  if (option.repeated) {
    return po::value<std::vector<std::string>>()->composing()->value_name(option.takes.shown);
  }
  auto* value = po::value<std::string>()->value_name(option.takes.shown);
  return option.standard.empty() ? value : value->default_value(option.standard);
}

}  // namespace

std::string in_words(const std::vector<std::string>& choices) {
  if (choices.size() < 2) {
    return joined(choices, "");
  }
  return joined({choices.begin(), choices.end() - 1}, ", ") + " or " + choices.back();
}

std::string in_capitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  });
  return text;
}

std::string help_of(const Option& option) {
  const std::string choices =
      option.takes.kind == Takes::Kind::choice ? in_words(option.takes.choices) : std::string();
  return choices + (choices.empty() || option.help.empty() ? "" : ": ") + option.help;
}

std::string shown(const Takes& takes) {
  std::vector<std::string> parts = takes.choices;
  if (takes.kind != Takes::Kind::choice) {
    parts.push_back(takes.shown);
  }
  std::string text = joined(parts, "|");
  return text.size() <= longest_choices ? text : takes.shown;
}

std::string shown(const Positional& positional) {
  const std::string text = shown(positional.takes);
  return text.empty() ? in_capitals(positional.name) : text;
}

po::options_description description_of(const std::vector<Option>& options) {
  po::options_description description;
  for (const Option& option : options) {
    const std::string letter = option.letter == 0 ? "" : std::string(",") + option.letter;
    description.add_options()((option.name + letter).c_str(), semantic_of(option),
                              help_of(option).c_str());
  }
  return description;
}

Option output_option(std::vector<std::string> formats, std::string help) {
  const std::string standard = formats.front();
  return {.name = "output",
          .letter = 'o',
          .takes = Takes::one_of(std::move(formats), "FORMAT"),
          .standard = standard,
          .help = std::move(help)};
}

Option help_option() { return {.name = "help", .letter = 'h', .help = "explain the command"}; }

Option set_option(std::string help) {
  return {.name = "set",
          .takes = Takes::text("PATH=VALUE"),
          .repeated = true,
          .help = std::move(help) + "; may be given again"};
}

}  // namespace diwan
