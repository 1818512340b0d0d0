// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/loop.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <memory>
#include <system_error>
#include <variant>

#include <poll.h>
#include <sys/eventfd.h>

#include "driver/launchers/clock.hpp"
#include "driver/results/duration_text.hpp"
#include "driver/shell/control.hpp"
#include "driver/shell/facts.hpp"

namespace diwan {
namespace {

using namespace std::chrono_literals;

}  // namespace

Loop::Loop(Coordinator& coordinator, Store& store, Launcher& launcher, PolicyThread& policy,
           Signals& signals, Progress& progress, KeptFiles& files, LoopHooks hooks,
           LoopOptions options)
    : coordinator_(coordinator),
      store_(store),
      launcher_(launcher),
      policy_(policy),
      signals_(signals),
      progress_(progress),
      files_(files),
      hooks_(std::move(hooks)),
      options_(std::move(options)) {}

LoopEnd Loop::run(std::vector<Stimulus> first) {
  slots_ = launcher_.capacity();
  first.insert(first.begin(), CapacityChanged{slots_});
  collect_deadline(first);
  look_for_saved_work(first);
  last_turn_ = Clock::now();
  decide(first);
  while (!end_) {
    std::vector<Stimulus> stimuli;
    collect(stimuli);
    if (stimuli.empty() && coordinator_.is_due(wall_clock())) {
      stimuli = decide_once({});
    }
    decide(stimuli);
    carry_out();
    watch();
    if (!end_) {
      wait();
    }
  }
  end_->algorithm_failure = algorithm_failure_;
  end_->refused = refused_;
  end_->work_is_saved = coordinator_.saves_work() || work_was_saved();
  return *end_;
}

void Loop::collect(std::vector<Stimulus>& stimuli) {
  collect_signals(stimuli);
  last_turn_ = Clock::now();
  collect_reports(stimuli);
  for (const Notice& notice : launcher_.notices()) {
    progress_.note(notice.text);
  }
  if (const std::uint32_t slots = launcher_.capacity(); slots != slots_) {
    slots_ = slots;
    stimuli.emplace_back(CapacityChanged{slots});
  }
  collect_news(stimuli);
  collect_requests(stimuli);
  collect_deadline(stimuli);
  look_for_saved_work(stimuli);
}

void Loop::collect_reports(std::vector<Stimulus>& stimuli) {
  try {
    for (Report& report : launcher_.poll(0us)) {
      take(report, stimuli);
    }
  } catch (const LaunchRefused& refusal) {
    refused_ = refusal.what();
    stop_for(*refused_, false, stimuli);
  } catch (const std::exception& failure) {
    stop_for(failure.what(), true, stimuli);
    drain_deadline_ = Clock::now();
  }
}

/// Nothing can be run any more; what was told of is safe, and the run can be resumed.
void Loop::stop_for(const std::string& cause, bool now, std::vector<Stimulus>& stimuli) {
  if (!coordinator_.experiment().draining()) {
    progress_.note(cause);
    stimuli.emplace_back(StopAsked{
        .kind = StopAsked::Kind::drain, .now = now, .trial = 0, .reason = {}, .by = cause});
  }
}

void Loop::take(Report& report, std::vector<Stimulus>& stimuli) {
  if (const auto* ended = std::get_if<Ended>(&report)) {
    // A run's folder is part of the state: where it cannot be written, going on would burn trials.
    if (ended->cause == LostCause::no_folder) {
      folder_failure_ = ended->reason;
    }
    const bool unseen = ended->outcome == RunOutcome::lost && ended->cause != LostCause::own_stop &&
                        ended->cause != LostCause::no_folder;
    if (unseen && take_recorded_end(*ended, stimuli)) {
      return;
    }
  }
  std::visit([&](auto& event) { stimuli.emplace_back(std::move(event)); }, report);
}

/// Who was to tell of the run died, but the run itself may have come to its end before: takes that
/// end from its folder, if it stands there, and what it printed in any case.
bool Loop::take_recorded_end(const Ended& lost, std::vector<Stimulus>& stimuli) {
  const Trial& trial = coordinator_.experiment().trial(lost.run.trial);
  if (trial.run() != lost.run || !trial.live()) {
    return false;
  }
  bool recorded = false;
  for (Report& report : hooks_.recover(trial)) {
    const auto* ended = std::get_if<Ended>(&report);
    // Stopped, where nobody here had asked for it: the report knows better by whom.
    if (ended != nullptr &&
        (ended->outcome == RunOutcome::lost || ended->outcome == RunOutcome::stopped)) {
      continue;
    }
    recorded = recorded || ended != nullptr;
    std::visit([&](auto& event) { stimuli.emplace_back(std::move(event)); }, report);
  }
  return recorded;
}

void Loop::collect_news(std::vector<Stimulus>& stimuli) {
  PolicyThread::News news;
  try {
    news = policy_.news();
  } catch (const std::exception& failure) {
    give_up(failure.what(), stimuli);
  }
  if (news.answer) {
    collect_answer(*std::move(news.answer), stimuli);
  }
  for (StopAdvice& advice : news.stops) {
    stimuli.emplace_back(PruneWished{.run = coordinator_.experiment().trial(advice.trial).run(),
                                     .rule = std::move(advice.rule)});
  }
}

void Loop::collect_answer(Suggestions&& suggestions, std::vector<Stimulus>& stimuli) {
  Answered answered{.proposals = {}, .exhausted = suggestions.exhausted};
  // One ask is in flight, so no other trial can have been numbered since.
  auto number = static_cast<std::uint32_t>(coordinator_.experiment().trials().size());
  for (Suggestion& suggestion : suggestions.items) {
    answered.proposals.push_back({.assignment = std::move(suggestion.assignment),
                                  .labels = std::move(suggestion.labels),
                                  .parent = suggestion.parent,
                                  .name = hooks_.trial_name(++number)});
  }
  stimuli.emplace_back(std::move(answered));
}

/// The algorithm failed, in an ask or when it was told something: nothing sound can be started any
/// more, and what runs may save its work.
void Loop::give_up(const std::string& cause, std::vector<Stimulus>& stimuli) {
  if (algorithm_failure_) {
    return;
  }
  algorithm_failure_ = "the algorithm failed: " + cause;
  progress_.alarm(*algorithm_failure_ + "; ending the run, all that is done is kept");
  stimuli.emplace_back(StopAsked{.kind = StopAsked::Kind::drain,
                                 .now = false,
                                 .trial = 0,
                                 .reason = {},
                                 .by = *algorithm_failure_});
}

void Loop::drain(std::vector<Stimulus>& stimuli, StopAsked::Kind kind, const std::string& by) {
  const bool again = coordinator_.experiment().draining();
  stimuli.emplace_back(StopAsked{.kind = kind, .now = again, .trial = 0, .reason = {}, .by = by});
  progress_.note(again ? by + ": ending the running trials now"
                       : by + ": starting nothing more, running trials have " +
                             duration_text(std::chrono::duration<double>(options_.grace).count()) +
                             " to save their work (once more: end them now)");
}

void Loop::collect_signals(std::vector<Stimulus>& stimuli) {
  // After a stop of the whole process (SIGSTOP, a suspended laptop) CONT only means: go on.
  // A turn takes a tenth of a second at most; mpirun's own TERM follows its CONT in any case.
  const bool was_stopped = Clock::now() - last_turn_ > 500ms;
  for (const int number : signals_.take()) {
    if (number == SIGCONT && (was_stopped || !options_.mpirun_grace)) {
      continue;
    }
    const bool ends_soon =
        number == SIGCONT || number == SIGTERM || number == SIGINT || number == SIGHUP;
    if (options_.mpirun_grace && ends_soon && *options_.mpirun_grace < options_.grace) {
      options_.grace = *options_.mpirun_grace;
      launcher_.set_grace(options_.grace);
    }
    // mpirun warns with CONT, then TERM, and under Slurm both come to mpirun and us: one request.
    if (options_.mpirun_grace && (number == SIGTERM || number == SIGCONT) &&
        coordinator_.experiment().draining()) {
      continue;
    }
    const char* name = sigabbrev_np(number);
    drain(stimuli, number == SIGINT ? StopAsked::Kind::stop : StopAsked::Kind::drain,
          number == SIGCONT ? "mpirun ends the run (SIGCONT)"
                            : std::string("SIG") + (name != nullptr ? name : "?"));
  }
}

void Loop::collect_requests(std::vector<Stimulus>& stimuli) {
  if (Clock::now() - last_requests_ < 200ms) {
    return;
  }
  last_requests_ = Clock::now();
  for (ControlRequest& request : read_requests(options_.directory)) {
    // A request stays in its file until its record is written.
    const auto known = std::find_if(requests_.begin(), requests_.end(),
                                    [&](const auto& entry) { return entry.file == request.file; });
    if (known != requests_.end()) {
      continue;
    }
    requests_.push_back({.file = request.file, .ticket = 0});
    progress_.note("request: " + request.text);
    stimuli.emplace_back(request.stimulus(coordinator_.experiment()));
  }
}

/// Early stopping is decided in the turn in which its reason came.
void Loop::decide(std::vector<Stimulus>& stimuli) {
  while (!stimuli.empty()) {
    stimuli = decide_once(stimuli);
  }
}

std::vector<Stimulus> Loop::judge(const std::vector<Fact>& facts) {
  std::vector<Stimulus> wishes;
  for (const Fact& fact : facts) {
    std::optional<StopAdvice> advice =
        hooks_.early_stopper != nullptr ? hooks_.early_stopper->tell(fact) : std::nullopt;
    if (const auto* report = std::get_if<Reported>(&fact); report != nullptr && advice) {
      wishes.emplace_back(PruneWished{.run = {.trial = report->trial, .attempt = report->attempt},
                                      .rule = std::move(advice->rule)});
    }
  }
  return wishes;
}

/// Returns what is to be decided next, now that this was.
std::vector<Stimulus> Loop::decide_once(const std::vector<Stimulus>& stimuli) {
  Step step = coordinator_.handle(wall_clock(), stimuli);
  const Experiment& experiment = coordinator_.experiment();
  if (const std::uint32_t at_a_time = experiment.budget().at_a_time(); at_a_time != at_a_time_) {
    at_a_time_ = at_a_time;
    launcher_.expect(at_a_time);
  }
  const std::uint64_t last = experiment.last_record();
  std::vector<Fact> facts;
  for (const Record& record : step.records) {
    if (const auto* asked = std::get_if<StopAsked>(&record.event)) {
      tell_stop(*asked);
    }
    for (Fact& fact : facts_of(record, experiment)) {
      facts.push_back(std::move(fact));
    }
  }
  std::vector<Stimulus> wishes = judge(facts);
  // Asking changes nothing outside, so it need not wait for the disk.
  std::uint32_t asked = 0;
  for (Command& command : step.commands) {
    if (const auto* ask = std::get_if<Ask>(&command)) {
      asked = ask->count;
    } else {
      pending_.emplace_back(last, std::move(command));
    }
  }
  if (asked > 0) {
    policy_.ask(asked, std::move(facts));
  } else {
    policy_.tell(std::move(facts));
  }
  progress_.step(wall_clock(), experiment, step.records);
  files_.step(experiment, step.records);
  if (!step.records.empty()) {
    store_.append(std::move(step.records));
  }
  for (TakenRequest& request : requests_) {
    request.ticket = request.ticket == 0 ? last : request.ticket;
  }
  return wishes;
}

void Loop::carry_out() {
  const std::uint64_t written = store_.written();
  files_.written(written);
  while (!pending_.empty() && pending_.front().first <= written && !end_) {
    const Command command = std::move(pending_.front().second);
    pending_.pop_front();
    std::visit([&](const auto& wish) { carry_out(wish); }, command);
  }
  std::erase_if(requests_, [&](const TakenRequest& request) {
    if (request.ticket == 0 || request.ticket > written) {
      return false;
    }
    std::error_code ignored;
    std::filesystem::remove(request.file, ignored);
    return true;
  });
}

void Loop::carry_out(const Ask& /*command*/) {}

void Loop::carry_out(const Submit& command) {
  std::vector<Launch> launches;
  launches.reserve(command.runs.size());
  for (const RunKey run : command.runs) {
    const Trial& trial = coordinator_.experiment().trial(run.trial);
    // Between decision and write the run may have been called off.
    if (trial.run() == run && trial.live()) {
      const std::string parent =
          trial.parent ? coordinator_.experiment().trial(*trial.parent).name : std::string();
      launches.push_back(hooks_.launch(trial, parent));
      launches.back().deadline = coordinator_.deadline();
    }
  }
  launcher_.submit(launches);
}

void Loop::carry_out(const Cancel& command) {
  std::vector<RunKey> gently;
  std::vector<RunKey> now;
  for (const Cancel::Item& item : command.runs) {
    (item.now ? now : gently).push_back(item.run);
  }
  if (!gently.empty()) {
    launcher_.cancel(gently, false);
  }
  if (!now.empty()) {
    launcher_.cancel(now, true);
  }
}

void Loop::carry_out(const Finish& command) {
  end_ = LoopEnd{};
  end_->completion = command.completion;
}

void Loop::watch() {
  const auto disk_failure = store_.failure();
  if (const auto failure = disk_failure ? disk_failure : folder_failure_) {
    end_ = LoopEnd{};
    end_->disk_failure = failure;
    return;
  }
  const Clock::time_point now = Clock::now();
  const auto& stop = coordinator_.experiment().stop_asked();
  const bool draining = stop && stop->kind != StopAsked::Kind::pause;
  if (draining && !drain_deadline_) {
    drain_deadline_ = now + options_.grace + 15s;
    // While the trials save their work: whoever stops us may not wait for the last checkpoint.
    if (!coordinator_.experiment().live_trials().empty()) {
      begin_checkpoint();
    }
  }
  if (drain_deadline_ && now > *drain_deadline_) {
    progress_.note(
        "some trials did not end in time; they are taken as lost when the run is resumed");
    end_ = LoopEnd{};
    return;
  }
  if (now - last_watch_ < 500ms) {
    return;
  }
  last_watch_ = now;
  progress_.tick(wall_clock(), coordinator_.experiment());
  if (store_.checkpoint_due()) {
    begin_checkpoint();
  }
  if (const auto owner = read_owner(options_.directory); owner && owner->epoch > options_.epoch) {
    end_ = LoopEnd{};
    end_->lost_ownership = owner->text;
  }
}

void Loop::begin_checkpoint() {
  store_.checkpoint(std::make_shared<const Experiment>(coordinator_.experiment()), hooks_.columns);
}

void Loop::wait() {
  std::array<pollfd, 4> descriptors = {
      pollfd{signals_.wake_descriptor(), POLLIN, 0}, pollfd{store_.wake_descriptor(), POLLIN, 0},
      pollfd{policy_.wake_descriptor(), POLLIN, 0}, pollfd{launcher_.wake_descriptor(), POLLIN, 0}};
  const auto timeout = std::min<std::chrono::microseconds>(launcher_.longest_sleep(), 100ms);
  const timespec limit = {.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(timeout).count()};
  ppoll(descriptors.data(), descriptors.size(), &limit, nullptr);
  if ((descriptors[1].revents & POLLIN) != 0) {
    eventfd_t ignored = 0;
    eventfd_read(store_.wake_descriptor(), &ignored);
  }
}

}  // namespace diwan
