// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "tests/driver/cli/program.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/driver/results/sample.hpp"

namespace diwan::test {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void redirect(const fs::path& path, int flags, int descriptor) {
  const int fd = ::open(path.c_str(), flags, 0600);
  ::dup2(fd, descriptor);
  ::close(fd);
}

}  // namespace

ProgramResult run_diwan(const std::vector<std::string>& arguments, const std::string& in) {
  return run_diwan(arguments, ProgramInput{.in = in, .directory = {}, .env = {}});
}

ProgramResult run_diwan(const std::vector<std::string>& arguments, const ProgramInput& input) {
  const ScratchDirectory scratch;
  std::ofstream(scratch.path() / "in") << input.in;
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), DIWAN_PROGRAM);
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    redirect(scratch.path() / "in", O_RDONLY, STDIN_FILENO);
    redirect(scratch.path() / "out", O_WRONLY | O_CREAT, STDOUT_FILENO);
    redirect(scratch.path() / "err", O_WRONLY | O_CREAT, STDERR_FILENO);
    ::unsetenv("COLUMNS");
    ::unsetenv("DIWAN_METRICS");
    for (const auto& [name, value] : input.env) {
      ::setenv(name.c_str(), value.c_str(), 1);
    }
    if (input.directory.empty() || ::chdir(input.directory.c_str()) == 0) {
      ::execv(DIWAN_PROGRAM, argv.data());
    }
    ::_exit(127);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) {
    throw std::runtime_error("the program could not be run");
  }
  return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .out = contents(scratch.path() / "out"),
          .err = contents(scratch.path() / "err")};
}

}  // namespace diwan::test
