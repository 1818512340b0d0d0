// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/old_world.hpp"

#include <algorithm>
#include <thread>

#include <unistd.h>

#include "driver/launchers/supervisor/process_tree.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Has it a file open below `directory`, as a supervisor with a trial there has its log?
bool works_in(pid_t pid, const std::string& directory) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd", error)) {
    const fs::path target = fs::read_symlink(entry.path(), error);
    if (!error && target.native().rfind(directory, 0) == 0) {
      return true;
    }
  }
  return false;
}

std::vector<pid_t> supervisors_in(const std::string& directory) {
  std::vector<pid_t> found;
  for (const Process& process : list_processes()) {
    if (!process.zombie && process.parent != getpid() && is_supervisor(process.pid) &&
        works_in(process.pid, directory)) {
      found.push_back(process.pid);
    }
  }
  return found;
}

}  // namespace

std::vector<std::string> end_old_world(const fs::path& directory, std::chrono::milliseconds limit) {
  std::vector<std::string> lines;
  const std::string below = fs::weakly_canonical(directory).native() + "/";
  const auto deadline = std::chrono::steady_clock::now() + limit;
  auto supervisors = supervisors_in(below);
  if (!supervisors.empty()) {
    lines.push_back("waited for " + std::to_string(supervisors.size()) +
                    " supervisor(s) of the run before to end their trials");
  }
  while (!supervisors.empty() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(20ms);
    supervisors = supervisors_in(below);
  }
  for (const Swept& swept : sweep(directory)) {
    lines.push_back("killed process " + std::to_string(swept.pid) + ", left over by " +
                    swept.trial_directory.parent_path().filename().string());
  }
  return lines;
}

}  // namespace diwan
