// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/supervisor_loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/launchers/clock.hpp"
#include "driver/launchers/supervisor/recover.hpp"

namespace diwan {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How often the files that runs write are looked at, and how long an observation waits at most.
constexpr milliseconds look_pause{50};
/// While ends are near.
constexpr milliseconds haste_pause{5};
/// A start and values wait so long for company: those of a short trial then leave as one with its
/// end, for which nobody need wake twice.
constexpr milliseconds company_pause{5};
/// With so much unread by the client, the streams are left to fill until it has come down to the
/// second.
constexpr std::size_t pause_above = std::size_t{1} << 20;
constexpr std::size_t resume_below = std::size_t{1} << 18;
/// Logs that shall not be kept stay until the coordinator must have written down what they said.
constexpr std::chrono::seconds discard_after{10};
constexpr milliseconds last_grace{1000};

int open_null_device() {
  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    throw std::system_error{errno, std::generic_category(), "open /dev/null"};
  }
  return file;
}

std::string this_host() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

SupervisorLoop::SupervisorLoop(int socket, std::vector<std::string> environment)
    : socket_{socket},
      attention_{socket},
      null_device_{open_null_device()},
      environment_{std::move(environment)} {}

void SupervisorLoop::run() {
  while (!closing_ || !runs_.empty() || runs_.strays() || (!outbox_.empty() && !client_gone_)) {
    wait_and_read();
    work(steady_clock::now());
  }
}

int SupervisorLoop::patience() const {
  const SteadyTime now = steady_clock::now();
  std::optional<SteadyTime> until;
  const auto no_later_than = [&](SteadyTime time) { until = std::min(until.value_or(time), time); };
  if (runs_.in_haste() || (runs_.empty() && runs_.strays())) {
    no_later_than(now + haste_pause);
  }
  if (!runs_.empty()) {
    no_later_than(std::max(next_look_, now));
  }
  if (!discards_.empty()) {
    no_later_than(discards_.front().at);
  }
  if (held_until_) {
    no_later_than(*held_until_);
  }
  if (!until) {
    return -1;
  }
  return static_cast<int>(
      std::max<std::int64_t>(std::chrono::ceil<milliseconds>(*until - now).count(), 0));
}

void SupervisorLoop::wait_and_read() {
  const Attention::News news = attention_.wait(patience());
  for (const auto& [number, which] : news.streams) {
    Run* run = runs_.find(number);
    if (run != nullptr && run->stream(which) >= 0 && !paused_ && !run->read_stream(which)) {
      attention_.unwatch_stream(*run, which);
      run->close_stream(which);
    }
  }
  // After the streams: what a run said last is then known when its end is.
  if (news.children) {
    runs_.reap();
  }
  if (news.client && !client_gone_) {
    read_messages();
  }
}

void SupervisorLoop::read_messages() {
  constexpr std::size_t at_once = std::size_t{1} << 20;
  const Received received = read_socket(socket_, at_once);
  incoming_.append(received.bytes);
  while (const std::optional<std::string_view> frame = incoming_.next()) {
    const Message message = decode(*frame);
    std::visit([this](const auto& value) { on(value); }, message);
  }
  // Together: each stop walks over all processes once.
  for (auto [keys, grace] : {std::pair{&cancelled_, grace_}, {&cancelled_now_, milliseconds{0}}}) {
    std::vector<Run*> found;
    for (const RunKey key : std::exchange(*keys, {})) {
      if (Run* run = runs_.find(key); run != nullptr) {
        found.push_back(run);
      }
    }
    runs_.stop(found, StopCause::cancelled, grace);
  }
  if (received.gone) {
    client_is_gone();
  }
}

void SupervisorLoop::client_is_gone() {
  client_gone_ = true;
  closing_ = true;
  attention_.leave_client();
  pause_streams(false);
  std::vector<Run*> all;
  for (const auto& [key, run] : runs_.all()) {
    all.push_back(run.get());
  }
  runs_.stop(all, StopCause::client_gone, std::min(grace_, last_grace));
}

void SupervisorLoop::work(SteadyTime now) {
  for (const auto& [key, run] : runs_.all()) {
    // An observation goes at once when the last went some time ago, else with the next look.
    if (run->has_observations() && now - run->last_taken >= look_pause) {
      say_observations(*run, now);
    }
  }
  if (now >= next_look_ && !runs_.empty() && !paused_) {
    look_at_files(now);
  }
  finish_runs();
  if (runs_.empty() && runs_.strays()) {
    runs_.kill_strays();
    runs_.reap();
  }
  discard_logs(now);
  flush();
}

void SupervisorLoop::look_at_files(SteadyTime now) {
  next_look_ = now + look_pause;
  for (const auto& [key, run] : runs_.all()) {
    if (run->look()) {
      next_look_ = now;
    }
    say_observations(*run, now);
  }
}

void SupervisorLoop::say_observations(Run& run, SteadyTime now) {
  if (!run.has_observations()) {
    return;
  }
  run.last_taken = now;
  for (Observed& batch : run.take_observations()) {
    if (!client_gone_) {
      say_soon(std::move(batch));
    }
  }
}

