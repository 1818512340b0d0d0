// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// How many observations per second each collector finds on one core: collector_rate [SECONDS]
// One line per case: name, million observations/s, million lines/s, MB/s. Then the text collector
// beside `grep -E` of the same expression on the same file, read from its start to its end by each
// in turn: MB/s of CPU time, the best of five, and how many times as fast the collector is.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "collectors/collector.hpp"
#include "collectors/registry.hpp"

namespace {

using diwan::Collector;
using diwan::CollectorKind;
using diwan::FileFormat;

struct Case {
  std::string name;
  std::function<std::unique_ptr<Collector>()> make;
  std::function<std::string(int)> line;  // the i-th, with its end
};

std::string fraction(int i) { return "0." + std::to_string(100'000 + i % 900'000); }

std::string plain_line(int i) { return "loss=" + fraction(i) + "\n"; }

std::string epoch_line(int i) {
  return "epoch=" + std::to_string(i) + " validation-accuracy=" + fraction(i) +
         " loss=" + fraction(i + 7) + "\n";
}

std::string coloured_line(int i) {
  return "2024-01-02T03:04:05.678Z \x1b[32mINFO\x1b[0m loss=" + fraction(i) + "\n";
}

std::string noise_line(int i) {
  return i % 100 == 0 ? plain_line(i)
                      : "step " + std::to_string(i) + ": read shard 17 of 512 from disk\n";
}

std::string json_line(int i) {
  return "{\"step\":" + std::to_string(i) + ",\"loss\":" + fraction(i) + "}\n";
}

std::vector<Case> cases() {
  const std::vector<std::string> metrics = {"loss", "validation-accuracy"};
  const auto stream = [&](FileFormat format, const std::vector<std::string>& filters) {
    return [=] {
      return diwan::make_collector(
          {.kind = CollectorKind::file, .format = format, .metrics = metrics, .filters = filters});
    };
  };
  const auto text = stream(FileFormat::text, {});
  return {{"text: loss=0.1", text, plain_line},
          {"text: epoch, two metrics", text, epoch_line},
          {"text: time and colours", text, coloured_line},
          {"text: 99 % other lines", text, noise_line},
          {"text: own filter (RE2)", stream(FileFormat::text, {R"(([\w-]+)=([+-]?\d+(?:\.\d+)?))"}),
           plain_line},
          {"json", stream(FileFormat::json, {}), json_line},
          {"DIWAN_METRICS", [=] { return diwan::make_push_collector(metrics); }, json_line}};
}

void measure(const Case& subject, std::chrono::duration<double> at_least) {
  constexpr int lines = 200'000;
  constexpr std::size_t chunk = std::size_t{64} << 10;  // what a pipe gives at most
  std::string text;
  for (int i = 0; i < lines; ++i) {
    text += subject.line(i);
  }
  const auto collector = subject.make();
  std::size_t found = 0;
  int rounds = 0;
  const auto start = std::chrono::steady_clock::now();
  std::chrono::duration<double> taken{};
  while (taken < at_least) {
    for (std::size_t at = 0; at < text.size(); at += chunk) {
      found += collector->feed(std::string_view(text).substr(at, chunk)).size();
    }
    ++rounds;
    taken = std::chrono::steady_clock::now() - start;
  }
  const double per_million = 1e-6 / taken.count();
  std::cout << std::left << std::setw(26) << subject.name << std::right << std::fixed
            << std::setprecision(2) << std::setw(8) << static_cast<double>(found) * per_million
            << " M observations/s" << std::setw(8) << 1.0 * lines * rounds * per_million
            << " M lines/s" << std::setw(8) << std::setprecision(0)
            << static_cast<double>(text.size()) * rounds * per_million << " MB/s\n";
}

/// A file of its own that goes with it.
class ScratchFile {
 public:
  ScratchFile() {
    const int file = ::mkstemp(path_.data());
    if (file < 0) {
      throw std::runtime_error("no file can be made in /tmp");
    }
    ::close(file);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { ::unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/collector-rate-XXXXXX";
};

struct GrepCase {
  std::string name;
  std::vector<std::string> filters;  // of the collector; none: the default
  std::string expression;            // the same for grep -E
  std::function<std::string(int)> line;
};

std::string other_pairs_line(int i) {
  return i % 100 == 0 ? plain_line(i)
                      : "step=" + std::to_string(i) + " lr=0.001 read shard 17 of 512\n";
}

std::string colon_line(int i) {
  return i % 100 == 0 ? "loss: " + fraction(i) + "\n"
                      : "step " + std::to_string(i) + ": read shard 17 of 512 from disk\n";
}

std::vector<GrepCase> grep_cases() {
  const std::string number = R"([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([Ee][+-]?[0-9]+)?)";
  const std::string any = R"([A-Za-z0-9_|-]+[[:space:]]*=[[:space:]]*)" + number;
  return {{"default, other text", {}, any, noise_line},
          {"default, other pairs", {}, any, other_pairs_line},
          {"default, all lines match", {}, any, plain_line},
          {"metricsFormat, other text",
           {R"((loss|accuracy): ([0-9.]+))"},
           R"((loss|accuracy): ([0-9.]+))",
           colon_line}};
}

/// CPU time of this process, or of its children that have ended.
double cpu_seconds(int whose) {
  rusage usage{};
  ::getrusage(whose, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double seconds_of_collector(const std::string& path, const GrepCase& subject, std::size_t& found) {
  const double start = cpu_seconds(RUSAGE_SELF);
  const auto collector = diwan::make_collector({.kind = CollectorKind::file,
                                                .format = FileFormat::text,
                                                .metrics = {"loss", "validation-accuracy"},
                                                .filters = subject.filters});
  const int file = ::open(path.c_str(), O_RDONLY);
  std::string buffer(std::size_t{64} << 10, '\0');
  found = 0;
  for (ssize_t size = 0; (size = ::read(file, buffer.data(), buffer.size())) > 0;) {
    found +=
        collector->feed(std::string_view(buffer).substr(0, static_cast<std::size_t>(size))).size();
  }
  ::close(file);
  return cpu_seconds(RUSAGE_SELF) - start;
}

double seconds_of_grep(const std::string& path, const GrepCase& subject, std::size_t& lines) {
  const double start = cpu_seconds(RUSAGE_CHILDREN);
  // Into a pipe, since into /dev/null grep would end at its first match.
  const std::string command = "LC_ALL=C grep -E '" + subject.expression + "' " + path;
  std::FILE* const grep = ::popen(command.c_str(), "r");
  std::string buffer(std::size_t{64} << 10, '\0');
  lines = 0;
  for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), grep)) > 0;) {
    lines += static_cast<std::size_t>(std::count(buffer.data(), buffer.data() + size, '\n'));
  }
  ::pclose(grep);
  return cpu_seconds(RUSAGE_CHILDREN) - start;
}

void measure_beside_grep(const GrepCase& subject) {
  constexpr int lines = 4'000'000;
  constexpr int rounds = 5;
  const ScratchFile scratch;
  std::ofstream file(scratch.path(), std::ios::binary);
  std::size_t bytes = 0;
  for (int i = 0; i < lines; ++i) {
    const std::string line = subject.line(i);
    bytes += line.size();
    file << line;
  }
  file.close();
  double ours = 1e9;
  double greps = 1e9;
  std::size_t found = 0;
  std::size_t matching = 0;
  for (int round = 0; round < rounds; ++round) {
    ours = std::min(ours, seconds_of_collector(scratch.path(), subject, found));
    greps = std::min(greps, seconds_of_grep(scratch.path(), subject, matching));
  }
  const double megabytes = 1e-6 * static_cast<double>(bytes);
  std::cout << std::left << std::setw(26) << subject.name << std::right << std::fixed
            << std::setprecision(0) << std::setw(8) << megabytes / ours << " MB/s, grep -E"
            << std::setw(8) << megabytes / greps << " MB/s" << std::setw(8) << std::setprecision(2)
            << greps / ours << " times, " << found << " observations, " << matching
            << " lines of grep\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::chrono::duration<double> seconds{argc > 1 ? std::atof(argv[1]) : 1.0};
  for (const Case& subject : cases()) {
    measure(subject, seconds);
  }
  for (const GrepCase& subject : grep_cases()) {
    measure_beside_grep(subject);
  }
}
