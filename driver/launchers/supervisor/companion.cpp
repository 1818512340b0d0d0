// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/companion.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/launchers/supervisor/descriptor.hpp"
#include "driver/launchers/supervisor/error_text.hpp"

namespace diwan {

namespace {

/// What is read from the source at a time, and how much of it a pipe takes where that is allowed.
constexpr std::size_t piece_bytes = std::size_t{256} << 10;

int open_log(const std::filesystem::path& path) {
  return open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
}

}  // namespace

Companion::Companion(std::filesystem::path source, std::filesystem::path output,
                     std::filesystem::path error)
    : source_{std::move(source)}, output_{std::move(output)}, error_{std::move(error)} {}

Companion::~Companion() { close_input(); }

void Companion::close_input() {
  if (input_ >= 0) {
    close(input_);
    input_ = -1;
  }
}

void Companion::begin(Spawner& spawner, SpawnOrder order) {
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) {
    problem_ = "no pipe for its input: " + error_text(errno);
    return;
  }
  const Descriptor theirs{pipe[0]};
  input_ = pipe[1];
  fcntl(input_, F_SETFL, O_NONBLOCK);
  fcntl(input_, F_SETPIPE_SZ, static_cast<int>(piece_bytes));  // or as it is
  const Descriptor output{open_log(output_)};
  const Descriptor error{open_log(error_)};
  if (*output < 0 || *error < 0) {
    problem_ = "its output cannot be written: " + error_text(errno);
    close_input();
    return;
  }
  order.input = *theirs;
  order.output = *output;
  order.error = *error;
  const Spawned spawned = spawner.spawn(order);
  if (spawned.error == 0) {
    pid_ = spawned.pid;
    return;
  }
  if (spawned.pid > 0) {
    waitpid(spawned.pid, nullptr, 0);
  }
  problem_ = order.program + ": " + error_text(spawned.error);
  close_input();
}

bool Companion::feed() {
  constexpr int most_pieces = 4;  // then other runs have their turn
  bool found = false;
  for (int piece = 0; input_ >= 0 && piece < most_pieces; ++piece) {
    if (at_ == pending_.size()) {
      pending_.clear();
      at_ = 0;
      source_.read([this](std::string_view bytes) { pending_ += bytes; }, piece_bytes);
    }
    if (pending_.empty()) {
      if (source_complete) {
        close_input();
      }
      break;
    }
    if (!write_on()) {
      break;
    }
    found = true;
  }
  return found;
}

bool Companion::write_on() {
  const ssize_t size = write(input_, pending_.data() + at_, pending_.size() - at_);
  if (size > 0) {
    at_ += static_cast<std::size_t>(size);
    return true;
  }
  if (size < 0 && errno != EAGAIN && errno != EINTR) {
    close_input();  // EPIPE: it wants no more
  }
  return false;
}

void Companion::exited(int wait_status) {
  ended_ = true;
  killed_ = kill_since.has_value();
  left_unread_ = input_ >= 0;
  wait_status_ = wait_status;
  close_input();
}

std::string Companion::problem() const {
  if (!problem_.empty()) {
    return "it could not be started: " + problem_;
  }
  if (killed_) {
    return std::string("it had not ended in the grace time after the trial") +
           (left_unread_ ? ", nor read all of its input" : "") + ", and was killed";
  }
  if (!ended_) {
    return {};
  }
  if (WIFSIGNALED(wait_status_)) {
    return "it died by signal " + std::to_string(WTERMSIG(wait_status_)) + " (" +
           strsignal(WTERMSIG(wait_status_)) + ")";
  }
  const int status = WEXITSTATUS(wait_status_);
  return status == 0 ? "" : "it ended with exit status " + std::to_string(status);
}

}  // namespace diwan
