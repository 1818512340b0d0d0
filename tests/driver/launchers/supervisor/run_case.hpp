// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "driver/launchers/local.hpp"
#include "tests/driver/launchers/listener.hpp"

namespace diwan::test {

/// Runs under a real supervisor, through the local launcher with two slots.
class RunCase : public testing::Test {
 protected:
  void start(const std::function<void(RunSettings&)>& change = [](RunSettings&) {}) {
    settings_ = settings_in(directory_.path());
    change(settings_);
    launcher_ = make_local_launcher(settings_, 2, supervisor_program());
    listener_ = std::make_unique<Listener>(*launcher_);
  }
  void submit(const Launch& launch) { launcher_->submit({&launch, 1}); }
  void cancel(std::uint32_t trial, bool now = false) {
    const RunKey run{.trial = trial, .attempt = 1};
    launcher_->cancel({&run, 1}, now);
  }
  /// Submits and waits for the end.
  const Ended& end_of(const Launch& launch) {
    submit(launch);
    EXPECT_TRUE(listener_->until_ended(launch.run.trial));
    return listener_->end(launch.run.trial);
  }
  std::filesystem::path attempt(std::uint32_t trial) const {
    return attempt_directory(directory_.path(), "e-" + std::to_string(trial), 1);
  }
  std::string output(std::uint32_t trial) const { return text_of(attempt(trial) / "stdout.log"); }

  TemporaryDirectory directory_;
  RunSettings settings_;
  std::unique_ptr<Launcher> launcher_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace diwan::test
