// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/run.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collectors/skip_count.hpp"
#include "driver/launchers/clock.hpp"
#include "driver/launchers/supervisor/command_line.hpp"
#include "driver/launchers/supervisor/end_request.hpp"
#include "driver/launchers/supervisor/error_text.hpp"
#include "driver/launchers/supervisor/exit_record.hpp"
#include "driver/launchers/supervisor/run_end.hpp"
#include "driver/launchers/supervisor/step_folder.hpp"

namespace diwan {

namespace {

/// How often the folder of a step that has not begun is looked at.
constexpr std::chrono::milliseconds begin_look_pause{250};

constexpr Source source_of(int which) {
  return which == 0 ? Source::standard_output : Source::standard_error;
}

/// The clock by which the kernel stamps the start of processes.
std::uint64_t ticks_since_boot() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  const auto per_second = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  constexpr std::uint64_t nanoseconds = 1'000'000'000;
  return static_cast<std::uint64_t>(time.tv_sec) * per_second +
         static_cast<std::uint64_t>(time.tv_nsec) * per_second / nanoseconds;
}

/// @return errno, 0 when all was written.
int write_all(int file, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = write(file, bytes, size);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return written < 0 ? errno : ENOSPC;
    }
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return 0;
}

void close_descriptor(int& descriptor) {
  if (descriptor >= 0) {
    close(descriptor);
    descriptor = -1;
  }
}

}  // namespace

Run::Run(const RunHost& host, Launch launch, SlotShare share, std::optional<PortLease> port)
    : host_{&host},
      launch_{std::move(launch)},
      port_{std::move(port)},
      place_{.paths = run_paths(host.settings.directory, launch_.trial_name, launch_.run.attempt),
             .share = std::move(share),
             .deadline = std::nullopt,
             .port = port_ ? std::optional(port_->port()) : std::nullopt,
             .slurm_job_id = host.slurm_job_id},
      collection_{launch_.run, host.settings},
      push_file_{place_.paths.metrics},
      metrics_file_{observed_file(host.settings, place_.paths)} {
  if (host.settings.collector.kind == CollectorKind::tensor_flow_event) {
    events_.emplace(place_.paths.attempt / host.settings.metrics_file, place_.paths.event_order,
                    host.settings.collector.metrics);
  }
}

Run::~Run() {
  close_stream(0);
  close_stream(1);
  close_descriptor(step_input_);
}

bool Run::prepare() {
  make_directory(place_.paths.attempt.parent_path());
  const bool fresh = make_directory(place_.paths.attempt);
  // In a Pod the folder of the metrics file is there, and that of event files.
  const RunSettings& settings = host_->settings;
  for (const std::filesystem::path& folder :
       {std::filesystem::path(settings.metrics_file).parent_path(),
        std::filesystem::path(events_ ? settings.metrics_file : std::string{}),
        std::filesystem::path(settings.fed_file).parent_path(),
        std::filesystem::path(settings.fed_directory)}) {
    if (!folder.empty()) {
      make_directory(place_.paths.attempt / folder);
    }
  }
  if (!fresh) {  // begun once already, and lost before anybody knew
    unlink(place_.paths.stop.c_str());
    unlink(place_.paths.scraped.c_str());
  }
  host_->spare->make(place_.paths.checkpoint);
  return !fresh && read_exit_record(place_.paths.attempt, launch_.run).has_value();
}

void Run::write_parameters() const {
  const std::string text = parameters_json(launch_.parameters);
  const char* path = place_.paths.parameters.c_str();
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const int error = file < 0 ? errno : write_all(file, text.data(), text.size());
  if (file >= 0) {
    close(file);
  }
  if (error != 0) {
    throw std::system_error{error, std::generic_category(), "cannot write " + std::string{path}};
  }
}

bool Run::make_pipes(std::array<int, 2>& ends) {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    std::array<int, 2> pipe{};
    if (pipe2(pipe.data(), O_CLOEXEC) != 0) {
      return false;
    }
    streams_.at(i).pipe = pipe[0];
    ends.at(i) = pipe[1];
  }
  return true;
}

