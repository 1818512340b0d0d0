// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// make_sample_run KIND TRIALS DIRECTORY: a directory to make a report of (sample_run.hpp).

#include <array>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "tests/driver/results/report/sample_run.hpp"

namespace {

using diwan::test::SampleRun;

/// A plain one with two confirmations, one of them with another setting.
constexpr std::string_view confirmed = "confirmed";

constexpr std::array<std::pair<std::string_view, SampleRun::Kind>, 9> kinds = {
    {{"plain", SampleRun::Kind::plain},
     {"hyperband", SampleRun::Kind::hyperband},
     {"asha", SampleRun::Kind::asha},
     {"lineage", SampleRun::Kind::lineage},
     {"pareto", SampleRun::Kind::pareto},
     {"hostile", SampleRun::Kind::hostile},
     {"once", SampleRun::Kind::once},
     {"random", SampleRun::Kind::random},
     {confirmed, SampleRun::Kind::plain}}};

SampleRun::Kind kind_named(std::string_view name) {
  for (const auto& [word, kind] : kinds) {
    if (word == name) {
      return kind;
    }
  }
  throw std::invalid_argument("there is no kind " + std::string(name));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 4) {
      throw std::invalid_argument("usage: make_sample_run KIND TRIALS DIRECTORY");
    }
    diwan::test::make_sample_run(
        {.kind = kind_named(argv[1]), .trials = static_cast<std::uint32_t>(std::stoul(argv[2]))},
        argv[3]);
    if (argv[1] == confirmed) {
      diwan::test::make_sample_confirmation(argv[3]);
      diwan::test::make_sample_confirmation(
          argv[3], {{"trialTemplate.trialSpec.spec.env.EPOCHS", "\"90\""}});
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_sample_run: %s\n", error.what());
    return 1;
  }
}
