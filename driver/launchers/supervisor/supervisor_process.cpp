// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/supervisor_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/launchers/clock.hpp"
#include "driver/launchers/supervisor/process_tree.hpp"

namespace diwan {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// KILL takes effect at once unless a process hangs in the kernel; the supervisor waits 10 s for
/// those.
constexpr milliseconds longest_shutdown{12000};
constexpr milliseconds longest_burial{2000};

void check(int error, const char* call) {
  if (error != 0) {
    throw std::system_error{error, std::generic_category(), call};
  }
}

/// In a session of its own from its first instruction on: Ctrl-C at the terminal is not for it.
pid_t spawn_supervisor(const std::filesystem::path& program, int socket) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  check(posix_spawnattr_init(&attributes), "posix_spawnattr_init");
  check(posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  // To another number, since that makes a descriptor survive exec.
  const int inherited = socket + 1;
  posix_spawn_file_actions_adddup2(&actions, socket, inherited);
  std::array<std::string, 4> words = {program.native(), "exec", "--supervisor",
                                      std::to_string(inherited)};
  std::array<char*, 5> argv = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                               nullptr};
  pid_t pid = -1;
  const int error = posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    throw std::system_error{error, std::generic_category(),
                            "cannot start the trial supervisor " + program.native()};
  }
  return pid;
}

}  // namespace

SupervisorProcess::SupervisorProcess(const std::filesystem::path& program) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::system_error{errno, std::generic_category(), "socketpair"};
  }
  socket_ = ends[0];
  try {
    pid_ = spawn_supervisor(program, ends[1]);
  } catch (...) {
    close(ends[0]);
    close(ends[1]);
    throw;
  }
  close(ends[1]);
  alive_ = true;
  if (const std::optional<Process> process = read_process(pid_)) {
    start_ticks_ = process->start_ticks;
  }
}

SupervisorProcess::~SupervisorProcess() {
  if (alive_) {
    encode(Shutdown{.now = true}, outgoing_.queue());
    if (!wait_for_end(longest_shutdown)) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
      kill_remains();
    }
  }
  close(socket_);
}

bool SupervisorProcess::wait_for_end(milliseconds patience) {
  const auto deadline = steady_clock::now() + patience;
  constexpr std::size_t at_once = std::size_t{1} << 20;
  while (steady_clock::now() < deadline) {
    const bool open = outgoing_.flush(socket_);
    pollfd entry{.fd = socket_, .events = POLLIN, .revents = 0};
    if (pending()) {
      entry.events |= POLLOUT;
    }
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (read_socket(socket_, at_once).gone || !open) {
      waitpid(pid_, nullptr, 0);
      return true;
    }
  }
  return false;
}

void SupervisorProcess::send(const Message& message) { send_frames(encode(message)); }

void SupervisorProcess::send_frames(std::string_view frames) {
  note_sent(frames);
  outgoing_.queue() += frames;
  flush();
}

void SupervisorProcess::flush() {
  if (alive_) {
    // That the other end is gone shows when we read.
    outgoing_.flush(socket_);
  }
}

void SupervisorProcess::note_sent(std::string_view frames) {
  while (const std::optional<std::string_view> frame = next_frame(frames)) {
    const MessageType type = type_of(*frame);
    if (type == MessageType::start) {
      if (const std::optional<RunKey> run = run_of(*frame)) {
        live_.insert(*run);
      }
    } else if (type == MessageType::shutdown) {
      dismissed_ = true;
    }
  }
}

void SupervisorProcess::note_received(std::string_view frame) {
  const MessageType type = type_of(frame);
  if (type == MessageType::started) {
    const auto started = std::get<Started>(decode(frame));
    leaders_[started.run] = static_cast<pid_t>(started.pid);
  } else if (type == MessageType::ended) {
    if (const std::optional<RunKey> run = run_of(frame)) {
      live_.erase(*run);
      leaders_.erase(*run);
    }
  }
}

std::string SupervisorProcess::receive_frames(std::size_t limit_bytes) {
  std::string frames;
  if (!alive_) {
    bury(frames);
    return frames;
  }
  const Received received = read_socket(socket_, limit_bytes);
  incoming_.append(received.bytes);
  bool broken = false;
  try {
    while (const std::optional<std::string_view> frame = incoming_.next()) {
      note_received(*frame);
      frames += *frame;
    }
  } catch (const ProtocolError&) {
    broken = true;
  }
  if (received.gone || broken) {
    const int status = wait_status(received.gone ? longest_burial : milliseconds{0});
    alive_ = false;
    kill_remains();
    failed_ = broken || !dismissed_ || !live_.empty();
    if (!failed_) {
      return frames;
    }
    encode(Notice{"the trial supervisor (process " + std::to_string(pid_) + ") is gone" +
                  (WIFSIGNALED(status) && !broken
                       ? ", ended by signal " + std::to_string(WTERMSIG(status))
                       : std::string{}) +
                  "; its trials were ended"},
           frames);
    bury(frames);
  }
  return frames;
}

/// How it ended; killed if it has not after `patience`. Its guardian ends as it did, when nothing
/// is left of its trials.
int SupervisorProcess::wait_status(milliseconds patience) {
  const auto deadline = steady_clock::now() + patience;
  int status = 0;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (steady_clock::now() >= deadline) {
      kill(pid_, SIGKILL);
      waitpid(pid_, &status, 0);
      break;
    }
    std::this_thread::sleep_for(milliseconds{2});
  }
  return status;
}

/// Says of each run that it is lost.
void SupervisorProcess::bury(std::string& frames) {
  for (const RunKey run : std::exchange(live_, {})) {
    Ended ended;
    ended.run = run;
    ended.outcome = RunOutcome::lost;
    ended.at = wall_clock();
    ended.reason = "its supervisor was gone";
    encode(ended, frames);
  }
  leaders_.clear();
}

/// The leaders die with the supervisor; what they left are children of ours now. We start nothing
/// in a session of its own but supervisors, so that a younger child in another session is one of
/// those, whatever it did to hide.
void SupervisorProcess::kill_remains() {
  const pid_t self = getpid();
  const pid_t own_session = getsid(0);
  std::set<pid_t> sessions;
  for (const auto& [run, leader] : leaders_) {
    sessions.insert(leader);
  }
  const auto of_a_trial = [&](const Process& process) {
    return sessions.contains(process.session) ||
           (process.parent == self && process.session != own_session &&
            process.start_ticks >= start_ticks_ && !is_supervisor(process.pid));
  };
  std::set<pid_t> ours = sessions;
  const auto deadline = steady_clock::now() + longest_burial;
  while (true) {
    const std::vector<Process> left = trees(list_processes(), of_a_trial);
    for (const Process& process : left) {
      ours.insert(process.pid);
      send_signal(process, SIGKILL);
    }
    for (const pid_t pid : ours) {
      waitpid(pid, nullptr, WNOHANG);
    }
    if (left.empty() || steady_clock::now() > deadline) {
      return;
    }
    std::this_thread::sleep_for(milliseconds{2});
  }
}

std::vector<Message> SupervisorProcess::receive() {
  const std::string frames = receive_frames();
  std::vector<Message> messages;
  std::string_view rest = frames;
  while (const std::optional<std::string_view> frame = next_frame(rest)) {
    messages.push_back(decode(*frame));
  }
  return messages;
}

}  // namespace diwan
