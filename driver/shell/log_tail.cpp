// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/log_tail.hpp"

#include <algorithm>
#include <deque>
#include <fstream>
#include <ios>
#include <system_error>

#include "driver/results/table.hpp"

namespace diwan {
namespace {

std::deque<std::string> last_lines(const std::filesystem::path& file, std::size_t most) {
  constexpr std::streamoff most_bytes = 4000;
  std::error_code none;
  if (!std::filesystem::is_regular_file(file, none)) {
    return {};  // a FIFO, which a trial may put there, would hold us
  }
  std::ifstream log(file, std::ios::binary | std::ios::ate);
  const std::streamoff size = log ? static_cast<std::streamoff>(log.tellg()) : 0;
  std::deque<std::string> lines;
  if (size <= 0) {
    return lines;
  }
  log.seekg(std::max<std::streamoff>(0, size - most_bytes));
  for (std::string line; std::getline(log, line);) {
    lines.push_back(printable(line));
    if (lines.size() > most) {
      lines.pop_front();
    }
  }
  return lines;
}

}  // namespace

std::string log_tail(const std::filesystem::path& attempt_directory, std::size_t most) {
  std::string text;
  for (const char* name : {"stdout.log", "stderr.log"}) {
    const std::deque<std::string> lines = last_lines(attempt_directory / name, most);
    text += lines.empty() ? "" : "the end of its " + std::string(name) + ":\n";
    for (const std::string& line : lines) {
      text += "  " + line + "\n";
    }
  }
  return text;
}

}  // namespace diwan
