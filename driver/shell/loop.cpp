// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

#include "driver/shell/loop.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <variant>

#include <poll.h>
#include <sys/eventfd.h>

#include "driver/launchers/clock.hpp"
#include "driver/shell/early_stopping.hpp"
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
      options_(std::move(options)),
      requests_(options_.directory),
      waits_(options_.directory, options_.epoch) {}

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
  if (std::optional<Waits> waits = launcher_.waits()) {
    waits_.take(*std::move(waits));
  }
  if (const std::uint32_t slots = launcher_.capacity(); slots != slots_) {
    slots_ = slots;
    stimuli.emplace_back(CapacityChanged{slots});
  }
  collect_news(stimuli);
  for (const ControlRequest& request : requests_.take()) {
    progress_.note("request: " + request.text);
    stimuli.emplace_back(request.stimulus(coordinator_.experiment()));
  }
  collect_deadline(stimuli);
  look_for_saved_work(stimuli);
}

/// Early stopping is decided in the turn in which its reason came.
void Loop::decide(std::vector<Stimulus>& stimuli) {
  while (!stimuli.empty()) {
    stimuli = decide_once(stimuli);
  }
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
  std::vector<Stimulus> wishes = judge(hooks_.early_stopper, facts);
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
  if (hooks_.announcer != nullptr) {
    hooks_.announcer->step(experiment, step.records);
  }
  if (!step.records.empty()) {
    store_.append(std::move(step.records));
  }
  requests_.decided(last);
  return wishes;
}

void Loop::carry_out() {
  const std::uint64_t written = store_.written();
  files_.written(written);
  announce(written);
  while (!pending_.empty() && pending_.front().first <= written && !end_) {
    const Command command = std::move(pending_.front().second);
    pending_.pop_front();
    std::visit([&](const auto& wish) { carry_out(wish); }, command);
  }
  requests_.written(written);
}

void Loop::announce(std::uint64_t written) {
  if (hooks_.announcer == nullptr) {
    return;
  }
  hooks_.announcer->written(written, coordinator_.experiment());
  for (const std::string& failure : hooks_.announcer->failures()) {
    progress_.note(failure);
  }
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