SpawnOrder Run::order(const RunSettings& settings, const Launch& launch) const {
  SpawnOrder order;
  order.environment = trial_environment(host_->environment, settings, launch, place_);
  order.argv = command_line(settings, launch, place_, order.environment);
  order.directory =
      launch.working_directory.empty() ? place_.paths.attempt.native() : launch.working_directory;
  order.program = find_program(order.argv.front(), order.environment, order.directory);
  order.cpus = place_.share.cpus;
  order.input = host_->null_device;
  return order;
}

/// The user's collector in the trial's surroundings, without its setup.
SpawnOrder Run::companion_order() const {
  RunSettings settings = host_->settings;
  settings.setup.clear();
  settings.apptainer_image = settings.collector_image;
  Launch launch = launch_;
  launch.argv = launch_.collector.argv;
  launch.env = launch_.collector.env;
  launch.working_directory = launch_.collector.working_directory;
  launch.continues.clear();
  launch.step.clear();
  return order(settings, launch);
}

/// Before the trial can write anything.
void Run::prepare_collecting() {
  const RunSettings& settings = host_->settings;
  if (settings.collector.kind == CollectorKind::file && !settings.metrics_file.empty()) {
    metrics_file_.watch_renames();
  }
  if (settings.collector.kind == CollectorKind::custom) {
    const bool own_file = !settings.fed_file.empty();
    companion_.emplace(own_file ? place_.paths.attempt / settings.fed_file : place_.paths.output,
                       place_.paths.collector_output, place_.paths.collector_error);
    if (own_file) {
      companion_->watch_source();
    }
  }
}

void Run::begin_collecting(Spawner& spawner) {
  const RunSettings& settings = host_->settings;
  const std::optional<int> port = settings.scrape.port ? settings.scrape.port : place_.port;
  if (settings.collector.kind == CollectorKind::prometheus_metric && port) {
    scraper_.emplace(settings.scrape, *port, settings.collector.metrics, place_.paths.scraped);
  }
  if (companion_) {
    try {
      companion_->begin(spawner, companion_order());
    } catch (const std::exception& error) {
      companion_->cannot_begin(error.what());
    }
  }
}

void Run::begin(Spawner& spawner) {
  std::array<int, 2> ends = {-1, -1};
  started_at_ = wall_clock();
  last_heard_ = std::chrono::steady_clock::now();
  start_ticks_ = ticks_since_boot();
  if (launch_.deadline) {
    place_.deadline =
        std::chrono::floor<std::chrono::seconds>(*launch_.deadline).time_since_epoch().count();
  }
  if (const auto limit = host_->settings.time_limit; limit && !is_step()) {
    deadline_ = last_heard_ + *limit;
    const std::int64_t own =
        std::chrono::ceil<std::chrono::seconds>(started_at_ + *limit).time_since_epoch().count();
    place_.deadline = std::min(place_.deadline.value_or(own), own);
  }
  try {
    write_parameters();
  } catch (const std::system_error& error) {
    end_early(RunOutcome::lost, error.what());
    early_end_->cause = LostCause::no_folder;
    return;
  }
  try {
    SpawnOrder ordered = order(host_->settings, launch_);
    if (!make_pipes(ends)) {
      throw std::system_error{errno, std::generic_category(),
                              "no pipes for the streams of " + launch_.trial_name};
    }
    if (is_step()) {
      ordered.input = open_step_input();
    }
    ordered.output = ends[0];
    ordered.error = ends[1];
    prepare_collecting();
    const Spawned spawned = spawner.spawn(ordered);
    if (spawned.error == 0) {
      pid_ = spawned.pid;
      begin_collecting(spawner);
    } else {
      if (spawned.pid > 0) {
        waitpid(spawned.pid, nullptr, 0);
      }
      const auto& [outcome, reason] =
          start_failure(spawned, ordered.program, launch_.working_directory, host_->host);
      end_early(outcome, reason);
    }
  } catch (const CommandError& error) {
    end_early(RunOutcome::failed, error.what());
  } catch (const std::exception& error) {
    end_early(RunOutcome::lost, error.what());
  }
  close_descriptor(ends[0]);
  close_descriptor(ends[1]);
  close_descriptor(step_input_end_);
}

