// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/shell_words.hpp"

#include <algorithm>
#include <array>

namespace diwan {
namespace {

/// The name of a program without its folder and version: bash of /opt/bin/bash-5.2.
std::string_view program_name(std::string_view program) {
  std::string_view name = program.substr(program.rfind('/') + 1);
  return name.substr(0, name.find_last_not_of("0123456789.-") + 1);
}

bool is_shell(std::string_view name) {
  constexpr std::array<std::string_view, 14> shells = {"sh",   "bash", "dash", "zsh",  "ash",
                                                       "ksh",  "mksh", "fish", "tcsh", "csh",
                                                       "yash", "posh", "pwsh", "rbash"};
  return std::find(shells.begin(), shells.end(), name) != shells.end();
}

/// Gives it the word after its -c to a shell, wherever among its arguments that stands?
bool calls_shell(std::string_view name) { return name == "su" || name == "runuser"; }

/// Options of a shell that take the next argument, by letters in a cluster.
std::size_t arguments_taken(std::string_view option) {
  if (option.starts_with("--")) {
    return option == "--rcfile" || option == "--init-file" ? 1 : 0;
  }
  return static_cast<std::size_t>(std::count(option.begin(), option.end(), 'o') +
                                  std::count(option.begin(), option.end(), 'O'));
}

}  // namespace

std::vector<std::size_t> shell_words(const std::vector<std::string>& command) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const std::string_view name = program_name(command[i]);
    if (calls_shell(name)) {
      const auto option =
          std::find_if(command.begin() + static_cast<std::ptrdiff_t>(i), command.end(),
                       [](const std::string& word) { return word == "-c" || word == "--command"; });
      if (command.end() - option > 1) {
        out.push_back(static_cast<std::size_t>(option - command.begin()) + 1);
      }
    }
    if (!is_shell(name)) {
      continue;
    }
    bool takes_command = false;
    std::size_t at = i + 1;
    while (at < command.size() && command[at].size() > 1 &&
           (command[at].front() == '-' || command[at].front() == '+')) {
      const std::string& option = command[at];
      ++at;
      if (option == "--") {
        break;
      }
      const bool is_cluster = option.front() == '-' && !option.starts_with("--");
      takes_command = takes_command || option == "--command" ||
                      (is_cluster && option.find('c') != std::string::npos);
      at += arguments_taken(option);
    }
    if (takes_command && at < command.size()) {
      out.push_back(at);
    }
  }
  return out;
}

bool is_shell_safe(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.,:/@%+=-").find(c) != std::string_view::npos;
  });
}

}  // namespace diwan
