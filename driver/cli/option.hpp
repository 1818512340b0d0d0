// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options/options_description.hpp>

namespace diwan {

/// What an argument, or the value of an option, is: how it is shown, checked and completed.
struct Takes {
  enum class Kind {
    nothing,     ///< of an option: it is a flag
    text,        ///< also numbers
    choice,      ///< one of `choices`
    file,        ///< any path
    folder,      ///< a directory
    experiment,  ///< an experiment file
    directory,   ///< an experiment directory, or its experiment file
    trial,       ///< of the directory that is given before it
    column,      ///< a metric or parameter of that directory, or one of `choices`
    algorithm,
  };
  Kind kind = Kind::text;
  std::string shown = {};                 ///< the word for it in usage, such as N or PATH=VALUE
  std::vector<std::string> choices = {};  ///< in the order in which they are shown

  static Takes nothing() { return {.kind = Kind::nothing}; }
  static Takes text(std::string shown) { return {.shown = std::move(shown)}; }
  static Takes one_of(std::vector<std::string> choices, std::string shown) {
    return {.kind = Kind::choice, .shown = std::move(shown), .choices = std::move(choices)};
  }
  static Takes a(Kind kind, std::string shown) { return {.kind = kind, .shown = std::move(shown)}; }
};

/// An argument that is told by its place.
struct Positional {
  const char* name = nullptr;  ///< in Call, and in capitals in messages
  Takes takes = {};            ///< shown as its name in capitals where it does not say
  bool required = true;
  bool repeated = false;
  bool after_dashes = false;  ///< comes after `--`
};

/// An argument that is told by its name.
struct Option {
  const char* name = nullptr;  ///< without dashes
  char letter = 0;             ///< -o for --output; 0: none
  Takes takes = Takes::nothing();
  std::string standard = {};  ///< the value where it is not given; empty: none
  bool repeated = false;
  bool required = false;  ///< in usage; the verb checks it
  std::string help = {};  ///< after the choices, where there are some
};

/// "table, csv or json".
std::string in_words(const std::vector<std::string>& choices);
/// The text in capitals, as messages name an argument.
std::string in_capitals(std::string text);
/// What help and manual say of an option: its choices, then its help.
std::string help_of(const Option& option);
/// The argument or value in a usage line: "table|csv|json", "DIR", "NAME=VALUE".
std::string shown(const Positional& positional);
std::string shown(const Takes& takes);

/// The options as the parser takes them.
boost::program_options::options_description description_of(const std::vector<Option>& options);

/// `-o, --output` as most verbs have it; the first format is the one where none is given.
Option output_option(std::vector<std::string> formats, std::string help = {});
/// `-h, --help`, which every verb has.
Option help_option();
/// `--set PATH=VALUE`.
Option set_option(std::string help);

}  // namespace diwan
