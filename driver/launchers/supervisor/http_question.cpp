// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/http_question.hpp"

#include <array>
#include <cerrno>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "driver/launchers/supervisor/descriptor.hpp"
#include "driver/launchers/supervisor/error_text.hpp"

namespace diwan {

namespace {

namespace http = boost::beast::http;

/// A long answer is read in turns, so that other runs have theirs.
constexpr std::size_t at_once_bytes = std::size_t{1} << 20;

std::string request_text(int port, const std::string& path,
                         const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string text = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                     "\r\nUser-Agent: diwan\r\nAccept: text/plain;version=0.0.4,*/*;q=0.1\r\n"
                     "Connection: close\r\n";
  for (const auto& [name, value] : headers) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  return text + "\r\n";
}

}  // namespace

struct HttpQuestion::Exchange {
  Descriptor socket;
  in_port_t port = 0;  ///< in the network's order
  std::string request;
  std::size_t sent = 0;
  bool connected = false;
  std::string unread;  ///< of the answer, as long as it is no whole piece
  http::response_parser<http::string_body> answer;
  State state = State::waiting;
  std::string problem;

  explicit Exchange(int number)
      : socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
    answer.body_limit(longest_body_bytes);
    answer.eager(true);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(number));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    port = address.sin_port;
    if (connect(*socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      settle(0);
    } else if (errno != EINPROGRESS) {
      settle(errno);
    }
  }

  void fail(int error) {
    state = error == ECONNREFUSED ? State::refused : State::failed;
    problem = error_text(error);
  }

  void fail(std::string text) {
    state = State::failed;
    problem = std::move(text);
  }

  void see_whether_connected() {
    pollfd room{.fd = *socket, .events = POLLOUT, .revents = 0};
    if (connected || poll(&room, 1, 0) != 1) {
      return;
    }
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(*socket, SOL_SOCKET, SO_ERROR, &error, &size);
    settle(error);
  }

  void settle(int error) {
    // Where nothing listens, a socket that happens to get the same number is connected with itself.
    sockaddr_in own{};
    socklen_t size = sizeof own;
    if (error == 0 && getsockname(*socket, reinterpret_cast<sockaddr*>(&own), &size) == 0 &&
        own.sin_port == port) {
      error = ECONNREFUSED;
    }
    connected = error == 0;
    if (error != 0) {
      fail(error);
    }
  }

  void send_request() {
    while (sent < request.size()) {
      const ssize_t size =
          send(*socket, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      if (size < 0 && errno == EAGAIN) {
        return;
      }
      if (size < 0) {
        fail(errno);
        return;
      }
      sent += static_cast<std::size_t>(size);
    }
  }

  bool read_answer() {
    std::array<char, 65536>
        piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by recv
    std::size_t total = 0;
    while (state == State::waiting && total < at_once_bytes) {
      const ssize_t size = recv(*socket, piece.data(), piece.size(), 0);
      if (size < 0 && errno == EAGAIN) {
        break;
      }
      if (size < 0) {
        fail(errno);
      } else if (size == 0) {
        take_end();
      } else {
        total += static_cast<std::size_t>(size);
        take({piece.data(), static_cast<std::size_t>(size)});
      }
    }
    return total > 0;
  }

  void take(std::string_view bytes) {
    unread.append(bytes);
    boost::system::error_code error;
    const std::size_t taken = answer.put(boost::asio::buffer(unread), error);
    unread.erase(0, taken);
    if (error && error != http::error::need_more) {
      refuse(error);
    } else if (answer.is_done()) {
      judge();
    }
  }

  void take_end() {
    boost::system::error_code error;
    answer.put_eof(error);
    if (error || !answer.is_done()) {
      fail("its answer broke off");
    } else {
      judge();
    }
  }

  void refuse(const boost::system::error_code& error) {
    if (error == http::error::body_limit) {
      fail("its answer is longer than " + std::to_string(longest_body_bytes >> 20) + " MiB");
    } else {
      fail("its answer is no HTTP: " + error.message());
    }
  }

  void judge() {
    const auto& head = answer.get();
    if (head.result() == http::status::ok) {
      state = State::answered;
      return;
    }
    fail("it answered " + std::to_string(head.result_int()) + " " +
         std::string(http::obsolete_reason(head.result())));
  }
};

HttpQuestion::HttpQuestion(int port, const std::string& path,
                           const std::vector<std::pair<std::string, std::string>>& headers)
    : exchange_{std::make_unique<Exchange>(port)} {
  exchange_->request = request_text(port, path, headers);
}

HttpQuestion::HttpQuestion(HttpQuestion&&) noexcept = default;
HttpQuestion& HttpQuestion::operator=(HttpQuestion&&) noexcept = default;
HttpQuestion::~HttpQuestion() = default;

HttpQuestion::State HttpQuestion::go_on(bool& progress) {
  progress = false;
  if (exchange_->state == State::waiting) {
    exchange_->see_whether_connected();
  }
  if (exchange_->state == State::waiting && exchange_->connected) {
    exchange_->send_request();
  }
  if (exchange_->state == State::waiting && exchange_->connected) {
    progress = exchange_->read_answer();
  }
  return exchange_->state;
}

std::string HttpQuestion::take_body() { return std::move(exchange_->answer.get().body()); }

const std::string& HttpQuestion::problem() const { return exchange_->problem; }

}  // namespace diwan
