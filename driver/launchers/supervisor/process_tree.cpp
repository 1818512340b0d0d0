// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/process_tree.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <memory>
#include <set>
#include <string_view>
#include <thread>

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace diwan {

namespace {

/// A file of /proc as far as `limit`; none if it cannot be opened.
std::optional<std::string> read_whole(const std::string& path, std::size_t limit) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return std::nullopt;
  }
  std::string text;
  std::array<char, 4096> piece{};
  for (ssize_t size = 0;
       text.size() < limit && (size = read(file, piece.data(), piece.size())) > 0;) {
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
  close(file);
  return text;
}

template <class T>
T number_in(std::string_view text) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(" \n"));
  text.remove_prefix(word.size());
  return word;
}

/// The caller and those from whom it descends.
std::set<pid_t> own_line() {
  std::set<pid_t> line;
  for (std::optional<Process> at = read_process(getpid()); at && line.insert(at->pid).second;) {
    at = read_process(at->parent);
  }
  return line;
}

/// Whether to spare it still, see kill_descendants().
bool is_srun(pid_t pid) {
  return read_whole("/proc/" + std::to_string(pid) + "/comm", 64).value_or("") == "srun\n";
}
constexpr std::chrono::seconds longest_step_end{1};

bool lies_below(const std::string& path, const std::filesystem::path& directory) {
  return path.starts_with(directory.native() + "/");
}

}  // namespace

std::optional<Process> read_process(pid_t pid) {
  const std::string text = read_whole("/proc/" + std::to_string(pid) + "/stat", 4096).value_or("");
  // The name, in parentheses, may hold anything; after its last one come: state, parent, group,
  // session.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) {
    return std::nullopt;
  }
  std::string_view rest = std::string_view{text}.substr(name_end + 1);
  Process process{.pid = pid};
  const std::string_view state = next_word(rest);
  process.zombie = state == "Z" || state == "X";
  process.parent = number_in<pid_t>(next_word(rest));
  next_word(rest);
  process.session = number_in<pid_t>(next_word(rest));
  constexpr int words_between_session_and_start = 15;
  for (int i = 0; i < words_between_session_and_start; ++i) {
    next_word(rest);
  }
  process.start_ticks = number_in<std::uint64_t>(next_word(rest));
  return process;
}

std::vector<Process> list_processes() {
  std::vector<Process> processes;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory{opendir("/proc"), &closedir};
  if (!directory) {
    return processes;
  }
  while (const dirent* entry = readdir(directory.get())) {
    const auto pid = number_in<pid_t>(std::string_view{&entry->d_name[0]});
    if (pid <= 0) {
      continue;
    }
    if (const std::optional<Process> process = read_process(pid)) {
      processes.push_back(*process);
    }
  }
  std::ranges::sort(processes, {}, &Process::pid);
  return processes;
}

std::vector<Process> trees(const std::vector<Process>& processes,
                           const std::function<bool(const Process&)>& belongs) {
  std::set<pid_t> members;
  for (const Process& process : processes) {
    if (belongs(process)) {
      members.insert(process.pid);
    }
  }
  for (bool grown = !members.empty(); grown;) {
    grown = false;
    for (const Process& process : processes) {
      if (members.contains(process.parent)) {
        grown |= members.insert(process.pid).second;
      }
    }
  }
  std::vector<Process> found;
  std::ranges::copy_if(processes, std::back_inserter(found), [&](const Process& process) {
    return !process.zombie && members.contains(process.pid);
  });
  return found;
}

void send_signal(const Process& process, int signal) {
  const auto handle = static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0));
  if (handle < 0) {
    if (errno == ENOSYS || errno == EPERM) {
      kill(process.pid, signal);
    }
    return;
  }
  const std::optional<Process> now = read_process(process.pid);
  if (now && now->start_ticks == process.start_ticks) {
    syscall(SYS_pidfd_send_signal, handle, signal, nullptr, 0);
  }
  close(handle);
}

std::optional<std::string> initial_variable(pid_t pid, const std::string& name) {
  constexpr std::size_t longest_environment = std::size_t{4} << 20;
  const std::string environment =
      read_whole("/proc/" + std::to_string(pid) + "/environ", longest_environment).value_or("");
  const std::string head = name + "=";
  for (std::size_t at = 0; at < environment.size();) {
    const std::size_t end = std::min(environment.find('\0', at), environment.size());
    if (environment.compare(at, head.size(), head) == 0) {
      return environment.substr(at + head.size(), end - at - head.size());
    }
    at = end + 1;
  }
  return std::nullopt;
}

bool is_supervisor(pid_t pid) {
  constexpr std::size_t enough = 65536;
  constexpr std::string_view mark("\0exec\0--supervisor\0", 19);
  const std::string arguments =
      read_whole("/proc/" + std::to_string(pid) + "/cmdline", enough).value_or("");
  return arguments.find(mark) != std::string::npos;
}

void kill_descendants() {
  constexpr std::chrono::seconds longest_death{10};
  const pid_t self = getpid();
  const auto begin = std::chrono::steady_clock::now();
  // No child is left once waitpid says so; a zombie's children come to us with its end.
  while (waitpid(-1, nullptr, WNOHANG) >= 0) {
    const auto now = std::chrono::steady_clock::now();
    if (now > begin + longest_death) {
      return;
    }
    for (const Process& process :
         trees(list_processes(), [&](const Process& each) { return each.parent == self; })) {
      if (now > begin + longest_step_end || !is_srun(process.pid)) {
        send_signal(process, SIGKILL);
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
}

std::optional<std::vector<pid_t>> own_children() {
  constexpr std::size_t longest_list = std::size_t{1} << 20;
  const std::optional<std::string> text = read_whole("/proc/thread-self/children", longest_list);
  if (!text) {
    return std::nullopt;
  }
  std::vector<pid_t> children;
  std::string_view rest = *text;
  for (std::string_view word = next_word(rest); !word.empty(); word = next_word(rest)) {
    children.push_back(number_in<pid_t>(word));
  }
  return children;
}

std::vector<Swept> sweep(const std::filesystem::path& directory, int patience_ms) {
  const std::set<pid_t> line = own_line();
  std::vector<Swept> swept;
  std::set<pid_t> known;
  const auto begin = std::chrono::steady_clock::now();
  const auto deadline = begin + std::chrono::milliseconds{patience_ms};
  while (true) {
    const std::vector<Process> all = list_processes();
    const std::vector<Process> ours =
        trees(all, [](const Process& process) { return process.pid == getpid(); });
    std::set<pid_t> spared = line;
    std::ranges::transform(ours, std::inserter(spared, spared.end()), &Process::pid);
    const std::vector<Process> left = trees(all, [&](const Process& process) {
      const std::optional<std::string> place =
          spared.contains(process.pid) ? std::nullopt
                                       : initial_variable(process.pid, "DIWAN_TRIAL_DIR");
      if (!place || !lies_below(*place, directory)) {
        return false;
      }
      if (known.insert(process.pid).second) {
        swept.push_back({process.pid, *place});
      }
      return true;
    });
    const auto now = std::chrono::steady_clock::now();
    if (left.empty() || now > deadline) {
      return swept;
    }
    for (const Process& process : left) {
      if (!spared.contains(process.pid) &&
          (now > begin + longest_step_end || !is_srun(process.pid))) {
        send_signal(process, SIGKILL);
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

}  // namespace diwan
