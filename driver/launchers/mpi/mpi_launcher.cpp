// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/mpi_launcher.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <deque>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <poll.h>

#include "driver/core/counted.hpp"
#include "driver/launchers/mpi/crew.hpp"
#include "driver/launchers/mpi/doorbell.hpp"
#include "driver/launchers/mpi/places.hpp"
#include "driver/launchers/mpi/shares.hpp"
#include "driver/launchers/supervisor/protocol.hpp"

namespace diwan {
namespace {

using mpi::Crew;
using std::chrono::microseconds;

Time wall_clock() {
  return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
}

/// A supervisor whose worker died gives its trials a second to save their work and writes down how
/// they ended: until then they are neither lost nor safe to start again.
constexpr auto settling = std::chrono::seconds(2);

class MpiLauncher final : public Launcher {
 public:
  MpiLauncher(RunSettings settings, MpiWorld& world, const MpiOptions& options);

  std::string_view name() const override { return "mpi"; }
  std::string where() const override;
  std::uint32_t capacity() const override { return places_.capacity(); }
  std::string idle_at(std::uint32_t runs) const override;
  void submit(std::span<const Launch> launches) override;
  void cancel(std::span<const RunKey> runs, bool now) override;
  std::vector<Report> poll(microseconds patience) override;
  std::vector<Notice> notices() override { return std::exchange(notices_, {}); }
  int wake_descriptor() const override { return bell_.descriptor(); }
  microseconds longest_sleep() override { return crew_.delay(); }
  void set_grace(std::chrono::milliseconds grace) override;

 private:
  void greet_all();
  void turn();
  void take(const Crew::News& news);
  void take_frames(int rank, const std::string& bytes);
  void take_report(int rank, Message message);
  void close(int rank, const std::string& reason);
  void report_losses();
  void start_waiting();

