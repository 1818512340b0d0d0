// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/scraper.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "collectors/exposition.hpp"
#include "driver/launchers/supervisor/descriptor.hpp"
#include "driver/launchers/supervisor/error_text.hpp"

namespace diwan {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds least_pause{250};
constexpr milliseconds least_pause_after_failure{1000};
constexpr milliseconds longest_pause{10000};
/// A pause is so many times as long as the answer took.
constexpr int pauses_per_answer = 5;
constexpr milliseconds least_pause_after_refusal{100};
constexpr milliseconds longest_answer{5000};
/// Of an answer's text, for the hint where the objective was not in it.
constexpr std::size_t kept_answer_bytes = std::size_t{64} << 10;

}  // namespace

Scraper::Scraper(ScrapeTarget target, int port, const std::vector<std::string>& metrics,
                 std::filesystem::path record)
    : target_{std::move(target)}, port_{port}, collector_{metrics}, record_{std::move(record)} {
  std::ranges::transform(metrics, std::back_inserter(series_), series_of_metric);
}

Scraper::Look Scraper::look(SteadyTime now, Time wall, bool may_ask) {
  Look look;
  if (!question_) {
    if (!may_ask || now < next_) {
      return look;
    }
    first_ = first_.value_or(now);
    asked_ = now;
    question_.emplace(port_, target_.path, target_.headers);
  }
  switch (question_->go_on(look.progress)) {
    case HttpQuestion::State::waiting:
      if (now - asked_ >= longest_answer) {
        constexpr auto seconds = std::chrono::floor<std::chrono::seconds>(longest_answer);
        take_problem("its answer took longer than " + std::to_string(seconds.count()) + " s");
        end_question(now, least_pause_after_failure);
      }
      break;
    case HttpQuestion::State::answered:
      heard_ = true;
      problem_.clear();
      look.lines = take_answer(question_->take_body(), wall);
      end_question(now, least_pause);
      break;
    case HttpQuestion::State::refused:
      if (!heard_) {  // later it has only ended
        problem_ = "nothing listened there (" + question_->problem() + ")" +
                   (target_.port ? "" : "; have the program listen on DIWAN_PORT");
      }
      end_question(now, std::clamp(std::chrono::floor<milliseconds>(now - *first_) / 10,
                                   least_pause_after_refusal, least_pause_after_failure));
      break;
    case HttpQuestion::State::failed:
      take_problem(question_->problem());
      end_question(now, least_pause_after_failure);
      break;
  }
  return look;
}

void Scraper::take_problem(std::string text) {
  heard_ = true;
  if (last_answer_.empty()) {  // else it did answer, and what it showed tells more
    problem_ = std::move(text);
  }
}

void Scraper::end_question(SteadyTime now, milliseconds least) {
  const auto took = std::chrono::floor<milliseconds>(now - asked_);
  next_ = now + std::clamp(pauses_per_answer * took, least, longest_pause);
  question_.reset();
}

std::string Scraper::take_answer(std::string body, Time wall) {
  body += '\n';  // its last line may lack one
  std::string lines;
  for (const Observation& observation : collector_.feed(body)) {
    lines += sample_line(series_.at(observation.metric), observation.value,
                         observation.time.value_or(wall));
  }
  body.resize(std::min(body.size(), kept_answer_bytes));
  last_answer_ = std::move(body);
  write_down(lines);
  return lines;
}

void Scraper::write_down(const std::string& lines) {
  if (lines.empty() || record_failed_) {
    return;
  }
  const Descriptor file{
      open(record_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)};
  const off_t end = *file < 0 ? -1 : lseek(*file, 0, SEEK_END);
  const ssize_t written = end < 0 ? -1 : write(*file, lines.data(), lines.size());
  if (written == static_cast<ssize_t>(lines.size())) {
    return;
  }
  record_failed_ = true;
  record_problem_ = error_text(written < 0 ? errno : ENOSPC);
  if (written > 0 && ftruncate(*file, end) != 0) {
    *record_problem_ += "; its last line is not whole";  // and would be read as another value
  }
}

std::string Scraper::address() const {
  return "http://127.0.0.1:" + std::to_string(port_) + target_.path;
}

std::vector<std::string> Scraper::series(std::string_view wanted, std::size_t most) const {
  return exposed_series(last_answer_, wanted, most);
}

std::optional<std::string> Scraper::take_record_problem() {
  return std::exchange(record_problem_, std::nullopt);
}

}  // namespace diwan
