// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/worker.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include "driver/launchers/mpi/backoff.hpp"
#include "driver/launchers/mpi/channel.hpp"
#include "driver/launchers/mpi/check.hpp"
#include "driver/launchers/mpi/dialogue.hpp"
#include "driver/launchers/mpi/doorbell.hpp"
#include "driver/launchers/mpi/start_watch.hpp"
#include "driver/launchers/mpi/world.hpp"

namespace diwan {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// A signal handler can reach nothing but static state.
volatile std::sig_atomic_t term_received = 0;

extern "C" void note_term(int /*signal*/) { term_received = 1; }

/// Rank 0 coordinates: mpirun sends it the same signals, so a worker leaves them alone.
void leave_signals_to_rank_0() {
  struct sigaction action {};
  action.sa_handler = note_term;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = SIG_IGN;
  for (const int signal : {SIGUSR1, SIGUSR2, SIGINT, SIGHUP, SIGPIPE}) {
    ::sigaction(signal, &action, nullptr);
  }
}

/// Bytes under way to rank 0 beyond which nothing more is read from the supervisor.
constexpr std::size_t backlog_limit_bytes = std::size_t{1} << 20;
/// How long rank 0 may take to prepare (read the journal, wait for an old owner) before it
/// welcomes.
constexpr auto patience_before_welcome = 10min;
/// How long a new directory may take to be seen through a network file system's caches.
constexpr auto patience_for_directory = 5s;
/// How long rank 0 has to answer a worker that was sent TERM, before the worker acts on its own.
constexpr auto patience_after_term = 300ms;

class Worker {
 public:
  Worker(MpiWorld& world, SupervisorProcess& supervisor)
      : channel_(world.channel()),
        doorbell_(world.doorbell()),
        supervisor_(supervisor),
        rank_(world.rank()) {}

  int run();

 private:
  void turn();
  void take_messages(Clock::time_point now);
  void handle(const mpi::Message& message);
  void look_at_directory(Clock::time_point now);
  void carry_reports(Clock::time_point now);
  void keep_in_touch(Clock::time_point now);
  void heed_term(Clock::time_point now);
  void wait();
  void say(mpi::Tag tag, std::string bytes = {});
  bool end_supervisor(bool now, milliseconds patience);
  int shut_down();
  [[noreturn]] void abandon(const std::string& why);

