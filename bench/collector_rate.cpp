// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// How many observations per second each collector finds on one core: collector_rate [SECONDS]
// One line per case: name, million observations/s, million lines/s, MB/s.

#include <chrono>
#include <cstdlib>
#include <functional>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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

}  // namespace

int main(int argc, char** argv) {
  const std::chrono::duration<double> seconds{argc > 1 ? std::atof(argv[1]) : 1.0};
  for (const Case& subject : cases()) {
    measure(subject, seconds);
  }
}
