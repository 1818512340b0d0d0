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
    const auto read = [&](std::string_view line, bool whole) {
      sink(line, whole);
      return true;
    };
    feed(bytes, read, [](std::string_view rest) { return rest.size(); });
  }

  /// The same for a sink that says whether there was anything to a line. After one to which there
  /// was nothing, lines before the place where something may be, which `leap(rest)` gives (the size
  /// of `rest` where there is none in it), are passed over unseen.
  template <class Sink, class Leap>
  void feed(std::string_view bytes, Sink&& sink, Leap&& leap) {
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
      bool dull = false;
      if (pending_.empty() && part.size() <= limit_bytes) {
        dull = !sink(part, true);
      } else {
        keep(part);
        finish(sink);
      }
      at = line_end + 1;
      if (dull) {
        at = past_dull_lines(at, end, leap);
      }
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
  /// Looks no further than the longest line, so that none longer is passed over.
  template <class Leap>
  static const char* past_dull_lines(const char* at, const char* end, Leap&& leap) {
    const auto room = std::min(static_cast<std::size_t>(end - at), limit_bytes);
    const std::size_t place = leap(std::string_view(at, room));
    const char* const newline = find_last(at, at + place, '\n');
    const char* const from = newline == nullptr ? at : newline + 1;
    const char* const carriage_return = find_last(from, at + place, '\r');
    return carriage_return == nullptr ? from : carriage_return + 1;
  }

  static const char* find_last(const char* from, const char* end, char wanted) {
    return from == end ? nullptr
                       : static_cast<const char*>(
                             ::memrchr(from, wanted, static_cast<std::size_t>(end - from)));
  }

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
