// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/errand.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace diwan::slurm_step {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

/// The place of a host in the host file, which has a line a node.
std::optional<std::uint32_t> node_of(const StepFolder& folder, const std::string& host) {
  std::ifstream in(folder.hosts());
  std::uint32_t node = 0;
  for (std::string line; std::getline(in, line); ++node) {
    if (line.substr(0, line.find(' ')) == host) {
      return node;
    }
  }
  return std::nullopt;
}

/// One line in one write, so that those of others stay whole.
bool append_line(const std::filesystem::path& file, const json& value) {
  const std::string line = value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  const int descriptor = open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  const bool written = descriptor >= 0 && write(descriptor, line.data(), line.size()) ==
                                              static_cast<ssize_t>(line.size());
  if (descriptor >= 0) {
    close(descriptor);
  }
  return written;
}

/// Whole lines from a place of a file on. It is opened anew each time: so that NFS asks the server.
std::vector<json> new_lines(const std::filesystem::path& file, std::size_t& read_bytes) {
  std::ifstream in(file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(read_bytes));
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  std::vector<json> values;
  std::string_view rest = text;
  for (std::size_t end = 0; (end = rest.find('\n')) != std::string_view::npos;) {
    if (json value = json::parse(rest.substr(0, end), nullptr, false); value.is_object()) {
      values.push_back(std::move(value));
    }
    rest.remove_prefix(end + 1);
  }
  read_bytes += text.size() - rest.size();
  return values;
}

std::string any_name() {
  std::random_device random;
  return std::to_string(getpid()) + "-" + std::to_string(random()) + std::to_string(random());
}

}  // namespace

int run_errand(const StepFolder& folder, const std::string& host, const std::string& line) {
  constexpr int ssh_failed = 255;
  const auto node = node_of(folder, host);
  if (!node) {
    std::fprintf(stderr, "diwan: %s is no node of this trial; see %s\n", host.c_str(),
                 folder.hosts().c_str());
    return ssh_failed;
  }
  const std::string name = any_name();
  if (!append_line(folder.asked(*node), {{"id", name}, {"run", line}})) {
    std::fprintf(stderr, "diwan: %s cannot be written\n", folder.asked(*node).c_str());
    return ssh_failed;
  }
  std::size_t read_bytes = 0;
  while (true) {
    for (const json& answer : new_lines(folder.answered(*node), read_bytes)) {
      if (answer.value("id", "") == name) {
        return answer.value("status", ssh_failed);
      }
    }
    std::this_thread::sleep_for(100ms);
  }
}

Errands::Errands(StepFolder folder, std::uint32_t node) : folder_{std::move(folder)}, node_{node} {}

void Errands::look(Spawner& spawner, int input, const std::vector<std::string>& environment) {
  for (const json& errand : new_lines(folder_.asked(node_), read_bytes_)) {
    const std::string name = errand.value("id", "");
    const Spawned child = spawner.spawn({.program = "/bin/sh",
                                         .argv = {"sh", "-c", errand.value("run", "")},
                                         .environment = environment,
                                         .directory = {},
                                         .cpus = {},
                                         .input = input,
                                         .output = STDOUT_FILENO,
                                         .error = STDERR_FILENO});
    if (child.pid > 0 && child.error == 0) {
      running_.emplace(child.pid, name);
    } else {
      append_line(folder_.answered(node_), {{"id", name}, {"status", 127}});
    }
  }
}

bool Errands::ended(pid_t pid, int exit_status) {
  const auto found = running_.find(pid);
  if (found == running_.end()) {
    return false;
  }
  append_line(folder_.answered(node_), {{"id", found->second}, {"status", exit_status}});
  running_.erase(found);
  return true;
}

}  // namespace diwan::slurm_step