  mpi::Channel& channel_;
  const mpi::Doorbell& doorbell_;
  SupervisorProcess& supervisor_;
  int rank_;
  mpi::ProcessIdentity self_ = mpi::this_process();
  std::optional<mpi::Welcome> welcome_;
  bool rank_0_near_ = false;  ///< on our host, where ranks ring
  std::optional<Clock::time_point> directory_deadline_;
  std::optional<Clock::time_point> term_at_;
  mpi::Backoff backoff_;
  Clock::time_point heard_ = Clock::now();
  Clock::time_point said_ = Clock::now();
  Clock::time_point last_turn_ = Clock::now();
  Clock::time_point last_watch_{};
  bool supervisor_gone_said_ = false;
  bool shut_down_asked_ = false;
  bool term_heeded_ = false;
};

int Worker::run() {
  leave_signals_to_rank_0();
  say(mpi::hello, encode(mpi::Hello{.process = self_, .resources = find_host_resources()}));
  try {
    while (!shut_down_asked_) {
      turn();
      wait();
    }
    return shut_down();
  } catch (const mpi::MpiError& error) {
    abandon(error.what());
  }
}

void Worker::turn() {
  const auto now = Clock::now();
  if (now - last_turn_ > mpi::Tempo{}.gap) {
    // We were stopped, not rank 0: it gets its whole time again.
    heard_ = now;
  }
  last_turn_ = now;
  doorbell_.answer();
  channel_.progress();
  take_messages(now);
  carry_reports(now);
  look_at_directory(now);
  heed_term(now);
  keep_in_touch(now);
}

void Worker::say(mpi::Tag tag, std::string bytes) {
  channel_.send(0, tag, std::move(bytes));
  said_ = Clock::now();
  if (rank_0_near_ && tag != mpi::heartbeat) {
    mpi::Doorbell::ring(welcome_->coordinator);
  }
}

void Worker::take_messages(Clock::time_point now) {
  while (const auto message = channel_.receive()) {
    heard_ = now;
    if (message->tag != mpi::heartbeat) {
      backoff_.event(now);
    }
    handle(*message);
  }
}

void Worker::handle(const mpi::Message& message) {
  switch (message.tag) {
    case mpi::welcome:
      welcome_ = mpi::decode_welcome(message.bytes);
      rank_0_near_ = mpi::same_host(welcome_->coordinator, self_);
      directory_deadline_ = Clock::now() + patience_for_directory;
      break;
    case mpi::frames:
      if (supervisor_.alive()) {
        supervisor_.send_frames(message.bytes);
      }
      break;
    case mpi::shut_down:
      shut_down_asked_ = true;
      break;
    case mpi::begone:
      abandon("rank 0 had taken this worker for dead");
    default:
      break;
  }
}

void Worker::look_at_directory(Clock::time_point now) {
  if (!directory_deadline_) {
    return;
  }
  const auto wrong = mpi::not_the_same(welcome_->directory);
  if (!wrong) {
    say(mpi::ready);
  } else if (now >= *directory_deadline_) {
    say(mpi::refused, *wrong);
  } else {
    return;
  }
  directory_deadline_.reset();
}

void Worker::carry_reports(Clock::time_point now) {
  if (supervisor_gone_said_ || channel_.backlog_bytes(0) >= backlog_limit_bytes) {
    return;
  }
  supervisor_.flush();
  std::string frames = supervisor_.receive_frames(mpi::Channel::message_bytes);
  if (!frames.empty()) {
    backoff_.event(now);
    say(mpi::frames, std::move(frames));
  } else if (!supervisor_.alive()) {
    supervisor_gone_said_ = true;
    say(mpi::supervisor_gone);
  }
}

void Worker::keep_in_touch(Clock::time_point now) {
  const mpi::Tempo tempo = welcome_ ? welcome_->tempo : mpi::Tempo{};
  // Something under way shows that we live as soon as rank 0 looks.
  if (now - said_ >= tempo.heartbeat && channel_.backlog_bytes(0) == 0) {
    say(mpi::heartbeat);
  }
  if (now - last_watch_ < tempo.heartbeat) {
    return;
  }
  last_watch_ = now;
  const auto silence = now - heard_;
  if (!welcome_) {
    if (mpi::rank_0_gone_here(static_cast<std::uint32_t>(rank_), present_variables())) {
      abandon("rank 0 ended before it had begun");
    }
    if (silence > patience_before_welcome) {
      abandon("rank 0 did not come to start anything within 10 min");
    }
    return;
  }
  const auto alive = mpi::alive(welcome_->coordinator, self_);
  if (alive == false) {
    abandon("rank 0 died");
  }
  // Rank 0 may be held up by a slow disk; where we see that it lives, it is not gone.
  if (silence > tempo.silence && alive != true) {
    abandon("nothing from rank 0 for " +
            std::to_string(std::chrono::duration_cast<milliseconds>(silence).count()) + " ms");
  }
}

/// mpirun is about to end everything, and rank 0 decides what becomes of the trials, if it is
/// there.
void Worker::heed_term(Clock::time_point now) {
  if (term_received != 0 && !term_at_) {
    term_at_ = now;
    say(mpi::warned);
  }
  if (!term_at_ || term_heeded_ || now - *term_at_ < patience_after_term) {
    return;
  }
  term_heeded_ = true;
  if (heard_ <= *term_at_ && supervisor_.alive()) {
    const auto left = mpirun_grace(present_variables()).value_or(10s) - patience_after_term;
    supervisor_.send(SetGrace{std::max<milliseconds>(left, 0ms)});
    supervisor_.send(Shutdown{.now = false});
  }
}

void Worker::wait() {
  const auto delay = backoff_.next(Clock::now(), rank_0_near_ && !channel_.transferring());
  const bool read = supervisor_.alive() && channel_.backlog_bytes(0) < backlog_limit_bytes;
  std::array<pollfd, 2> descriptors = {
      pollfd{
          .fd = read || supervisor_.pending() ? supervisor_.descriptor() : -1,
          .events = static_cast<short>((read ? POLLIN : 0) | (supervisor_.pending() ? POLLOUT : 0)),
          .revents = 0},
      pollfd{.fd = doorbell_.descriptor(), .events = POLLIN, .revents = 0}};
  const timespec timeout{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(delay).count()};
  ::ppoll(descriptors.data(), descriptors.size(), &timeout, nullptr);
}

/// Whether the supervisor and its trials ended in time.
bool Worker::end_supervisor(bool now, milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  if (supervisor_.alive()) {
    supervisor_.send(Shutdown{.now = now});
  }
  while (supervisor_.alive() && Clock::now() < deadline) {
    supervisor_.flush();
    static_cast<void>(supervisor_.receive_frames());
    pollfd descriptor{.fd = supervisor_.descriptor(), .events = POLLIN, .revents = 0};
    ::poll(&descriptor, 1, 20);
  }
  return !supervisor_.alive();
}

int Worker::shut_down() {
  end_supervisor(true, mpi::Tempo{}.farewell - 1s);
  say(mpi::farewell);
  const auto deadline = Clock::now() + 1s;
  while (channel_.backlog_bytes(0) != 0 && Clock::now() < deadline) {
    channel_.progress();
    while (channel_.receive()) {
    }
    ::usleep(1000);
  }
  return 0;
}

void Worker::abandon(const std::string& why) {
  std::cerr << "diwan: worker rank " << rank_ << " on " << self_.host << ": " << why
            << "; ending its trials and itself\n";
  if (supervisor_.alive()) {
    supervisor_.send(SetGrace{1s});
  }
  if (!end_supervisor(false, 2s)) {
    end_supervisor(true, 2s);
  }
  // Without rank 0 MPI_Finalize would wait for ever.
  ::_exit(1);
}

}  // namespace

std::unique_ptr<SupervisorProcess> supervisor_before_mpi(const std::filesystem::path& program,
                                                         const Variables& variables) {
  return early_rank(variables) == 0U ? nullptr : std::make_unique<SupervisorProcess>(program);
}

int mpi_worker_main(MpiWorld& world, SupervisorProcess& supervisor) {
  return Worker(world, supervisor).run();
}

}  // namespace diwan
