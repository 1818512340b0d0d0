// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/announce/herald.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

namespace diwan {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t at_once = std::size_t{1} << 20;

void check(int error, const char* call) {
  if (error != 0) {
    throw std::system_error{error, std::generic_category(), call};
  }
}

}  // namespace

int start_herald(const std::filesystem::path& program) {
  std::array<int, 2> ends{};
  check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0 ? 0 : errno, "socketpair");
  // It stays in our session: what kills all that a dead supervisor left looks at others alone.
  posix_spawn_file_actions_t actions;
  check(posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  std::array<std::string, 4> words = {program.native(), "exec", "--herald",
                                      std::to_string(ends[1])};
  std::array<char*, 5> argv = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                               nullptr};
  pid_t pid = -1;
  const int error = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error != 0) {
    ::close(ends[0]);
    check(error, "cannot start the process that runs --on-best and --on-end");
  }
  return ends[0];
}

std::optional<int> inherited_herald() {
  const char* text = std::getenv(herald_variable);  // NOLINT(concurrency-mt-unsafe)
  int socket = -1;
  const std::string_view digits = text == nullptr ? "" : text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), socket);
  if (error != std::errc{} || end != digits.data() + digits.size() ||
      ::fcntl(socket, F_SETFD, FD_CLOEXEC) != 0) {
    return std::nullopt;
  }
  return socket;
}

Herald::Herald(int socket) : socket_(socket) { ::fcntl(socket_, F_SETFD, FD_CLOEXEC); }

Herald::~Herald() { ::close(socket_); }

void Herald::send(const AnnounceOrder& order) {
  outgoing_.queue() += encode(order);
  ++open_;
  if (!outgoing_.flush(socket_)) {
    failures_.push_back(order.option + ": the process that runs it is gone");
    open_ = 0;
  }
}

std::vector<std::string> Herald::failures() {
  receive();
  return std::exchange(failures_, {});
}

void Herald::wait(milliseconds patience) {
  const auto deadline = steady_clock::now() + patience;
  for (receive(); open_ > 0 && steady_clock::now() < deadline; receive()) {
    const pollfd waits_for{.fd = socket_, .events = POLLIN, .revents = 0};
    const pollfd writes_too{.fd = socket_, .events = POLLIN | POLLOUT, .revents = 0};
    pollfd entry = outgoing_.empty() ? waits_for : writes_too;
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
  }
}

void Herald::receive() {
  outgoing_.flush(socket_);
  const Received received = read_socket(socket_, at_once);
  incoming_ += received.bytes;
  for (std::size_t end = incoming_.find('\n'); end != std::string::npos;
       end = incoming_.find('\n')) {
    const auto told = decode_end(std::string_view(incoming_).substr(0, end));
    incoming_.erase(0, end + 1);
    open_ -= std::min<std::size_t>(open_, 1);
    if (told && !told->failure.empty()) {
      failures_.push_back(told->option + ": " + told->failure);
    }
  }
  if (received.gone) {
    open_ = 0;
  }
}

}  // namespace diwan