int Run::open_step_input() {
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0 || fcntl(pipe[1], F_SETFL, O_NONBLOCK) != 0) {
    throw std::system_error{errno, std::generic_category(), "no pipe for " + launch_.trial_name};
  }
  step_input_end_ = pipe[0];
  step_input_ = pipe[1];
  return step_input_end_;
}

bool Run::has_begun() const {
  return !read_step_begin(step_folder(place_.paths.attempt)).id.empty();
}

bool Run::ask_step_to_end() const {
  constexpr std::string_view request = "end\n";
  return has_begun() && write_all(step_input_, request.data(), request.size()) == 0;
}

void Run::end_early(RunOutcome outcome, std::string reason) {
  Ended ended;
  ended.run = launch_.run;
  ended.outcome = outcome;
  ended.reason = std::move(reason);
  early_end_ = std::move(ended);
  ended_at_ = wall_clock();
  exited_at_ = std::chrono::steady_clock::now();
}

Started Run::started() const {
  return {.run = launch_.run,
          .at = started_at_,
          .host = host_->host,
          .gpus = place_.share.gpus,
          .pid = pid_};
}

bool Run::read_stream(int which) {
  std::array<char, 65536> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
  const ssize_t size = read(stream(which), piece.data(), piece.size());
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
    return true;
  }
  if (size <= 0) {
    return false;
  }
  last_heard_ = std::chrono::steady_clock::now();
  const std::string_view bytes{piece.data(), static_cast<std::size_t>(size)};
  write_log(which, bytes);
  collection_.feed(source_of(which), bytes, wall_clock());
  return true;
}

