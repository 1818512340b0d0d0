// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "driver/core/command.hpp"
#include "driver/core/stimulus.hpp"
#include "tests/for_each_seed.hpp"

namespace diwan::simulation {

/// All that one metric of a run will say on one source, and how much of it was said.
struct Stream {
  std::uint32_t metric = 0;
  Source source = Source::standard_output;
  bool own_steps = false;
  std::vector<std::int64_t> steps;
  std::vector<double> values;
  std::size_t said = 0;
};

/// A run as the world has it, whether or not anybody was told.
struct FakeRun {
  RunKey key;
  std::vector<Stream> streams;
  RunOutcome fate = RunOutcome::succeeded;  ///< how it ends if nobody interferes
  bool started = false;
  bool over = false;
  bool told_to_stop = false;
  std::optional<Ended> end;  ///< as its supervisor wrote it down
};

/// A launcher whose runs start, speak, fail, vanish and dawdle as the dice say, and whose reports
/// come late and repeatedly. Only the order of one run's first reports holds.
class FakeLauncher {
 public:
  FakeLauncher(Dice& dice, bool outlives, std::uint32_t metrics);

  void submit(std::span<const RunKey> runs);
  void cancel(std::span<const Cancel::Item> runs);

  /// A moment passes. With `calm` nothing is lost any more.
  void live(bool calm);
  /// Some of the reports; with `calm` all of them and none twice.
  std::vector<Stimulus> poll(bool calm);
  std::uint32_t capacity() const { return capacity_; }
  void set_capacity(std::uint32_t capacity);

  /// The program died: so do its runs, unless they outlive it, and what it was about to hear.
  void die();
  /// What can still be learnt of a run: all it said, and its end where that was written down.
  void recover(RunKey key, std::vector<Stimulus>& stimuli);

  const FakeRun* find(RunKey key) const;
  /// Did some attempt of this trial run to its end and succeed?
  bool succeeded(std::uint32_t trial) const;

 private:
  FakeRun make(RunKey key);
  void speak(FakeRun& run);
  void end(FakeRun& run, RunOutcome outcome, LostCause cause, bool written);
  Observed batch(const FakeRun& run, const Stream& stream, std::size_t from) const;
  std::size_t alive() const;

  Dice& dice_;
  bool outlives_;
  std::uint32_t metrics_;
  bool mute_;  ///< hardly a run says anything
  std::uint32_t capacity_ = 3;
  std::map<RunKey, FakeRun> runs_;
  std::deque<Stimulus> queue_;
  std::vector<Stimulus> delivered_;
};

}  // namespace diwan::simulation
