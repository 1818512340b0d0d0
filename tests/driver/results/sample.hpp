// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver/core/experiment.hpp"
#include "driver/spec/spec.hpp"
#include "driver/store/store.hpp"

namespace diwan::test {

/// A directory of its own that goes with it.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Minimises loss, with accuracy beside it, over lr (double), batch (categorical 32, 64), layers
/// (int) and width (discrete 0.5, 1.0); 4 trials.
const std::string& sample_spec();

/// An experiment written record by record into a real directory. The clock starts at
/// 2026-01-01T00:00:00Z and goes on one second a record.
class Sample {
 public:
  enum class Owner { this_process, dead_process };
  explicit Sample(Owner owner = Owner::this_process, const std::string& spec = sample_spec());

  std::filesystem::path directory() const { return scratch_.path() / "e.diwan"; }
  std::filesystem::path file() const { return scratch_.path() / "e.yaml"; }
  const Experiment& experiment() const { return *experiment_; }
  Time now() const { return now_; }

  /// Writes one record; false if it does not fit.
  bool record(Event event);
  /// Suggests trial `e-NAME`; returns its number.
  std::uint32_t suggest(const std::string& name, double lr, double batch = 0, double layers = 2,
                        double width = 0);
  /// Queues and starts the trial's next attempt on host n1.
  RunKey start(std::uint32_t trial);
  /// Reports values of metric 0 (loss) or 1 (accuracy), with own steps from `first_step` where
  /// given.
  void observe(RunKey run, std::uint32_t metric, std::vector<double> values,
               std::optional<std::int64_t> first_step = {});
  void end(RunKey run, RunOutcome outcome, int exit_code = 0, const std::string& reason = "");
  /// Suggests, runs and ends a trial that reported one loss.
  std::uint32_t succeed(const std::string& name, double lr, double loss);
  void finish(const std::string& reason);

  /// Makes everything written visible to other readers; the store stays open, if it is.
  void flush();
  /// Ends the run in order, with an outcome of this exit status.
  void close(int exit, const std::string& reason = "");
  /// Ends the run without a word.
  void abandon();

 private:
  ScratchDirectory scratch_;
  Spec spec_;
  std::unique_ptr<Experiment> experiment_;
  std::unique_ptr<Store> store_;
  Time now_;
};

}  // namespace diwan::test
