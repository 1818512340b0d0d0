// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "collectors/prometheus_collector.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/launchers/supervisor/http_question.hpp"

namespace diwan {

/// Asks a run's program again and again for what it shows to Prometheus (kind PrometheusMetric),
/// and writes down what is new: one line of exposition with its time for each changed value, so
/// that the file holds the same observations again.
///
/// Asking costs the program at most a sixth of its serving time. As long as nothing listens it is
/// asked more and more seldom, at least once a second. An answer has five seconds and 4 MiB.
class Scraper {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  Scraper(ScrapeTarget target, int port, const std::vector<std::string>& metrics,
          std::filesystem::path record);

  /// Reads on, or asks anew if it is time to and `may_ask`. Gives the lines of new values; `now` is
  /// the time of those that bring none.
  struct Look {
    std::string lines;
    bool progress = false;  ///< something came
  };
  Look look(SteadyTime now, Time wall, bool may_ask);
  /// The next look asks, unless an answer is awaited.
  void hurry() { next_ = {}; }

  /// `http://127.0.0.1:PORT/PATH`
  std::string address() const;
  /// What went wrong, for people; empty if it has answered.
  const std::string& problem() const { return problem_; }
  /// The series in its last answer, those that resemble `wanted` first.
  std::vector<std::string> series(std::string_view wanted, std::size_t most) const;
  /// Why the lines could not be written to the file, once; they count nonetheless.
  std::optional<std::string> take_record_problem();

 private:
  std::string take_answer(std::string body, Time wall);
  void take_problem(std::string text);
  void write_down(const std::string& lines);
  void end_question(SteadyTime now, std::chrono::milliseconds least);

  ScrapeTarget target_;
  int port_;
  std::vector<Series> series_;
  PrometheusCollector collector_;
  std::filesystem::path record_;
  std::optional<HttpQuestion> question_;
  std::optional<SteadyTime> first_;
  SteadyTime asked_{};
  SteadyTime next_{};
  std::string last_answer_;
  std::string problem_ = "it was never asked";
  std::optional<std::string> record_problem_;
  bool record_failed_ = false;
  bool heard_ = false;  ///< something came from it, well or not
};

}  // namespace diwan