void Run::write_log(int which, std::string_view bytes) {
  Stream& stream = streams_.at(static_cast<std::size_t>(which));
  if (stream.log_failed) {
    return;
  }
  int error = 0;
  if (stream.log < 0) {
    const RunPaths& paths = place_.paths;
    stream.log = open((which == 0 ? paths.output : paths.error).c_str(),
                      O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    error = stream.log < 0 ? errno : 0;
  }
  if (error == 0) {
    error = write_all(stream.log, bytes.data(), bytes.size());
  }
  if (error != 0) {
    stream.log_failed = true;
    problems_.push_back("the log of " + launch_.trial_name +
                        " ends here, its values are still read: " + error_text(error));
  }
}

void Run::close_stream(int which) {
  Stream& stream = streams_.at(static_cast<std::size_t>(which));
  close_descriptor(stream.pipe);
  close_descriptor(stream.log);
}

/// A step may wait for room first; its tasks tell their time limit from their own begin too.
void Run::watch_begin() {
  const SteadyTime now = std::chrono::steady_clock::now();
  const auto limit = host_->settings.time_limit;
  if (!is_step() || !limit || deadline_ || now < next_begin_look_) {
    return;
  }
  next_begin_look_ = now + begin_look_pause;
  if (has_begun()) {
    deadline_ = now + *limit;
  }
}

bool Run::look() {
  watch_begin();
  bool found = push_file_.read(
      [&](std::string_view bytes) { collection_.feed(Source::push, bytes, wall_clock()); });
  if (!scraper_ && collection_.takes(Source::file)) {
    found |= metrics_file_.read(
        [&](std::string_view bytes) { collection_.feed(Source::file, bytes, wall_clock()); });
  }
  if (events_) {
    const auto take = [&](const std::vector<Observation>& observations) {
      collection_.add(Source::file, observations, wall_clock());
    };
    found |= events_->read(take, exited_at_.has_value());
  }
  found |= companion_ && companion_->feed();
  return scrape() || found;
}

bool Run::scrape() {
  if (!scraper_) {
    return false;
  }
  if (stop && !asked_to_stop_) {
    asked_to_stop_ = true;
    scraper_->hurry();  // before it ends
  }
  const Time wall = wall_clock();
  const Scraper::Look look = scraper_->look(std::chrono::steady_clock::now(), wall, leader_lives());
  collection_.feed(Source::file, look.lines, wall);
  if (const auto problem = scraper_->take_record_problem()) {
    problems_.push_back(
        "what " + launch_.trial_name +
        " shows is not written to its folder any more, its values are still read: " + *problem);
  }
  return look.progress;
}

void Run::note_stop() const {
  int file = open(place_.paths.stop.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  close_descriptor(file);
}

Inquiry Run::inquiry() const {
  if (companion_) {
    return {.place = {}, .problem = companion_->problem(), .names = {}};
  }
  if (!scraper_) {
    return {};
  }
  constexpr std::size_t most_series = 5;
  return {.place = "at " + scraper_->address(),
          .problem = scraper_->problem(),
          .names = scraper_->series(host_->settings.collector.metrics.front(), most_series)};
}

void Run::exited(int wait_status, const rusage& usage) {
  wait_status_ = wait_status;
  usage_ = usage;
  ended_at_ = wall_clock();
  exited_at_ = std::chrono::steady_clock::now();
  last_heard_ = *exited_at_;
}

bool Run::has_failed() const { return !early_end_ && exited_at_ && wait_status_ != 0 && !stop; }

bool Run::exit_is_told() const { return has_failed() && was_told_to_end(*exited_at_); }

bool Run::awaits_word(SteadyTime now) const {
  return has_failed() && now < *exited_at_ + longest_word && !was_told_to_end(*exited_at_);
}

void Run::judge_metrics(Ended& ended) {
  const std::string passed_over = events_ ? sentence(events_->skipped()) : std::string{};
  if (!host_->settings.collector.metrics.empty() &&
      collection_.objective() != Collection::Objective::value) {
    const bool saw_values = collection_.objective() == Collection::Objective::not_finite;
    ended.reason = why_no_value(host_->settings, place_.paths, 0, saw_values, inquiry());
    ended.reason += passed_over.empty() ? "" : "; passed over: " + passed_over;
  } else if (!passed_over.empty()) {
    problems_.push_back("in the event files of " + launch_.trial_name +
                        " was passed over: " + passed_over);
  }
  if (collection_.objective() == Collection::Objective::value) {
    if (const std::string unread = sentence(collection_.skipped(Source::push)); !unread.empty()) {
      problems_.push_back("in DIWAN_METRICS of " + launch_.trial_name +
                          " was passed over: " + unread);
    }
  }
}

Ended Run::finish(std::vector<std::string>& problems) {
  close_stream(0);
  close_stream(1);
  const Time at = wall_clock();
  collection_.finish(Source::push, at);
  for (const Source source : {Source::standard_output, Source::standard_error, Source::file}) {
    collection_.finish(source, at);
  }
  if (events_) {
    events_->finish();
  }
  Ended ended;
  if (early_end_) {
    ended = *early_end_;
  } else {
    ended.run = launch_.run;
    judge_end({.wait_status = wait_status_,
               .usage = usage_,
               .stop = stop ? std::optional(stop->cause) : std::nullopt,
               .is_told = exit_is_told(),
               .is_step = is_step()},
              host_->settings, place_.paths, ended);
    if (ended.outcome == RunOutcome::succeeded) {
      judge_metrics(ended);
    }
  }
  if (companion_ && collection_.objective() == Collection::Objective::value &&
      !companion_->problem().empty()) {
    problems_.push_back("the collector of " + launch_.trial_name + ": " + companion_->problem() +
                        "; what it had printed counts, and its errors stand in " +
                        place_.paths.collector_error.native());
  }
  ended.at = ended_at_;
  if (!write_exit_record(place_.paths.attempt, {ended, started_at_, host_->host})) {
    problems_.push_back("the end of " + launch_.trial_name +
                        " could not be written to its folder: " + error_text(errno));
  }
  if (ended.outcome == RunOutcome::succeeded) {
    host_->spare->take(place_.paths.checkpoint);
  } else {
    // Another attempt may follow, on another host too, so that it must not serve elsewhere later.
    rmdir(place_.paths.checkpoint.c_str());
  }
  problems.insert(problems.end(), problems_.begin(), problems_.end());
  return ended;
}

}  // namespace diwan