void SupervisorLoop::finish_runs() {
  for (const std::uint32_t number : runs_.settle(grace_, paused_)) {
    Run& run = *runs_.find(number);
    // A long file is read piece by piece, so that it never stands in memory whole.
    while (!paused_ && run.look()) {
      say_observations(run, steady_clock::now());
      flush();
    }
    if (!paused_) {
      finish(number);
    }
  }
  for (std::string& problem : runs_.take_problems()) {
    say(Notice{std::move(problem)});
  }
}

void SupervisorLoop::finish(std::uint32_t number) {
  std::vector<std::string> problems;
  const std::unique_ptr<Run> run = runs_.remove(number);
  attention_.unwatch_stream(*run, 0);
  attention_.unwatch_stream(*run, 1);
  Ended ended = run->finish(problems);
  say_observations(*run, steady_clock::now());
  for (std::string& problem : problems) {
    say(Notice{std::move(problem)});
  }
  const RunSettings::Keep keep = hosts_.back().settings.keep;
  const bool unwanted = keep == RunSettings::Keep::none || (keep == RunSettings::Keep::failed &&
                                                            ended.outcome == RunOutcome::succeeded);
  if (unwanted) {
    discards_.push_back({steady_clock::now() + discard_after, run->paths()});
  }
  say(std::move(ended));
}

void SupervisorLoop::discard_logs(SteadyTime now) {
  while (!discards_.empty() && now >= discards_.front().at) {
    const RunPaths paths = std::move(discards_.front().paths);
    discards_.pop_front();
    for (const std::filesystem::path& file : log_files(paths)) {
      unlink(file.c_str());
    }
  }
}

void SupervisorLoop::say(const Message& message) {
  encode(message, outbox_.queue());
  held_until_.reset();
}

void SupervisorLoop::say_soon(const Message& message) {
  if (outbox_.empty()) {
    held_until_ = steady_clock::now() + company_pause;
  }
  encode(message, outbox_.queue());
}

void SupervisorLoop::flush() {
  if (client_gone_) {
    outbox_.queue().clear();
    return;
  }
  if (held_until_ && outbox_.size() < resume_below && steady_clock::now() < *held_until_) {
    return;
  }
  held_until_.reset();
  if (!outbox_.flush(socket_)) {
    client_is_gone();
    return;
  }
  attention_.await_room(!outbox_.empty());
  if (outbox_.size() > pause_above) {
    pause_streams(true);
  } else if (outbox_.size() < resume_below) {
    pause_streams(false);
  }
}

void SupervisorLoop::pause_streams(bool pause) {
  if (pause == paused_) {
    return;
  }
  paused_ = pause;
  for (const auto& [number, run] : runs_.all()) {
    if (!pause) {
      attention_.watch_streams(number, *run);
      continue;
    }
    attention_.unwatch_stream(*run, 0);
    attention_.unwatch_stream(*run, 1);
  }
}

void SupervisorLoop::on(const Configure& message) {
  if (!hosts_.empty() && hosts_.back().settings == message.settings) {
    return;
  }
  hosts_.push_back({.settings = message.settings,
                    .environment = environment_,
                    .host = this_host(),
                    .slurm_job_id = variable("SLURM_JOB_ID"),
                    .null_device = *null_device_,
                    .spare = std::make_unique<SpareDirectories>()});
  grace_ = message.settings.grace;
  // Where it cannot be made, the first run says why.
  mkdir((message.settings.directory / "trials").c_str(), 0700);
}

void SupervisorLoop::on(const Start& message) {
  if (hosts_.empty()) {
    throw ProtocolError{"a run was to be started before the settings came"};
  }
  if (const Run* alive = runs_.find(message.launch.run); alive != nullptr) {
    say(alive->started());
    return;
  }
  if (closing_) {
    return;
  }
  SlotShare share = slots_.empty() ? SlotShare{} : slots_.at(message.slot % slots_.size());
  auto run =
      std::make_unique<Run>(hosts_.back(), message.launch, std::move(share), PortLease::take());
  try {
    if (run->prepare()) {
      say_known_end(*run);
      return;
    }
  } catch (const std::system_error& error) {
    Ended ended;
    ended.run = run->key();
    ended.outcome = RunOutcome::lost;
    ended.cause = LostCause::no_folder;
    ended.at = wall_clock();
    ended.reason = error.what();
    say(ended);
    return;
  }
  run->begin(spawner_);
  const bool lives = run->leader_lives();
  if (lives) {
    say_soon(run->started());
  }
  if (runs_.empty()) {
    next_look_ = steady_clock::now() + look_pause;
  }
  const std::uint32_t number = runs_.add(std::move(run));
  if (!lives) {
    finish(number);
  } else if (!paused_) {
    attention_.watch_streams(number, *runs_.find(number));
  }
}

void SupervisorLoop::say_known_end(const Run& run) {
  for (Report& report : recover(hosts_.back().settings, run.launch().trial_name, run.key())) {
    std::visit([this](auto& value) { say(std::move(value)); }, report);
  }
}

void SupervisorLoop::on(const CancelRun& message) {
  (message.now ? cancelled_now_ : cancelled_).push_back(message.run);
}

void SupervisorLoop::on(const Shutdown& message) {
  closing_ = true;
  for (const auto& [key, run] : runs_.all()) {
    (message.now ? cancelled_now_ : cancelled_).push_back(run->key());
  }
  for (Discard& discard : discards_) {
    discard.at = {};
  }
}

}  // namespace diwan
