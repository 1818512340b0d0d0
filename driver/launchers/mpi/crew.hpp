// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "driver/launchers/mpi/backoff.hpp"
#include "driver/launchers/mpi/channel.hpp"
#include "driver/launchers/mpi/dialogue.hpp"
#include "driver/launchers/mpi/doorbell.hpp"
#include "driver/launchers/mpi/world.hpp"

namespace diwan::mpi {

/// The workers as rank 0 knows them: greets them, carries frames, and notices who dies.
class Crew {
 public:
  using Clock = std::chrono::steady_clock;

  /// Something that came from a worker or happened to it.
  struct News {
    enum class Kind {
      frames,      ///< `text`: bytes of its supervisor's stream
      ready,       ///< it sees the directory and takes trials
      refused,     ///< it does not, `text` says why
      supervisor,  ///< its supervisor died: it takes no more trials
      gone         ///< it is dead, or taken for it; `text` says why
    };
    Kind kind;
    int rank = 0;
    std::string text;
  };

  Crew(MpiWorld& world, const Tempo& tempo);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew();  ///< sends all home

  /// Waits until all have said hello or are given up, which the next turn() tells.
  void meet();
  /// Those who said hello and are not gone.
  std::map<int, Hello> present() const;
  /// Shows a worker the directory; `frames` go to its supervisor.
  void greet(int rank, const DirectoryMark& directory, std::string frames);
  /// Waits until all who were greeted have answered or are given up.
  void await_answers();

  void send_frames(int rank, std::string frames);
  /// Takes a worker for dead.
  void give_up(int rank, const std::string& why);

  /// One look: moves messages on and tells what is new. Takes a bounded number of bytes, so that a
  /// flood of observations stays with those who send it.
  std::vector<News> turn();
  /// How long to sleep at most before the next look, if nobody rings.
  std::chrono::microseconds delay();

  bool working() const { return any(Worker::State::working); }
  /// "worker rank 2 on n1"
  std::string title(int rank) const;

 private:
  struct Worker {
    enum class State { awaited, met, greeted, working, idle, gone };
    State state = State::awaited;
    Hello hello;
    bool near = false;  ///< on our host, where ranks ring
    Clock::time_point heard;
    Clock::time_point said;
  };

  void look();
  void handle(Message message, Clock::time_point now);
  void handle_hello(int rank, const std::string& text);
  void keep_in_touch(Clock::time_point now);
  void find_the_dead();
  void say(int rank, Tag tag, std::string bytes = {});
  bool any(Worker::State state) const;
  void wait_while_any(Worker::State state);

  MpiWorld& world_;
  Tempo tempo_;
  ProcessIdentity self_ = this_process();
  std::map<int, Worker> workers_;
  std::vector<News> news_;
  Backoff backoff_;
  Clock::time_point last_look_ = Clock::now();
  Clock::time_point last_watch_{};
};

}  // namespace diwan::mpi
