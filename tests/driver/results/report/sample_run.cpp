// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "tests/driver/results/report/sample_run.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "algorithms/rng.hpp"
#include "algorithms/rungs/labels.hpp"
#include "collectors/timestamp.hpp"
#include "driver/core/apply.hpp"
#include "driver/results/outcome.hpp"
#include "driver/spec/spec.hpp"
#include "driver/store/store.hpp"
#include "tests/driver/results/report/sample_specs.hpp"

namespace diwan::test {
namespace {

using Kind = SampleRun::Kind;
using std::chrono::milliseconds;

constexpr std::uint64_t seed = 7;
constexpr std::array<std::string_view, 4> hosts = {"node1", "node2", "node3", "node10"};
constexpr std::size_t gpus_a_host = 4;

milliseconds in_milliseconds(double seconds) {
  return milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

/// A place that runs one trial at a time.
struct Slot {
  std::string host;
  std::string gpu;
  Time free_from{};
};

/// What a trial will do.
struct Plan {
  double floor = 0;  ///< that its loss comes down to
  double epoch_seconds = 60;
  std::int64_t epochs = 30;
  std::int64_t first_epoch = 1;
};

class Maker {
 public:
  Maker(const SampleRun& run, const std::filesystem::path& directory)
      : run_(run),
        directory_(directory),
        spec_(parse_spec(sample_run_spec(run), directory.parent_path() / "resnet-cifar.yaml")),
        experiment_(rules_of(spec_)),
        store_(Store::open(directory, this_process(), {})),
        draw_(seed, 1),
        now_(*parse_rfc3339("2026-03-02T08:00:00Z")) {
    for (const std::string_view host : hosts) {
      for (std::size_t g = 0; g < gpus_a_host; ++g) {
        const bool many = run.kind != Kind::once;
        if (many || slots_.empty()) {
          slots_.push_back({.host = run.kind == Kind::hostile ? hostile_text() : std::string(host),
                            .gpu = many ? std::to_string(g) : "",
                            .free_from = now_ + milliseconds(40 * (slots_.size() + 1))});
        }
      }
    }
  }

  void make() {
    own();
    record(BudgetSet{spec_.budget, "file"});
    for (std::uint32_t number = 1; number <= run_.trials; ++number) {
      if (run_.kind == Kind::plain && run_.trials >= 50 &&
          (number == run_.trials * 2 / 5 || number == run_.trials * 3 / 4)) {
        restart();
      }
      run_trial(number);
    }
    now_ = std::max_element(slots_.begin(), slots_.end(), [](const Slot& a, const Slot& b) {
             return a.free_from < b.free_from;
           })->free_from;
    now_ += milliseconds(20);
    StopAsked finish;
    finish.kind = StopAsked::Kind::finish;
    finish.reason = "max_trials";
    record(finish);
    write();
    store_->close(std::make_shared<const Experiment>(experiment_),
                  checkpoint_names(spec_.name, spec_.space),
                  outcome_line({0, "budget used", now_}));
  }

 private:
  /// Trials are made one after the other; what they do is written in the order of its time.
  void record(Event event) { record(std::move(event), now_); }
  void record(Event event, Time at) { events_.emplace_back(at, std::move(event)); }

  void write() {
    std::stable_sort(events_.begin(), events_.end(),
                     [](const auto& left, const auto& right) { return left.first < right.first; });
    for (auto& [time, event] : events_) {
      Record record{experiment_.last_record() + 1, time, std::move(event)};
      if (!apply(experiment_, record)) {
        throw std::logic_error("record " + std::to_string(record.number) + " does not fit");
      }
      store_->append({std::move(record)});
    }
  }

  void own() {
    OwnerChanged owner;
    owner.epoch = ++epoch_;
    owner.host = "node1";
    owner.pid = 4711;
    owner.job_id = std::to_string(8123450 + epoch_);
    owner.launcher = "mpi";
    owner.version = "0.1.0";
    owner.seed = seed;
    owner.spec = spec_.text;
    owner.spec_file = spec_.file.string();
    owner.file_budget = spec_.budget;
    record(owner);
  }

  /// The coordinator goes with all that runs, and another comes.
  void restart() {
    Time last = now_;
    for (const Slot& slot : slots_) {
      last = std::max(last, slot.free_from);
    }
    now_ = last + in_milliseconds(400);
    own();
    for (Slot& slot : slots_) {
      slot.free_from = now_ + in_milliseconds(2);
    }
  }

  Slot& next_slot() {
    return *std::min_element(slots_.begin(), slots_.end(), [](const Slot& a, const Slot& b) {
      return a.free_from < b.free_from;
    });
  }

  Assignment point(std::uint32_t number) {
    std::vector<double> unit(spec_.space.size());
    const double progress = static_cast<double>(number) / run_.trials;
    const bool blind = best_.empty() || progress < 0.15 || run_.kind == Kind::random;
    const double width = blind ? 1 : 0.5 * (1.05 - progress);
    for (std::size_t d = 0; d < unit.size(); ++d) {
      const bool free = width == 1 || draw_.uniform() < 0.15;
      const double at = free ? draw_.uniform() : best_[d] + width * draw_.normal() / 2;
      unit[d] = std::clamp(at, 0.0, 1.0);
    }
    return spec_.space.decode(unit);
  }

  /// Loss by place: the learning rate matters most, with the batch; then dropout and optimiser.
  Plan plan_of(const std::vector<double>& unit) {
    const double rate = unit[0] - 0.62 - 0.15 * (unit[2] - 0.5);
    const double floor = 0.19 + 2.4 * rate * rate + 0.5 * std::pow(unit[1] - 0.3, 2) +
                         0.16 * std::abs(unit[3] - 0.15) + 0.1 * (1 - unit[4]) +
                         (unit[0] > 0.9 ? 3 * draw_.uniform() : 0) + 0.012 * draw_.normal();
    return {.floor = std::max(floor, 0.15),
            .epoch_seconds = 20 + 60 * unit[4] + 20 * draw_.uniform(),
            .epochs = run_.kind == Kind::once ? 1 : 30,
            .first_epoch = 1};
  }

  void run_trial(std::uint32_t number) {
    Suggested suggested;
    suggested.trial = number;
    suggested.name = "resnet-cifar-" + name_of(number);
    suggested.assignment = point(number);
    promote(suggested);
    given_.push_back(suggested.assignment);
    Slot& slot = next_slot();
    now_ = std::max(now_, slot.free_from);
    names_.push_back(suggested.name);
    record(suggested);
    const std::vector<double> unit = spec_.space.encode(suggested.assignment);
    Plan plan = plan_of(unit);
    if (run_.kind == Kind::hyperband) {
      plan.epochs = static_cast<std::int64_t>(suggested.assignment.values.back());
    }
    std::uint32_t attempt = 1;
    if (run_.kind == Kind::plain && draw_.uniform() < 0.03) {
      lose({number, attempt++}, slot, plan);
    }
    attempt_trial({number, attempt}, slot, plan, unit);
  }

  std::string name_of(std::uint32_t number) const {
    const std::string letters = "bcdfghjkmnpqrstvwxz";
    Draw draw(seed, 2, number);
    std::string name(8, ' ');
    for (char& c : name) {
      c = letters[draw.below(letters.size())];
    }
    return run_.kind == Kind::hostile ? name + hostile_text() : name;
  }

  /// Gives hyperband's trials their rungs and the others of a lineage their parents.
  void promote(Suggested& suggested) {
    const std::uint32_t number = suggested.trial;
    if (run_.kind == Kind::lineage && number > 16) {
      const std::uint32_t first = (number - 1) / 16 * 16 - 15;
      suggested.parent = first + static_cast<std::uint32_t>(draw_.below(draw_.below(16) + 1));
    } else if (run_.kind == Kind::asha) {
      suggested.labels = to_labels({.bracket = number % 10 == 1 ? 3U : 0U, .rung = 0});
    } else if (run_.kind == Kind::hyperband) {
      const std::uint32_t bracket = number % 3;
      const std::uint32_t place = number / 3 % 13;
      const std::uint32_t rung = place < 9 ? 0 : place < 12 ? 1 : 2;
      suggested.labels = to_labels({.bracket = 3 - bracket, .rung = rung});
      suggested.assignment.values.back() = std::pow(3.0, bracket + rung - (bracket == 2 ? 1 : 0));
      const std::uint32_t back = rung == 0 ? 0 : rung == 1 ? 3 * (9 - (place - 9) * 2) : 3 * 2;
      if (back > 0 && number > back) {
        suggested.parent = number - back;
        std::vector<double> kept = given_[number - back - 1].values;
        kept.back() = suggested.assignment.values.back();
        suggested.assignment.values = std::move(kept);
      }
    }
  }

  void start(RunKey run, Slot& slot) {
    record(Queued{run}, slot.free_from);
    Started started;
    started.run = run;
    started.at = slot.free_from;
    started.host = slot.host;
    if (!slot.gpu.empty()) {
      started.gpus = {slot.gpu};
    }
    started.pid = 100 + run.trial;
    record(started, slot.free_from);
  }

  void end(Ended ended, Slot& slot, double seconds) {
    ended.at = slot.free_from + in_milliseconds(seconds);
    ended.usage.peak_memory_bytes = (std::uint64_t{900} + draw_.below(800)) << 20;
    slot.free_from = ended.at + in_milliseconds(0.5 + draw_.uniform());
    if (run_.kind == Kind::plain && draw_.uniform() < 0.02) {
      slot.free_from += in_milliseconds(900);  // nobody had anything to start
    }
    record(ended, ended.at);
  }

  void lose(RunKey run, Slot& slot, const Plan& plan) {
    start(run, slot);
    Ended ended;
    ended.run = run;
    ended.outcome = RunOutcome::lost;
    ended.cause = draw_.uniform() < 0.6 ? LostCause::preempted : LostCause::node_gone;
    ended.reason = ended.cause == LostCause::preempted ? "its job was preempted" : "node failed";
    end(ended, slot, plan.epoch_seconds * 12 * draw_.uniform());
  }

  void attempt_trial(RunKey run, Slot& slot, const Plan& plan, const std::vector<double>& unit) {
    start(run, slot);
    Ended ended;
    ended.run = run;
    ended.exit_code = 0;
    const bool fails = run_.kind == Kind::plain || run_.kind == Kind::hostile;
    const double luck = fails ? draw_.uniform() : 1;
    if (luck < 0.06) {
      fail(ended, luck / 0.06, plan, slot);
      return;
    }
    if (luck < 0.08) {
      ended.reason = "no value of \"val_loss\" was seen in its output";
      write_log(run, "epoch 1 val-loss: 0.93\nepoch 2 val-loss: 0.81\n", "");
      end(ended, slot, plan.epoch_seconds * 2);
      return;
    }
    const std::int64_t reported = report(run, plan, unit, slot);
    if (reported < plan.epochs) {
      record(Pruned{run, run_.kind == Kind::hostile ? hostile_text() : "medianstop"},
             slot.free_from + in_milliseconds(plan.epoch_seconds * static_cast<double>(reported)));
      ended.outcome = RunOutcome::stopped;
      ended.reason = "stopped";
    }
    end(ended, slot, plan.epoch_seconds * static_cast<double>(reported) + 4);
  }

  void fail(Ended& ended, double share, const Plan& plan, Slot& slot) {
    ended.outcome = RunOutcome::failed;
    ended.exit_code = {};
    if (share < 0.5) {
      ended.exit_code = 1;
      ended.reason = run_.kind == Kind::hostile ? hostile_text() : "exit status 1";
      write_log(ended.run, "epoch 1 val_loss=2.31\nepoch 2 val_loss=2.17\n",
                "Traceback (most recent call last):\n  File \"train.py\", line 212, in <module>\n"
                "    loss.backward()\ntorch.cuda.OutOfMemoryError: CUDA out of memory. Tried to "
                "allocate 2.25 GiB (GPU 0; 79.15 GiB total capacity)\n");
    } else if (share < 0.8) {
      ended.signal = 9;
      ended.reason =
          "signal 9 (Killed), not sent by diwan: often for want of memory; its largest "
          "process used 61203 MiB";
      write_log(ended.run, "loading data\nepoch 1 val_loss=1.93\n", "");
    } else {
      ended.signal = 15;
      ended.reason = "time limit of 3600 s";
    }
    end(ended, slot, plan.epoch_seconds * (1 + 8 * draw_.uniform()));
  }

  /// The step at which asha ends a trial; one in ten climbs all.
  static std::int64_t last_rung(std::uint32_t trial, double floor) {
    return trial % 10 == 1 || floor < 0.34 ? 30 : floor < 0.5 ? 10 : floor < 0.8 ? 3 : 1;
  }

  /// Reports epoch after epoch, until the trial is over or stopped; how many it were.
  std::int64_t report(RunKey run, const Plan& plan, const std::vector<double>& unit,
                      const Slot& slot) {
    const bool stops = run_.kind == Kind::plain || run_.kind == Kind::hostile;
    const std::int64_t last = run_.kind == Kind::asha ? last_rung(run.trial, plan.floor)
                              : stops && plan.floor > median_ && draw_.uniform() < 0.6
                                  ? 5 + static_cast<std::int64_t>(draw_.below(12))
                                  : plan.epochs;
    Observed loss;
    loss.run = run;
    loss.own_steps = true;
    for (std::int64_t epoch = 1; epoch <= last; ++epoch) {
      const double share = static_cast<double>(epoch) / 30;
      const double settle = run_.kind == Kind::once ? 0 : std::exp(-6 * share);
      loss.steps.push_back(epoch);
      loss.values.push_back(plan.floor + (2.3 - plan.floor) * settle +
                            0.02 * draw_.normal() * (0.3 + settle));
      loss.times.push_back(slot.free_from +
                           in_milliseconds(plan.epoch_seconds * static_cast<double>(epoch)));
    }
    Observed second = loss;
    second.metric = 1;
    for (double& value : second.values) {
      value = run_.kind == Kind::pareto ? 4 + 40 * unit[4] + 6 * unit[2] + 3 * draw_.uniform()
                                        : std::clamp(1 - 0.42 * value, 0.02, 0.99);
    }
    const double result = loss.values.back();
    record(loss, loss.times.back());
    record(second, loss.times.back());
    median_ += 0.05 * ((result < median_ ? -1 : 1) * 0.15);
    if (result < best_loss_) {
      best_loss_ = result;
      best_ = unit;
    }
    return last;
  }

  void write_log(RunKey run, const std::string& out, const std::string& err) const {
    const auto folder =
        directory_ / "trials" / names_[run.trial - 1] / ("attempt-" + std::to_string(run.attempt));
    std::error_code refused;
    std::filesystem::create_directories(folder, refused);
    if (refused) {
      return;  // a name that no folder can have
    }
    const std::string extra = run_.kind == Kind::hostile ? hostile_text() + "\x1b[31m" : "";
    std::ofstream(folder / "stdout.log") << out << extra;
    if (!err.empty()) {
      std::ofstream(folder / "stderr.log") << err;
    }
  }

  SampleRun run_;
  std::filesystem::path directory_;
  Spec spec_;
  Experiment experiment_;
  std::unique_ptr<Store> store_;
  Draw draw_;
  Time now_;
  std::vector<Slot> slots_;
  std::uint64_t epoch_ = 0;
  std::vector<std::pair<Time, Event>> events_;
  std::vector<Assignment> given_;
  std::vector<std::string> names_;
  double median_ = 0.6;
  double best_loss_ = 1e9;
  std::vector<double> best_;
};

}  // namespace

void make_sample_run(const SampleRun& run, const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory.parent_path());
  std::ofstream(directory.parent_path() / "resnet-cifar.yaml") << sample_run_spec(run);
  Maker(run, directory).make();
}

}  // namespace diwan::test
