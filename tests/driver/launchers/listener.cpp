// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "tests/driver/launchers/listener.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill
#include <unistd.h>

#include "driver/launchers/supervisor/process_tree.hpp"

namespace diwan::test {

namespace {

/// Only a failure waits so long; a machine full of other work must not look like one.
constexpr std::chrono::seconds patience{60};
constexpr std::chrono::milliseconds pause{2};

bool soon(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    std::this_thread::sleep_for(pause);
  }
  return true;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "diwan-test-XXXXXX").native();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error{"no temporary directory"};
  }
  path_ = std::filesystem::canonical(name);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::filesystem::path supervisor_program() { return DIWAN_TEST_SUPERVISOR; }

RunSettings settings_in(const std::filesystem::path& directory) {
  RunSettings settings;
  settings.experiment = "e";
  settings.directory = directory;
  settings.collector.metrics = {"loss"};
  settings.grace = std::chrono::milliseconds{2000};
  return settings;
}

Launch command(std::uint32_t trial, std::vector<std::string> argv) {
  Launch launch;
  launch.run = {.trial = trial, .attempt = 1};
  launch.trial_name = "e-" + std::to_string(trial);
  launch.argv = std::move(argv);
  return launch;
}

Launch shell(std::uint32_t trial, const std::string& script) {
  return command(trial, {"/bin/sh", "-c", script});
}

std::vector<double> Story::values() const {
  std::vector<double> all;
  for (const Observed& batch : observed) {
    if (batch.metric == 0) {
      all.insert(all.end(), batch.values.begin(), batch.values.end());
    }
  }
  return all;
}

bool Listener::until(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    for (Report& report : launcher_->poll(std::chrono::milliseconds{20})) {
      if (auto* started = std::get_if<Started>(&report)) {
        stories_[started->run].started.push_back(*started);
      } else if (auto* observed = std::get_if<Observed>(&report)) {
        stories_[observed->run].observed.push_back(*observed);
      } else if (auto* ended = std::get_if<Ended>(&report)) {
        stories_[ended->run].ended.push_back(*ended);
      }
    }
    for (Notice& notice : launcher_->notices()) {
      notices_.push_back(std::move(notice.text));
    }
  }
  return true;
}

bool Listener::until_started(std::uint32_t trial) {
  return until([&] { return !story(trial).started.empty(); });
}

bool Listener::until_ended(std::uint32_t trial) {
  return until([&] { return !story(trial).ended.empty(); });
}

bool Listener::until_value(std::uint32_t trial) {
  return until([&] { return !story(trial).values().empty(); });
}

Story& Listener::story(std::uint32_t trial, std::uint32_t attempt) {
  return stories_[{.trial = trial, .attempt = attempt}];
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void touch(const std::filesystem::path& path) { const std::ofstream file(path); }

bool gone(pid_t pid) {
  return soon([&] {
    const std::optional<Process> process = read_process(pid);
    return !process || process->zombie;
  });
}

pid_t pid_in(const std::filesystem::path& path) {
  std::string text;
  soon([&] {
    text = text_of(path);
    return text.ends_with('\n');
  });
  return static_cast<pid_t>(std::atoi(text.c_str()));  // NOLINT(cert-err34-c): 0 is no process
}

}  // namespace diwan::test
