// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/client.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace diwan::slurm {

namespace {

using std::chrono::milliseconds;

/// So often may the process die before its first answer; libslurm then does not work here.
constexpr int most_silent_deaths = 3;

void add_to(int events, int descriptor, std::uint32_t what) {
  epoll_event event{};
  event.events = what;
  event.data.fd = descriptor;
  epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event);
}

}  // namespace

std::unique_ptr<Scheduler> make_scheduler(const std::filesystem::path& program) {
  return std::make_unique<Client>(program, Patience{});
}

Client::Client(const std::filesystem::path& program, Patience patience)
    : library_{program.parent_path().parent_path() / "libexec" / "diwan" / "diwan-slurm"},
      tools_{program.native(), "exec", "--scheduler", "0"},
      patience_{patience},
      events_{epoll_create1(EPOLL_CLOEXEC)},
      timer_{timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)},
      pause_{patience.restart} {
  if (events_ < 0 || timer_ < 0) {
    const int error = errno;
    close(events_);
    close(timer_);
    throw std::system_error{error, std::generic_category(), "epoll and timer of the scheduler"};
  }
  add_to(events_, timer_, EPOLLIN);
  if (access(library_.c_str(), X_OK) != 0) {
    use_tools("no " + library_ + ", for which Diwan is built with -DDIWAN_WITH_SLURM=ON");
  } else {
    start();
  }
  arm();
}

Client::~Client() {
  process_.reset();
  close(timer_);
  close(events_);
}

std::uint64_t Client::ask(const std::vector<std::uint32_t>& arrays) {
  return add({0, Ask{arrays}});
}

std::uint64_t Client::find(const std::vector<std::string>& comments) {
  return add({0, Find{comments}});
}

std::uint64_t Client::cancel(std::uint32_t array, const std::vector<std::uint32_t>& tasks) {
  return add({0, Cancel{array, tasks}});
}

std::uint64_t Client::signal(std::uint32_t array, std::uint32_t task, int number) {
  return add({0, Signal{array, task, number}});
}

std::uint64_t Client::add(Question question) {
  question.number = ++last_question_;
  try {
    std::string line = encode(question);
    if (open_.empty()) {
      waits_since_ = Clock::now();
    }
    if (process_) {
      outbox_.queue() += line;
      // That the process is gone shows when we read.
      outbox_.flush(process_->socket());
    }
    open_.push_back({.question = question.number, .line = std::move(line)});
  } catch (const BadLine& error) {
    answers_.emplace_back(Refused{.question = question.number,
                                  .kind = Refused::Kind::forbidden,
                                  .text = error.what(),
                                  .field = {}});
  }
  arm();
  return question.number;
}

std::vector<Answer> Client::answers() {
  if (process_) {
    process_->last_words();
    read();
  }
  if (process_ && overdue()) {
    lose(true, "no answer for " + std::to_string(patience_.answer.count() / 1000) + " s");
  }
  if (!process_ && Clock::now() >= restart_at_) {
    start();
  }
  if (process_) {
    outbox_.flush(process_->socket());
  }
  std::vector<Answer> answers = std::exchange(answers_, {});
  arm();
  return answers;
}

void Client::start() {
  ++starts_;
  ready_ = false;
  answered_ = false;
  incoming_.clear();
  waits_since_ = Clock::now();
  try {
    process_ = std::make_unique<ServerProcess>(
        spawner_, with_library_ ? std::vector<std::string>{library_} : tools_);
  } catch (const std::system_error& error) {
    lose(true, error.what());
    return;
  }
  add_to(events_, process_->socket(), EPOLLIN);
  add_to(events_, process_->errors(), EPOLLIN);
  outbox_ = {};
  for (const Open& open : open_) {
    outbox_.queue() += open.line;
  }
  outbox_.flush(process_->socket());
}

