// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "tests/driver/results/sample.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

#include "collectors/timestamp.hpp"
#include "driver/core/coordinator.hpp"
#include "driver/results/outcome.hpp"

namespace diwan::test {
namespace {

using namespace std::chrono_literals;

OwnerIdentity dead_process() {
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  OwnerIdentity identity = this_process();
  identity.pid = child;
  identity.process_start += 1;
  return identity;
}

}  // namespace

ScratchDirectory::ScratchDirectory() {
  std::string path = (std::filesystem::temp_directory_path() / "diwan-test-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) {
    throw std::runtime_error("no scratch directory at " + path);
  }
  path_ = path;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code none;
  std::filesystem::remove_all(path_, none);
}

const std::string& sample_spec() {
  static const std::string text = R"(apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata:
  name: e
spec:
  objective:
    type: minimize
    goal: 0.01
    objectiveMetricName: loss
    additionalMetricNames: [accuracy]
  algorithm:
    algorithmName: random
  seed: 7
  parallelTrialCount: 2
  maxTrialCount: 4
  maxFailedTrialCount: 3
  parameters:
    - {name: lr, parameterType: double, feasibleSpace: {min: "0.001", max: "0.1"}}
    - {name: batch, parameterType: categorical, feasibleSpace: {list: ["32", "64"]}}
    - {name: layers, parameterType: int, feasibleSpace: {min: "1", max: "8"}}
    - {name: width, parameterType: discrete, feasibleSpace: {list: ["0.5", "1.0"]}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command:
          - /bin/echo
          - "--lr=${trialParameters.lr}"
          - fixed
          - "--batch=${trialParameters.batch}"
          - "--shape=${trialParameters.layers} x ${trialParameters.width}"
)";
  return text;
}

Sample::Sample(Owner owner, const std::string& spec)
    : spec_(parse_spec(spec, file())), now_(*parse_rfc3339("2026-01-01T00:00:00Z")) {
  std::ofstream(file()) << spec;
  experiment_ = std::make_unique<Experiment>(rules_of(spec_));
  const OwnerIdentity identity = owner == Owner::this_process ? this_process() : dead_process();
  store_ = Store::open(directory(), identity, {});
  OwnerChanged changed;
  changed.epoch = store_->epoch();
  changed.host = identity.host;
  changed.pid = identity.pid;
  changed.launcher = "local";
  changed.version = "0.1.0";
  changed.seed = 7;
  changed.spec = spec_.text;
  changed.spec_file = file().string();
  changed.file_budget = spec_.budget;
  record(changed);
  record(BudgetSet{spec_.budget, "file"});
}

bool Sample::record(Event event) {
  Record record{experiment_->last_record() + 1, now_, std::move(event)};
  now_ += 1s;
  if (!apply(*experiment_, record)) {
    return false;
  }
  store_->append({std::move(record)});
  return true;
}

std::uint32_t Sample::suggest(const std::string& name, double lr, double batch, double layers,
                              double width) {
  Suggested event;
  event.trial = static_cast<std::uint32_t>(experiment_->trials().size()) + 1;
  event.name = "e-" + name;
  event.assignment.values = {lr, batch, layers, width};
  record(event);
  return event.trial;
}

RunKey Sample::start(std::uint32_t trial) {
  const RunKey run{trial, experiment_->trial(trial).attempts + 1};
  record(Queued{run});
  Started started;
  started.run = run;
  started.at = now_;
  started.host = "n1";
  started.gpus = {"0"};
  started.pid = 42;
  record(started);
  return run;
}

void Sample::observe(RunKey run, std::uint32_t metric, std::vector<double> values,
                     std::optional<std::int64_t> first_step) {
  Observed event;
  event.run = run;
  event.metric = metric;
  event.own_steps = first_step.has_value();
  std::int64_t step = first_step.value_or(1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    event.steps.push_back(step++);
    event.times.push_back(now_);
  }
  event.values = std::move(values);
  record(event);
}

void Sample::end(RunKey run, RunOutcome outcome, int exit_code, const std::string& reason) {
  Ended event;
  event.run = run;
  event.outcome = outcome;
  event.at = now_;
  event.exit_code = exit_code;
  event.reason = reason;
  record(event);
}

std::uint32_t Sample::succeed(const std::string& name, double lr, double loss) {
  const std::uint32_t trial = suggest(name, lr);
  const RunKey run = start(trial);
  observe(run, 0, {loss});
  end(run, RunOutcome::succeeded);
  return trial;
}

void Sample::finish(const std::string& reason) {
  StopAsked event;
  event.kind = StopAsked::Kind::finish;
  event.reason = reason;
  record(event);
}

void Sample::flush() {
  if (store_) {
    store_->flush(10s);
  }
}

void Sample::close(int exit, const std::string& reason) {
  store_->close(std::make_shared<const Experiment>(*experiment_),
                checkpoint_names(spec_.name, spec_.space), outcome_line({exit, reason, now_}));
  store_.reset();
}

void Sample::abandon() {
  flush();
  store_.reset();
}

}  // namespace diwan::test
