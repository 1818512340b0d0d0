// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/cli.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>

#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>

#include "driver/cli/usage_error.hpp"
#include "driver/cli/verb.hpp"
#include "driver/cli/version.hpp"
#include "driver/results/table.hpp"
#include "driver/spec/known_names.hpp"
#include "driver/spec/spec.hpp"
#include "driver/store/store.hpp"

namespace diwan {
namespace {

namespace po = boost::program_options;

void print_overview(const std::vector<Verb>& verbs, std::ostream& out) {
  out << "usage: diwan COMMAND [options]\n\n"
         "Runs Katib experiments on this host, under mpirun and on clusters.\n\ncommands:\n";
  for (const Verb& verb : verbs) {
    if (!verb.internal) {
      out << "  " << std::left << std::setw(15) << verb.name << verb.summary << '\n';
    }
  }
  out << "\n`diwan COMMAND --help` explains one; `diwan --version` prints the version.\n"
         "EXPERIMENT is a YAML file; DIR an experiment directory, a folder with one alone\n"
         "(`.`), or an EXPERIMENT file, for its NAME.diwan/ here; TRIAL a number, a name,\n"
         "its unique end, `best` or `last`.\n";
}

std::string usage_of(const Verb& verb) {
  return "usage: diwan " + std::string(verb.name) + " " + synopsis(verb);
}

void print_help(const Verb& verb, const po::options_description& options, std::ostream& out) {
  constexpr std::size_t columns = 80;
  const std::size_t indent = std::string("usage: diwan ").size() + verb.name.size() + 1;
  out << wrap_to(usage_of(verb), columns, indent) << "\n\n" << verb.summary << '\n';
  if (!options.options().empty()) {
    out << "\noptions:\n" << options;
  }
  for (const Example& example : verb.examples) {
    out << (&example == verb.examples.data() ? "\nexamples:\n" : "") << "  " << example.command
        << "\n      " << example.what << '\n';
  }
}

std::vector<std::string> long_names(const po::options_description& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) {
    names.push_back("--" + option->long_name());
  }
  return names;
}

const Verb& find_verb(const std::vector<Verb>& verbs, const std::string& name) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs) {
    if (verb.name == name) {
      return verb;
    }
    if (!verb.internal) {
      names.emplace_back(verb.name);
    }
  }
  throw UsageError("'" + name + "' is no command of this version; " + known_names(name, names));
}

/// The parsed arguments of one verb. @throws UsageError for any that do not fit it.
po::variables_map parse(const Verb& verb, const po::options_description& shown,
                        const std::vector<std::string>& arguments) {
  po::options_description all;
  all.add(shown);
  po::positional_options_description places;
  for (const Positional& positional : verb.positionals) {
    if (positional.repeated) {
      all.add_options()(positional.name, po::value<std::vector<std::string>>());
    } else {
      all.add_options()(positional.name, po::value<std::string>());
    }
    places.add(positional.name, positional.repeated ? -1 : 1);
  }
  const std::string where = std::string(verb.name) + ": ";
  po::variables_map values;
  try {
    namespace style = po::command_line_style;
    po::store(po::command_line_parser(arguments)
                  .options(all)
                  .positional(places)
                  .style(style::unix_style & ~style::allow_guessing)
                  .run(),
              values);
    po::notify(values);
  } catch (const po::unknown_option& unknown) {
    throw UsageError(where + unknown.get_option_name() + " is no option of it in this version; " +
                     known_names(unknown.get_option_name(), long_names(shown)));
  } catch (const po::too_many_positional_options_error&) {
    throw UsageError(where + "too many arguments; " + usage_of(verb));
  } catch (const po::error& problem) {
    throw UsageError(where + problem.what() + "; " + usage_of(verb));
  }
  return values;
}

void require_all(const Verb& verb, const po::variables_map& values) {
  for (const Positional& positional : verb.positionals) {
    if (positional.required && values.count(positional.name) == 0) {
      throw UsageError(std::string(verb.name) + ": " + in_capitals(positional.name) +
                       " is missing; " + usage_of(verb));
    }
  }
}

ExitStatus run(const std::vector<std::string>& arguments, const std::vector<Verb>& verbs,
               const LauncherFactories& launchers, const std::function<void(int)>& leave_mpi) {
  if (arguments.empty()) {
    print_overview(verbs, std::cerr);
    return ExitStatus::usage;
  }
  if (arguments[0] == "help" && arguments.size() > 1) {
    return run({arguments[1], "--help"}, verbs, launchers, leave_mpi);
  }
  if (arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help") {
    print_overview(verbs, std::cout);
    return ExitStatus::done;
  }
  if (arguments[0] == "--version") {
    std::cout << "diwan " << version() << '\n';
    return ExitStatus::done;
  }
  const Verb& verb = find_verb(verbs, arguments[0]);
  std::vector<Option> all = verb.options;
  all.push_back(help_option());
  const po::options_description options = description_of(all);
  const po::variables_map values = parse(verb, options, {arguments.begin() + 1, arguments.end()});
  if (values["help"].as<bool>()) {
    print_help(verb, options, std::cout);
    return ExitStatus::done;
  }
  require_all(verb, values);
  return verb.run({.verb = verb,
                   .values = values,
                   .arguments = arguments,
                   .launchers = launchers,
                   .leave_mpi = leave_mpi,
                   .in = std::cin,
                   .out = std::cout,
                   .err = std::cerr});
}

/// One line on standard error, whatever the text.
void complain(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::cerr << "diwan: " << printable(text) << '\n';
}

}  // namespace

int cli_main(int argc, char** argv, const std::vector<Verb>& verbs,
             const LauncherFactories& launchers, const std::function<void(int status)>& leave_mpi) {
  std::ios::sync_with_stdio(false);
  ExitStatus status = ExitStatus::internal_error;
  try {
    status = run({argv + std::min(argc, 1), argv + argc}, verbs, launchers, leave_mpi);
  } catch (const SpecError& error) {
    std::cerr << error.what() << '\n';
    status = ExitStatus::usage;
  } catch (const UsageError& error) {
    complain(error.what());
    status = ExitStatus::usage;
  } catch (const RunRefused& error) {
    std::cerr << "diwan: " << error.what() << '\n';  // one difference a line
    status = ExitStatus::usage;
  } catch (const DiskFailure& error) {
    complain(error.what());
    status = ExitStatus::cannot_write;
  } catch (const StoreError& error) {
    complain(error.what());
    status = ExitStatus::usage;
  } catch (const std::exception& error) {
    complain(std::string("internal error: ") + error.what());
  }
  std::cout.flush();
  if (!std::cout) {
    complain("the output could not be written in full; is the disk full?");
    status = ExitStatus::internal_error;
  }
  return static_cast<int>(status);
}

}  // namespace diwan