void Client::read() {
  constexpr std::size_t at_once = std::size_t{1} << 22;
  const Received received = read_socket(process_->socket(), at_once);
  incoming_ += received.bytes;
  std::size_t begin = 0;
  const std::uint64_t reader = starts_;
  for (std::size_t end = incoming_.find('\n'); end != std::string::npos;
       end = incoming_.find('\n', begin)) {
    const std::string line = incoming_.substr(begin, end - begin);
    begin = end + 1;
    take(line);
    if (!process_ || starts_ != reader) {
      return;
    }
  }
  incoming_.erase(0, begin);
  if (received.gone) {
    lose(false, {});
  }
}

void Client::take(const std::string& line) {
  waits_since_ = Clock::now();
  ServerLine decoded = Unusable{};
  try {
    decoded = decode_server_line(line);
  } catch (const BadLine& error) {
    lose(true, std::string{"it said what is not in the protocol: "} + error.what());
    return;
  }
  if (std::holds_alternative<Ready>(decoded)) {
    ready_ = true;
    return;
  }
  if (const auto* unusable = std::get_if<Unusable>(&decoded)) {
    if (with_library_) {
      use_tools(unusable->text);
    } else {
      lose(true, unusable->text);
    }
    return;
  }
  auto& reply = std::get<Reply>(decoded);
  requests_ += reply.requests;
  answered_ = true;
  silent_deaths_ = 0;
  pause_ = patience_.restart;
  const std::uint64_t number = question_of(reply.answer);
  const auto open = std::find_if(open_.begin(), open_.end(),
                                 [&](const Open& one) { return one.question == number; });
  if (open != open_.end()) {
    open_.erase(open);
    answers_.push_back(std::move(reply.answer));
  } else if (std::holds_alternative<Remark>(reply.answer)) {
    answers_.push_back(std::move(reply.answer));
  }
}

/// The process is dead, or to be killed. One that never was ready cannot be used, and has done
/// nothing of what was asked; of another we do not know what it did.
void Client::lose(bool at_once, const std::string& why) {
  std::string how = process_ ? process_->bury(at_once) : std::string{};
  if (!why.empty()) {
    how = why + (how.empty() ? std::string{} : "; it " + how);
  }
  process_.reset();
  // One that we killed may have waited for Slurm.
  if (!answered_ && !at_once) {
    ++silent_deaths_;
  }
  if (with_library_ && (!ready_ || silent_deaths_ >= most_silent_deaths)) {
    if (ready_) {
      refuse_open(how);
    }
    use_tools(how);
    return;
  }
  refuse_open(how);
  restart_at_ = Clock::now() + pause_;
  pause_ = std::min(2 * pause_, patience_.longest_restart);
}

void Client::refuse_open(const std::string& why) {
  for (const Open& open : std::exchange(open_, {})) {
    answers_.emplace_back(Refused{.question = open.question,
                                  .kind = Refused::Kind::away,
                                  .text = "the process that asks Slurm is gone: " + why,
                                  .field = {}});
  }
}

void Client::use_tools(const std::string& why) {
  process_.reset();
  with_library_ = false;
  answers_.emplace_back(
      Remark{"Slurm is asked by its command-line tools, not by libslurm: " + why});
  start();
}

bool Client::overdue() const {
  return (!ready_ || !open_.empty()) && Clock::now() >= waits_since_ + patience_.answer;
}

/// Makes the descriptor readable when answers() has something to do.
void Client::arm() {
  std::optional<Clock::time_point> when;
  if (!answers_.empty()) {
    when = Clock::now();
  } else if (!process_) {
    when = restart_at_;
  } else if (!outbox_.empty()) {
    // The process takes no more than a socket holds while it waits for Slurm.
    constexpr milliseconds until_it_may_take_more{20};
    when = Clock::now() + until_it_may_take_more;
  } else if (!ready_ || !open_.empty()) {
    when = waits_since_ + patience_.answer;
  }
  itimerspec spec{};
  if (when) {
    const auto left =
        std::max<std::chrono::nanoseconds>(*when - Clock::now(), std::chrono::nanoseconds{1});
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    spec.it_value.tv_sec = seconds.count();
    spec.it_value.tv_nsec = (left - seconds).count();
  }
  timerfd_settime(timer_, 0, &spec, nullptr);
}

}  // namespace diwan::slurm
