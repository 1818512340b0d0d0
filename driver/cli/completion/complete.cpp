// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/completion/complete.hpp"

#include <algorithm>
#include <iterator>

#include "algorithms/registry.hpp"

namespace diwan::completion {
namespace {

using Kind = Takes::Kind;

/// What was typed before the cursor, as the parser would take it.
struct Typed {
  std::vector<std::string> arguments;  ///< told by their place
  const Option* open = nullptr;        ///< an option whose value is at the cursor
  bool dashes = false;                 ///< `--` was given: no option follows
};

const Option* find_option(const std::vector<Option>& options, std::string_view word) {
  const auto found = std::ranges::find_if(options, [&](const Option& option) {
    return word.starts_with("--") ? word.substr(2) == option.name
                                  : word.size() == 2 && word[1] == option.letter;
  });
  return found == options.end() ? nullptr : &*found;
}

bool is_option(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

Typed typed(const std::vector<Option>& options, std::span<const std::string> words) {
  Typed result;
  for (const std::string& word : words) {
    if (result.open != nullptr) {
      // bash makes three words of --option=value
      result.open = word == "=" ? result.open : nullptr;
    } else if (!result.dashes && word == "--") {
      result.dashes = true;
    } else if (!result.dashes && is_option(word)) {
      const Option* option = find_option(options, word);
      result.open = option != nullptr && option->takes.kind != Kind::nothing ? option : nullptr;
    } else {
      result.arguments.push_back(word);
    }
  }
  return result;
}

/// The place that the next argument has; nothing where there is none left.
const Positional* next_place(const Verb& verb, std::size_t given, bool dashes) {
  for (const Positional& positional : verb.positionals) {
    if (positional.after_dashes && !dashes) {
      return nullptr;
    }
    if (positional.repeated || given == 0) {
      return &positional;
    }
    --given;
  }
  return nullptr;
}

/// The argument that names the experiment's directory; empty where none was given.
std::string directory_of(const Verb& verb, const std::vector<std::string>& arguments) {
  for (std::size_t p = 0; p < std::min(verb.positionals.size(), arguments.size()); ++p) {
    if (verb.positionals[p].takes.kind == Kind::directory) {
      return arguments[p];
    }
  }
  return {};
}

/// All values that the table or an experiment knows.
Candidates values_of(const Takes& takes, const Wanted& wanted, const Asked& asked) {
  Candidates values;
  for (const std::string& choice : takes.choices) {
    // best:K is to be gone on with
    const bool number = choice.ends_with(":K");
    values.words.push_back({number ? choice.substr(0, choice.size() - 1) : choice, ""});
  }
  switch (takes.kind) {
    case Kind::trial:
    case Kind::column:
      if (!wanted.directory.empty()) {
        std::ranges::move(asked(wanted), std::back_inserter(values.words));
      }
      break;
    case Kind::algorithm:
      for (const AlgorithmInfo& algorithm : algorithms()) {
        values.words.push_back({algorithm.name, algorithm.when});
      }
      break;
    case Kind::file:
    case Kind::experiment:
    case Kind::directory:
      values.paths = Candidates::Paths::files;
      break;
    case Kind::folder:
      values.paths = Candidates::Paths::folders;
      break;
    case Kind::nothing:
    case Kind::text:
    case Kind::choice:
      break;
  }
  return values;
}

Candidates verb_names() {
  Candidates names;
  for (const Verb& verb : verbs()) {
    if (!verb.internal) {
      names.words.push_back({std::string(verb.name), verb.summary});
    }
  }
  names.words.push_back({"--help", "all commands"});
  names.words.push_back({"--version", "the version"});
  return names;
}

Candidates option_names(const std::vector<Option>& options) {
  Candidates names;
  for (const Option& option : options) {
    names.words.push_back({"--" + std::string(option.name), help_of(option)});
  }
  return names;
}

/// Keeps those that begin as was typed, and puts `before` in front of them.
Candidates beginning_so(Candidates all, std::string_view typed, const std::string& before) {
  std::erase_if(all.words, [&](const Candidate& one) {
    return !std::string_view(one.word).starts_with(typed) ||
           std::ranges::any_of(one.word, [](char c) { return static_cast<unsigned char>(c) < 32; });
  });
  for (Candidate& one : all.words) {
    one.word.insert(0, before);
  }
  return all;
}

}  // namespace

Candidates complete(std::span<const std::string> words, const std::string& current,
                    const Asked& asked) {
  if (words.empty()) {
    return beginning_so(verb_names(), current, "");
  }
  const auto verb = std::ranges::find(verbs(), words.front(), &Verb::name);
  if (verb == verbs().end()) {
    return {};
  }
  std::vector<Option> options = verb->options;
  options.push_back(help_option());
  const Typed before = typed(options, words.subspan(1));
  const std::string directory = directory_of(*verb, before.arguments);
  const auto values = [&](const Takes& takes, const std::string& typed, const std::string& prefix) {
    return beginning_so(
        values_of(takes, {.kind = takes.kind, .directory = directory, .typed = typed}, asked),
        typed, prefix);
  };
  if (before.open != nullptr) {
    return values(before.open->takes, current == "=" ? "" : current, "");
  }
  if (!before.dashes && current.starts_with('-')) {
    const auto equals = current.find('=');
    if (equals == std::string::npos) {
      return beginning_so(option_names(options), current, "");
    }
    const Option* option = find_option(options, current.substr(0, equals));
    return option == nullptr
               ? Candidates()
               : values(option->takes, current.substr(equals + 1), current.substr(0, equals + 1));
  }
  const Positional* place = next_place(*verb, before.arguments.size(), before.dashes);
  return place == nullptr ? Candidates() : values(place->takes, current, "");
}

}  // namespace diwan::completion
