// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace diwan {

/// One GET of a page on this host, by HTTP, which never makes the caller wait: what has not come
/// yet is read by a later call.
class HttpQuestion {
 public:
  static constexpr std::size_t longest_body_bytes = std::size_t{4} << 20;

  /// Asks 127.0.0.1. `headers` are sent besides our own.
  HttpQuestion(int port, const std::string& path,
               const std::vector<std::pair<std::string, std::string>>& headers);
  HttpQuestion(HttpQuestion&&) noexcept;
  HttpQuestion& operator=(HttpQuestion&&) noexcept;
  HttpQuestion(const HttpQuestion&) = delete;
  HttpQuestion& operator=(const HttpQuestion&) = delete;
  ~HttpQuestion();

  enum class State { waiting, answered, refused, failed };
  /// Goes on as far as it can be done at once; `progress` is true if some of the answer came.
  State go_on(bool& progress);
  /// Of an answered question: what came.
  std::string take_body();
  /// Of a refused or failed one: why, for people ("Connection refused", "it answered 404 Not
  /// Found").
  const std::string& problem() const;

 private:
  struct Exchange;
  std::unique_ptr<Exchange> exchange_;
};

}  // namespace diwan
