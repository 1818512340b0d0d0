// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
//
// A Scheduler for scripts: scheduler_program PROGRAM reads its protocol's questions on stdin, one a
// line, and writes the answers as they come. PROGRAM is bin/diwan, with or without diwan-slurm
// beside it.
#include <exception>
#include <iostream>
#include <string>

#include <poll.h>
#include <unistd.h>

#include "driver/launchers/slurm/scheduler/protocol.hpp"

namespace diwan::slurm {
namespace {

void pass_on(Scheduler& scheduler, const Submit& what) { scheduler.submit(what.request); }
void pass_on(Scheduler& scheduler, const Ask& what) { scheduler.ask(what.arrays); }
void pass_on(Scheduler& scheduler, const Find& what) { scheduler.find(what.comments); }
void pass_on(Scheduler& scheduler, const Cancel& what) { scheduler.cancel(what.array, what.tasks); }
void pass_on(Scheduler& scheduler, const Signal& what) {
  scheduler.signal(what.array, what.task, what.number);
}
void pass_on(Scheduler& scheduler, const AskLimits&) { scheduler.limits(); }

/// Questions are numbered from 1 on, in their order.
void run(Scheduler& scheduler) {
  std::string lines;
  while (true) {
    pollfd entries[] = {{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                        {.fd = scheduler.descriptor(), .events = POLLIN, .revents = 0}};
    poll(static_cast<pollfd*>(entries), 2, -1);
    for (const Answer& answer : scheduler.answers()) {
      std::cout << encode(Reply{.answer = answer,
                                .requests = static_cast<std::uint32_t>(scheduler.requests())})
                << std::flush;
    }
    if (entries[0].revents == 0) {
      continue;
    }
    std::string piece(65536, '\0');
    const ssize_t size = read(STDIN_FILENO, piece.data(), piece.size());
    if (size <= 0) {
      return;
    }
    lines.append(piece, 0, static_cast<std::size_t>(size));
    for (std::size_t end = lines.find('\n'); end != std::string::npos; end = lines.find('\n')) {
      const Question question = decode_question(std::string_view{lines}.substr(0, end));
      lines.erase(0, end + 1);
      std::visit([&](const auto& what) { pass_on(scheduler, what); }, question.what);
    }
  }
}

}  // namespace
}  // namespace diwan::slurm

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: scheduler_program PROGRAM\n";
    return 2;
  }
  try {
    diwan::slurm::run(*diwan::slurm::make_scheduler(argv[1]));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
