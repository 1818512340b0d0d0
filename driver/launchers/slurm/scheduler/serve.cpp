// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <array>
#include <cerrno>
#include <string_view>

#include <sys/socket.h>

#include "driver/launchers/slurm/scheduler/service.hpp"

namespace diwan::slurm {

namespace {

/// @return false if nobody reads it
bool write_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (size < 0 && errno != EINTR) {
      return false;
    }
    text.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 0);
  }
  return true;
}

Answer answer_to(std::string_view line, Service& service) {
  try {
    const Question question = decode_question(line);
    return numbered(
        std::visit([&](const auto& what) { return service.answer(what); }, question.what),
        question.number);
  } catch (const BadLine& error) {
    return Refused{.question = number_in(line),
                   .kind = Refused::Kind::forbidden,
                   .text = error.what(),
                   .field = {}};
  }
}

}  // namespace

void serve(int socket, Service& service, const std::string& through) {
  if (!write_all(socket, encode(Ready{through}))) {
    return;
  }
  std::string lines;
  std::array<char, 65536> piece{};
  while (true) {
    const ssize_t size = recv(socket, piece.data(), piece.size(), 0);
    if (size == 0 || (size < 0 && errno != EINTR)) {
      return;
    }
    lines.append(piece.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    std::size_t end = lines.find('\n');
    while (end != std::string::npos) {
      const std::uint32_t before = service.requests();
      const Answer answer = answer_to(std::string_view{lines}.substr(0, end), service);
      lines.erase(0, end + 1);
      if (const auto why = service.unusable()) {
        write_all(socket, encode(Unusable{*why}));
        return;
      }
      if (!write_all(socket,
                     encode(Reply{.answer = answer, .requests = service.requests() - before}))) {
        return;
      }
      end = lines.find('\n');
    }
  }
}

}  // namespace diwan::slurm
