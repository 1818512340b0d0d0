// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options/variables_map.hpp>

#include "driver/cli/cli.hpp"
#include "driver/cli/option.hpp"
#include "driver/results/exit_status.hpp"
#include "driver/results/value.hpp"

namespace diwan {

struct Verb;

/// One use of a verb: its parsed arguments and the streams it may use.
struct Call {
  const Verb& verb;
  const boost::program_options::variables_map& values;
  const std::vector<std::string>& arguments;  ///< the program's own, as given, without its name
  const LauncherFactories& launchers;
  const std::function<void(int status)>& leave_mpi;  ///< of cli_main; may be empty
  std::istream& in;
  std::ostream& out;
  std::ostream& err;

  bool has(const char* option) const { return values.count(option) != 0; }
  bool flag(const char* option) const;
  /// The text of an option or positional that was given or has a default.
  const std::string& text(const char* option) const;
  std::optional<std::string> maybe(const char* option) const;
  std::vector<std::string> list(const char* option) const;
  /// A whole number of at least `least`. @throws UsageError for anything else.
  std::optional<std::uint64_t> whole(const char* option, std::uint64_t least = 0,
                                     std::uint64_t most = UINT64_MAX) const;
  /// The text of an option or positional, which has to be one of its choices. @throws UsageError.
  const std::string& choice(const char* option) const;
};

/// A use of a verb that its manual shows; also a variable that it reads.
struct Example {
  std::string command;
  std::string what;
};

/// What an exit status means after a verb.
struct ExitMeaning {
  ExitStatus status = ExitStatus::done;
  std::string meaning;
};

/// One command of the program: the one description from which usage, help, the parser, the manual
/// and completions in shells are made.
struct Verb {
  std::string_view name;
  std::string summary = {};  ///< one line
  std::string details =
      {};  ///< for the manual: paragraphs, a blank line between them, `code` in ticks
  std::vector<Positional> positionals = {};
  std::vector<Option> options = {};
  std::vector<ExitMeaning> exits = {};    ///< beside 0, 1 and 2
  std::vector<Example> environment = {};  ///< variables, and what they do
  std::vector<Example> examples = {};
  ExitStatus (*run)(const Call&) = nullptr;
  bool internal = false;  ///< not listed
};

/// A document as `-o json` (one line) or `-o yaml` prints it.
std::string document_text(const Value& document, std::string_view format);

/// All of them, in the order of `diwan --help`.
const std::vector<Verb>& verbs();

/// What follows the name, arguments first: "DIR [-o table|csv|json]". Many options are summed up.
std::string synopsis(const Verb& verb);
/// The same, with all options.
std::string full_synopsis(const Verb& verb);

}  // namespace diwan
