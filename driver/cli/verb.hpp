// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include "driver/cli/cli.hpp"
#include "driver/results/exit_status.hpp"

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
  /// The option's text, which has to be one of these. @throws UsageError.
  const std::string& choice(const char* option,
                            std::initializer_list<std::string_view> choices) const;
};

/// An argument that is told by its place.
struct Positional {
  const char* name = nullptr;  ///< in Call, and in capitals in messages
  bool required = true;
  bool repeated = false;
};

/// One command of the program.
struct Verb {
  std::string_view name;
  std::string_view synopsis;  ///< what follows the name
  std::string_view summary;   ///< one line
  std::vector<Positional> positionals;
  boost::program_options::options_description (*options)();
  ExitStatus (*run)(const Call&);
  bool internal = false;  ///< not listed
};

/// All of them, in the order of `diwan --help`.
const std::vector<Verb>& verbs();

/// `-o, --output` with its default, as most verbs have it.
boost::program_options::options_description output_option(const char* help,
                                                          const char* standard = "table");
boost::program_options::options_description no_options();

}  // namespace diwan
