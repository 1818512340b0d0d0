// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace diwan {

/// Cuts a stream into lines, each ended by \n or \r (progress bars), however the bytes arrive.
///
/// A line longer than `limit_bytes` is given cut to that length, and the rest of it is dropped:
/// so memory stays bounded. A sink is called as sink(line, whole), `whole` telling which it is.
class LineSplitter {
 public:
  static constexpr std::size_t limit_bytes = std::size_t{1} << 20;

  /// Lines completed by these bytes, without their ends; each is valid during the call only.
  template <class Sink>
  void feed(std::string_view bytes, Sink&& sink) {
    const char* const end = bytes.data() + bytes.size();
    const char* at = bytes.data();
    const char* newline = find(at, end, '\n');
    const char* carriage_return = find(at, end, '\r');
    while (true) {
      const char* const line_end = std::min(newline, carriage_return);
      const std::string_view part(at, static_cast<std::size_t>(line_end - at));
      if (line_end == end) {
        keep(part);
        return;
      }
      if (pending_.empty() && part.size() <= limit_bytes) {
        sink(part, true);
      } else {
        keep(part);
        finish(sink);
      }
      at = line_end + 1;
      if (newline < at) {
        newline = find(at, end, '\n');
      }
      if (carriage_return < at) {
        carriage_return = find(at, end, '\r');
      }
    }
  }

  /// The unfinished last line, if there is one.
  template <class Sink>
  void finish(Sink&& sink) {
    if (!pending_.empty()) {
      sink(std::string_view(pending_), !overlong_);
    }
    pending_.clear();
    overlong_ = false;
  }

 private:
  static const char* find(const char* from, const char* end, char wanted) {
    if (from == end) {
      return end;
    }
    const void* const found = std::memchr(from, wanted, static_cast<std::size_t>(end - from));
    return found == nullptr ? end : static_cast<const char*>(found);
  }

  void keep(std::string_view part) {
    const std::size_t room = limit_bytes - pending_.size();
    overlong_ = overlong_ || part.size() > room;
    pending_.append(part.substr(0, room));
  }

  std::string pending_;
  bool overlong_ = false;
};

}  // namespace diwan
