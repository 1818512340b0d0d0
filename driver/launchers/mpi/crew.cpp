// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/crew.hpp"

#include <algorithm>
#include <exception>
#include <set>
#include <thread>
#include <utility>

namespace diwan::mpi {
namespace {

/// Of one turn.
constexpr std::size_t intake_bytes = std::size_t{2} << 20;

}  // namespace

Crew::Crew(MpiWorld& world, const Tempo& tempo) : world_(world), tempo_(tempo) {
  const auto now = Clock::now();
  for (int rank = 1; rank < world_.size(); ++rank) {
    Worker& worker = workers_[rank];
    worker.heard = now;
    worker.said = now;
  }
}

Crew::~Crew() {
  std::set<int> gone;
  for (const auto& [rank, worker] : workers_) {
    if (worker.state == Worker::State::gone) {
      gone.insert(rank);
    }
  }
  try {
    world_.dismiss_workers(gone, tempo_.farewell);
  } catch (const std::exception&) {
    // MPI no longer works; the workers miss our heartbeat and end.
  }
}

void Crew::wait_while_any(Worker::State state) {
  while (any(state)) {
    look();
    std::this_thread::sleep_for(delay());
  }
}

void Crew::meet() { wait_while_any(Worker::State::awaited); }

std::map<int, Hello> Crew::present() const {
  std::map<int, Hello> hellos;
  for (const auto& [rank, worker] : workers_) {
    if (worker.state != Worker::State::awaited && worker.state != Worker::State::gone) {
      hellos.emplace(rank, worker.hello);
    }
  }
  return hellos;
}

void Crew::greet(int rank, const DirectoryMark& directory, std::string frames) {
  say(rank, welcome,
      encode(Welcome{.coordinator = self_, .directory = directory, .tempo = tempo_}));
  say(rank, Tag::frames, std::move(frames));
  workers_.at(rank).state = Worker::State::greeted;
}

void Crew::await_answers() { wait_while_any(Worker::State::greeted); }

void Crew::send_frames(int rank, std::string frames) { say(rank, Tag::frames, std::move(frames)); }

void Crew::give_up(int rank, const std::string& why) {
  workers_.at(rank).state = Worker::State::gone;
  world_.channel().forget(rank);
  news_.push_back({.kind = News::Kind::gone, .rank = rank, .text = why});
}

std::vector<Crew::News> Crew::turn() {
  look();
  return std::exchange(news_, {});
}

void Crew::look() {
  world_.doorbell().answer();
  const auto now = Clock::now();
  if (now - last_look_ > tempo_.gap) {
    // We were stopped, not they: all get their whole time again.
    for (auto& [rank, worker] : workers_) {
      worker.heard = now;
    }
  }
  last_look_ = now;
  Channel& channel = world_.channel();
  channel.progress();
  for (std::size_t taken = 0; taken < intake_bytes;) {
    auto message = channel.receive();
    if (!message) {
      break;
    }
    taken += message->bytes.size() + 1;
    if (message->tag != heartbeat) {
      backoff_.event(now);
    }
    if (workers_.contains(message->peer)) {
      handle(std::move(*message), now);
    }
  }
  keep_in_touch(now);
}

void Crew::handle(Message message, Clock::time_point now) {
  const int rank = message.peer;
  Worker& worker = workers_.at(rank);
  if (worker.state == Worker::State::gone) {
    // Taken for dead, and speaks: its runs have gone elsewhere.
    if (now - worker.said >= tempo_.heartbeat && world_.channel().backlog_bytes(rank) == 0) {
      say(rank, begone);
    }
    return;
  }
  worker.heard = now;
  switch (message.tag) {
    case hello:
      handle_hello(rank, message.bytes);
      break;
    case ready:
      worker.state = Worker::State::working;
      news_.push_back({.kind = News::Kind::ready, .rank = rank, .text = {}});
      break;
    case refused:
      worker.state = Worker::State::idle;
      news_.push_back(
          {.kind = News::Kind::refused, .rank = rank, .text = std::move(message.bytes)});
      break;
    case Tag::frames:
      news_.push_back({.kind = News::Kind::frames, .rank = rank, .text = std::move(message.bytes)});
      break;
    case supervisor_gone:
      worker.state = Worker::State::idle;
      news_.push_back({.kind = News::Kind::supervisor, .rank = rank, .text = {}});
      break;
    case warned:
      say(rank, heartbeat);
      break;
    default:
      break;
  }
}

void Crew::handle_hello(int rank, const std::string& text) {
  try {
    workers_.at(rank).hello = decode_hello(text);
    workers_.at(rank).state = Worker::State::met;
    workers_.at(rank).near = same_host(workers_.at(rank).hello.process, self_);
  } catch (const std::exception& error) {
    give_up(rank, std::string("it introduced itself wrongly (") + error.what() + ")");
  }
}

void Crew::keep_in_touch(Clock::time_point now) {
  for (auto& [rank, worker] : workers_) {
    // Something under way shows that we live as soon as the worker looks.
    if (worker.state != Worker::State::gone && now - worker.said >= tempo_.heartbeat &&
        world_.channel().backlog_bytes(rank) == 0) {
      say(rank, heartbeat);
    }
  }
  if (now - last_watch_ >= tempo_.heartbeat) {
    last_watch_ = now;
    find_the_dead();
  }
}

void Crew::find_the_dead() {
  for (auto& [rank, worker] : workers_) {
    if (worker.state == Worker::State::gone) {
      continue;
    }
    const bool met = worker.state != Worker::State::awaited;
    if (met && alive(worker.hello.process, self_) == false) {
      give_up(rank, "its process died");
    } else if (last_watch_ - worker.heard > tempo_.silence) {
      give_up(rank, "nothing came from it for " + std::to_string(tempo_.silence.count()) + " ms");
    }
  }
}

void Crew::say(int rank, Tag tag, std::string bytes) {
  Worker& worker = workers_.at(rank);
  world_.channel().send(rank, tag, std::move(bytes));
  worker.said = Clock::now();
  if (tag != heartbeat) {
    backoff_.event(worker.said);
    if (worker.near) {
      Doorbell::ring(worker.hello.process);
    }
  }
}

std::chrono::microseconds Crew::delay() {
  const bool rung = !world_.channel().transferring() &&
                    std::all_of(workers_.begin(), workers_.end(), [](const auto& entry) {
                      return entry.second.near || entry.second.state == Worker::State::gone;
                    });
  return backoff_.next(Clock::now(), rung);
}

std::string Crew::title(int rank) const {
  const std::string& host = workers_.at(rank).hello.process.host;
  return "worker rank " + std::to_string(rank) + (host.empty() ? "" : " on " + host);
}

bool Crew::any(Worker::State state) const {
  return std::any_of(workers_.begin(), workers_.end(),
                     [&](const auto& entry) { return entry.second.state == state; });
}

}  // namespace diwan::mpi