  RunSettings settings_;
  std::uint32_t trials_per_rank_;
  const mpi::Doorbell& bell_;
  Crew crew_;
  mpi::Places places_;
  std::map<int, std::size_t> slots_;    ///< that each rank has resources for
  std::map<int, FrameBuffer> streams_;  ///< of each worker's supervisor
  std::deque<Launch> waiting_;          ///< for a free slot
  struct Loss {
    RunKey run;
    std::string reason;
    Crew::Clock::time_point due;
  };
  std::deque<Loss> losses_;  ///< to be reported, earliest first
  std::vector<Report> reports_;
  std::vector<Notice> notices_;
  std::string refusals_;
};

MpiLauncher::MpiLauncher(RunSettings settings, MpiWorld& world, const MpiOptions& options)
    : settings_(std::move(settings)),
      trials_per_rank_(options.trials_per_rank),
      bell_(world.doorbell()),
      crew_(world, options.tempo) {
  crew_.meet();
  greet_all();
  crew_.await_answers();
  turn();
  if (!refusals_.empty()) {
    throw std::runtime_error(refusals_);
  }
  if (!crew_.working()) {
    throw std::runtime_error("mpi: none of the " + std::to_string(world.size() - 1) +
                             " workers answered; start all ranks with the same command "
                             "(mpirun -n N diwan run …)");
  }
}

void MpiLauncher::greet_all() {
  const auto directory = mpi::mark_of(settings_.directory);
  const mpi::Demand demand{
      .slots_per_rank = trials_per_rank_, .cpus = settings_.cpus, .gpus = settings_.gpus};
  const auto shares = mpi::share_hosts(crew_.present(), demand);
  for (const std::string& line : mpi::shortages(crew_.present(), shares, demand)) {
    notices_.push_back({line});
  }
  for (const auto& [rank, slots] : shares) {
    slots_[rank] = slots.size();
    std::string frames = encode(Configure{settings_});
    encode(Share{slots}, frames);
    crew_.greet(rank, directory, std::move(frames));
  }
}

void MpiLauncher::submit(std::span<const Launch> launches) {
  for (const Launch& launch : launches) {
    const bool waits = std::any_of(waiting_.begin(), waiting_.end(),
                                   [&](const Launch& other) { return other.run == launch.run; });
    if (!waits && !places_.find(launch.run)) {
      waiting_.push_back(launch);
    }
  }
  start_waiting();
}

std::string MpiLauncher::where() const {
  std::set<std::string> hosts;
  std::size_t workers = 0;
  for (const auto& [rank, hello] : crew_.present()) {
    if (const auto slots = slots_.find(rank); slots != slots_.end() && slots->second > 0) {
      hosts.insert(hello.process.host);
      ++workers;
    }
  }
  return "on " + counted(workers, "worker") + " of " +
         (hosts.size() == 1 ? *hosts.begin() : counted(hosts.size(), "host"));
}

/// Runs go to the rank with the most free slots, the first of equals: those behind the first
/// `runs` never are that.
std::string MpiLauncher::idle_at(std::uint32_t runs) const {
  std::vector<int> idle;
  std::uint32_t before = 0;
  for (const int rank : places_.ranks()) {
    const bool has_slots = slots_.at(rank) > 0;
    if (!has_slots || before >= runs) {
      idle.push_back(rank);
    }
    before += has_slots ? 1 : 0;
  }
  std::string names;
  for (const int rank : idle) {
    names += (names.empty() ? "" : ", ") + crew_.title(rank);
  }
  return names;
}

void MpiLauncher::start_waiting() {
  while (!waiting_.empty()) {
    const auto place = places_.take(waiting_.front().run);
    if (!place) {
      return;
    }
    const auto slot = static_cast<std::uint32_t>(place->slot);
    crew_.send_frames(place->rank,
                      encode(Start{.launch = std::move(waiting_.front()), .slot = slot}));
    waiting_.pop_front();
  }
}

void MpiLauncher::cancel(std::span<const RunKey> runs, bool now) {
  for (const RunKey run : runs) {
    if (const auto place = places_.find(run)) {
      crew_.send_frames(place->rank, encode(CancelRun{.run = run, .now = now}));
    }
    if (std::erase_if(waiting_, [&](const Launch& launch) { return launch.run == run; }) != 0) {
      reports_.emplace_back(Ended{.run = run,
                                  .outcome = RunOutcome::stopped,
                                  .at = wall_clock(),
                                  .exit_code = {},
                                  .signal = {},
                                  .reason = "stopped before it started",
                                  .cause = LostCause::own_stop,
                                  .usage = {}});
    }
  }
}

void MpiLauncher::set_grace(std::chrono::milliseconds grace) {
  settings_.grace = grace;
  for (const auto& [rank, hello] : crew_.present()) {
    crew_.send_frames(rank, encode(SetGrace{grace}));
  }
}

std::vector<Report> MpiLauncher::poll(microseconds patience) {
  const auto deadline = Crew::Clock::now() + patience;
  while (true) {
    turn();
    if (!reports_.empty() || !notices_.empty()) {
      break;
    }
    if (!crew_.working() && losses_.empty()) {
      throw std::runtime_error("mpi: no worker is left; the same command goes on from here");
    }
    const auto now = Crew::Clock::now();
    if (now >= deadline) {
      break;
    }
    const auto delay = std::min<std::chrono::nanoseconds>(crew_.delay(), deadline - now);
    const timespec sleep{.tv_sec = 0, .tv_nsec = delay.count()};
    pollfd bell{.fd = bell_.descriptor(), .events = POLLIN, .revents = 0};
    if (::ppoll(&bell, 1, &sleep, nullptr) < 0 && errno == EINTR) {
      break;  // a signal: the caller wants to look at it
    }
  }
  return std::exchange(reports_, {});
}

void MpiLauncher::turn() {
  for (const Crew::News& news : crew_.turn()) {
    take(news);
  }
  report_losses();
}

void MpiLauncher::report_losses() {
  for (const auto now = Crew::Clock::now(); !losses_.empty() && losses_.front().due <= now;
       losses_.pop_front()) {
    reports_.emplace_back(Ended{.run = losses_.front().run,
                                .outcome = RunOutcome::lost,
                                .at = wall_clock(),
                                .exit_code = {},
                                .signal = {},
                                .reason = losses_.front().reason,
                                .cause = LostCause::node_gone,
                                .usage = {}});
  }
}

void MpiLauncher::take(const Crew::News& news) {
  using Kind = Crew::News::Kind;
  const std::string who = crew_.title(news.rank);
  switch (news.kind) {
    case Kind::frames:
      take_frames(news.rank, news.text);
      break;
    case Kind::ready:
      places_.open(news.rank, slots_[news.rank]);
      break;
    case Kind::refused:
      refusals_ += (refusals_.empty() ? "" : "\n") + who + ": " + news.text;
      break;
    case Kind::supervisor:
      close(news.rank, who + " lost its supervisor");
      break;
    case Kind::gone:
      close(news.rank, who + " is gone: " + news.text);
      break;
  }
}

void MpiLauncher::take_frames(int rank, const std::string& bytes) {
  FrameBuffer& stream = streams_[rank];
  stream.append(bytes);
  try {
    while (const auto frame = stream.next()) {
      take_report(rank, decode(*frame));
    }
  } catch (const ProtocolError& error) {
    crew_.give_up(rank, std::string("it sent what is no report (") + error.what() + ")");
  }
}

void MpiLauncher::take_report(int rank, Message message) {
  if (auto* started = std::get_if<Started>(&message)) {
    reports_.emplace_back(std::move(*started));
  } else if (auto* observed = std::get_if<Observed>(&message)) {
    reports_.emplace_back(std::move(*observed));
  } else if (auto* ended = std::get_if<Ended>(&message)) {
    places_.release(ended->run);
    reports_.emplace_back(std::move(*ended));
    start_waiting();
  } else if (auto* notice = std::get_if<Notice>(&message)) {
    notices_.push_back({crew_.title(rank) + ": " + notice->text});
  }
}

/// No more runs for `rank`; those it had are lost once its supervisor can be taken for gone.
void MpiLauncher::close(int rank, const std::string& reason) {
  for (const RunKey run : places_.close(rank)) {
    losses_.push_back({.run = run, .reason = reason, .due = Crew::Clock::now() + settling});
  }
  notices_.push_back(
      {reason + "; " + std::to_string(capacity()) + " trials at a time from now on"});
}

}  // namespace

std::unique_ptr<Launcher> make_mpi_launcher(RunSettings settings, MpiWorld& world,
                                            const MpiOptions& options) {
  return std::make_unique<MpiLauncher>(std::move(settings), world, options);
}

}  // namespace diwan
