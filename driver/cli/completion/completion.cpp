// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <ostream>
#include <string>
#include <vector>

#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction
#include <sys/time.h>
#include <unistd.h>

#include "driver/cli/commands.hpp"
#include "driver/cli/completion/complete.hpp"
#include "driver/cli/completion/known.hpp"
#include "driver/cli/completion/scripts.hpp"
#include "driver/results/shell_words.hpp"
#include "driver/results/table.hpp"

namespace diwan {
namespace {

using completion::Candidate;
using completion::Candidates;

/// Ends the program, without a word, before whoever pressed the key grows impatient: the records of
/// a large experiment take longer to read.
void give_up_after_a_second() {
  struct sigaction action = {};
  action.sa_handler = [](int) { ::_exit(0); };
  ::sigaction(SIGALRM, &action, nullptr);
  const itimerval limit{.it_interval = {}, .it_value = {.tv_sec = 1, .tv_usec = 0}};
  ::setitimer(ITIMER_REAL, &limit, nullptr);
}

/// A word as the shell would pass it on.
std::string without_quotes(const std::string& word) {
  const ShellWords words = shell_words(word);
  return words.words.empty() ? std::string() : words.words.front();
}

ExitStatus complete(const Call& call) {
  give_up_after_a_second();
  std::vector<std::string> words = call.list("words");
  if (call.flag("quoted")) {
    for (std::string& word : words) {
      word = without_quotes(word);
    }
  }
  const std::string current = words.empty() ? std::string() : words.back();
  words.resize(words.empty() ? 0 : words.size() - 1);
  const Candidates candidates = completion::complete(words, current, completion::known);
  std::string text;
  for (const Candidate& one : candidates.words) {
    text += one.word + (one.what.empty() ? "" : "\t" + printable(one.what)) + "\n";
  }
  call.out << text
           << (candidates.paths == Candidates::Paths::files     ? ":files\n"
               : candidates.paths == Candidates::Paths::folders ? ":folders\n"
                                                                : "");
  return ExitStatus::done;
}

ExitStatus print_script(const Call& call) {
  const std::string& shell = call.choice("shell");
  call.out << (shell == "bash"  ? completion::bash_script
               : shell == "zsh" ? completion::zsh_script
                                : completion::fish_script);
  return ExitStatus::done;
}

}  // namespace

Verb completion_verb() {
  return {
      .name = "completion",
      .summary = "print what makes a shell complete diwan's commands",
      .details =
          "The shell then completes commands, options, their values, files, and of an experiment "
          "its trials, metrics and parameters. It asks the program that was typed, so that the "
          "script need not change with it. An installed Diwan has put these scripts where bash "
          "(with bash-completion), zsh and fish look for them.",
      .positionals = {{.name = "shell", .takes = Takes::one_of({"bash", "zsh", "fish"}, "SHELL")}},
      .examples = {{". <(diwan completion bash)", "in ~/.bashrc; zsh, in ~/.zshrc after compinit"},
                   {"diwan completion fish | source", "in ~/.config/fish/config.fish"}},
      .run = print_script};
}

Verb complete_verb() {
  return {
      .name = "complete",
      .summary = "internal: what may stand in place of the last word, for a shell",
      .positionals = {{.name = "words", .required = false, .repeated = true, .after_dashes = true}},
      .options = {{.name = "quoted", .help = "the words are as they were typed"}},
      .run = complete,
      .internal = true};
}

}  // namespace diwan
