// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/manual/man_page.hpp"

#include <algorithm>
#include <map>

#include "driver/cli/manual/roff.hpp"
#include "driver/cli/version.hpp"

namespace diwan {
namespace {

using Kind = Takes::Kind;

std::string source() { return "Diwan " + std::string(version()); }

std::string sentence(const std::string& summary) {
  return in_capitals(summary.substr(0, 1)) + summary.substr(1) + ".";
}

/// What an argument is; empty where its name says it.
std::string_view meaning_of(const Takes& takes) {
  switch (takes.kind) {
    case Kind::experiment:
      return "an experiment file (YAML)";
    case Kind::directory:
      return "an experiment directory, a folder in which one `NAME.diwan/` alone is, or an "
             "experiment file, which stands for its `NAME.diwan/` in the current directory";
    case Kind::trial:
      return "a number, a name, its unique end, `best` or `last`";
    case Kind::file:
      return "a file or directory; `-` is standard input";
    case Kind::folder:
      return "a directory";
    case Kind::algorithm:
      return "a search algorithm";
    case Kind::nothing:
    case Kind::text:
    case Kind::choice:
    case Kind::column:
      break;
  }
  return "";
}

/// "-o, --output FORMAT".
std::string tag_of(const Option& option) {
  const std::string letter = option.letter == 0 ? "" : std::string("-") + option.letter + ", ";
  const std::string value = option.takes.kind == Kind::nothing ? "" : " " + option.takes.shown;
  return letter + "--" + option.name + value;
}

void write_options(const Verb& verb, Roff& roff) {
  roff.section("OPTIONS");
  for (const Positional& positional : verb.positionals) {
    const std::string meaning = positional.takes.kind == Kind::choice
                                    ? in_words(positional.takes.choices)
                                    : std::string(meaning_of(positional.takes));
    if (!meaning.empty()) {
      const bool choice = positional.takes.kind == Kind::choice;
      roff.entry(choice ? in_capitals(positional.name) : shown(positional), meaning);
    }
  }
  for (const Option& option : verb.options) {
    roff.entry(tag_of(option),
               help_of(option) +
                   (option.standard.empty() ? "" : ". The default is `" + option.standard + "`."));
  }
  const Option help = help_option();
  roff.entry(tag_of(help), help.help);
}

void write_exits(const std::vector<ExitMeaning>& exits, Roff& roff) {
  std::map<int, std::string> meanings = {
      {0, "done"}, {1, "internal error"}, {2, "wrong use or bad input; nothing was changed"}};
  for (const ExitMeaning& exit : exits) {
    meanings[static_cast<int>(exit.status)] = exit.meaning;
  }
  roff.section("EXIT STATUS");
  for (const auto& [status, meaning] : meanings) {
    roff.entry(std::to_string(status), meaning);
  }
}

bool has_experiment(const Verb& verb) {
  return std::ranges::any_of(verb.positionals, [](const Positional& positional) {
    return positional.takes.kind == Kind::directory || positional.takes.kind == Kind::experiment;
  });
}

void write_directory(Roff& roff) {
  roff.entry("NAME.diwan/",
             "an experiment directory, made where `diwan run` was called, by "
             "`metadata.name` of its file");
  roff.entry("NAME.diwan/experiment.h5", "all of the experiment, for h5py, pandas, Julia, MATLAB");
  roff.entry("NAME.diwan/journal.EPOCH.N", "what happened since that was written");
  roff.entry("NAME.diwan/owner", "who runs it; there while a run is alive");
  roff.entry("NAME.diwan/outcome", "how the last run ended");
  roff.entry("NAME.diwan/trials/TRIAL/attempt-K/", "what a trial printed, and how it ended");
}

void write_files(bool experiment, Roff& roff) {
  roff.section("FILES");
  if (experiment) {
    write_directory(roff);
  }
  roff.entry(
      "share/doc/diwan/docs/cli.md",
      "below the folder that bin/diwan is in: the commands at length, and the shapes of what "
      "they print");
}

void write_printing_variables(Roff& roff) {
  roff.entry("COLUMNS", "the width of tables, instead of the terminal's");
  roff.entry("NO_COLOR", "where it is set headings are plain, as they are where `TERM` is dumb");
}

void write_environment(const Verb& verb, Roff& roff) {
  roff.section("ENVIRONMENT");
  const bool tables = std::ranges::any_of(
      verb.options, [](const Option& option) { return option.standard == "table"; });
  for (const Example& variable : verb.environment) {
    roff.entry(variable.command, variable.what);
  }
  if (tables) {
    write_printing_variables(roff);
  } else if (verb.environment.empty()) {
    roff.text("No variable changes what it does.");
  }
}

void write_examples(const std::vector<Example>& examples, Roff& roff) {
  roff.section("EXAMPLES");
  for (const Example& example : examples) {
    roff.example(example.what, example.command);
  }
}

}  // namespace

std::string man_page(const Verb& verb, const std::string& date) {
  const std::string name = "diwan-" + std::string(verb.name);
  Roff roff(in_capitals(name), date, source());
  roff.section("NAME");
  roff.name(name, verb.summary);
  roff.section("SYNOPSIS");
  roff.usage("diwan " + std::string(verb.name), full_synopsis(verb));
  roff.section("DESCRIPTION");
  roff.text(verb.details.empty() ? sentence(verb.summary) : verb.details);
  write_options(verb, roff);
  write_exits(verb.exits, roff);
  write_files(has_experiment(verb), roff);
  write_environment(verb, roff);
  write_examples(verb.examples, roff);
  roff.section("SEE ALSO");
  roff.text("`diwan`(1)");
  return roff.page();
}

std::string main_man_page(const std::string& date) {
  Roff roff("DIWAN", date, source());
  roff.section("NAME");
  roff.name("diwan", "search for hyperparameters on this host, under mpirun and on clusters");
  roff.section("SYNOPSIS");
  roff.usage("diwan", "COMMAND [options]");
  roff.section("DESCRIPTION");
  roff.text(
      "Diwan runs Katib experiments: it starts trials of a program with values of its parameters, "
      "reads metrics from what they print, and searches for the best. All it knows is in files of "
      "the experiment's directory; the same command goes on after any interruption.\n\n"
      "Results go to standard output, everything else to standard error. The commands, each with a "
      "page of its own:");
  for (const Verb& verb : verbs()) {
    if (!verb.internal) {
      roff.entry("diwan-" + std::string(verb.name) + "(1)", verb.summary);
    }
  }
  roff.section("OPTIONS");
  roff.entry("-h, --help", "all commands; after a command, its options");
  roff.entry("--version", "the version");
  write_exits({}, roff);
  roff.text("Commands that run an experiment have more.");
  write_files(true, roff);
  roff.section("ENVIRONMENT");
  write_printing_variables(roff);
  write_examples({{"diwan validate search.yaml --try", "see whether a trial works"},
                  {"mpirun -n 5 diwan run search.yaml", "search with four workers"},
                  {"diwan best search.diwan", "what was found"}},
                 roff);
  roff.section("SEE ALSO");
  std::string others;
  for (const Verb& verb : verbs()) {
    if (!verb.internal) {
      others += (others.empty() ? "`diwan-" : ", `diwan-") + std::string(verb.name) + "`(1)";
    }
  }
  roff.text(others);
  return roff.page();
}

}  // namespace diwan
