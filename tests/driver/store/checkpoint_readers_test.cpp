// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <array>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "driver/core/apply.hpp"
#include "tests/driver/store/histories.hpp"
#include "tests/driver/store/temporary_directory.hpp"

namespace diwan {
namespace {

struct Answer {
  std::string text;
  int status = 0;
};

Answer run(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  Answer answer;
  std::array<char, 4096> block{};
  for (std::size_t count = 0; (count = ::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    answer.text.append(block.data(), count);
  }
  answer.status = ::pclose(pipe);
  return answer;
}

Time at(std::int64_t second) { return Time(std::chrono::seconds(1'769'860'800 + second)); }

/// A finished experiment of one trial, small enough to check by eye.
class CheckpointReaders : public testing::Test {
 protected:
  CheckpointReaders() {
    Ended ended;
    ended.run = {1, 1};
    ended.at = at(5);
    ended.exit_code = 0;
    OwnerChanged owner;
    owner.epoch = 1;
    owner.spec = "kind: Experiment";
    const std::vector<Event> events{
        owner,
        Suggested{1, "e-größe", {{0.5, 3, 2, 1}}, {}, {}},
        Queued{{1, 1}},
        Started{{1, 1}, at(1), "n1", {}, 17},
        Observed{{1, 1}, 0, Source::file, 0, true, {10, 20}, {0.5, 0.25}, {at(2), at(3)}, {}},
        ended};
    const auto store = open_store(directory_.path());
    Experiment experiment(history_rules());
    for (const Event& event : events) {
      const Record record{experiment.last_record() + 1, at(0), event};
      EXPECT_TRUE(apply(experiment, record));
      store->append({record});
    }
    store->close(std::make_shared<const Experiment>(experiment), history_names(), std::nullopt);
    EXPECT_EQ(store->failure(), std::nullopt);
  }

  std::string file() const { return directory_ / "experiment.h5"; }

  TemporaryDirectory directory_;
};

TEST_F(CheckpointReaders, H5pyReadsItInTenLines) {
  std::string python;
  for (const char* candidate : {"/usr/bin/python3", "python3"}) {
    if (python.empty() && run(std::string(candidate) + " -c 'import h5py'").status == 0) {
      python = candidate;
    }
  }
  if (python.empty()) {
    GTEST_SKIP() << "h5py is not installed (Debian: python3-h5py)";
  }

  const Answer answer = run("PYTHONIOENCODING=utf-8 " + python +
                            " " DIWAN_TEST_SOURCES "/read_with_h5py.py " + file());

  EXPECT_EQ(
      answer.text,
      "e-größe Succeeded 0.25 2026-01-31T12:00:05.000000\n"
      "10 20 0.5 0.25\n"
      "{'lr': '0.5', 'layers': '3', 'opt': 'größer', 'batch': '64.50'}\n"
      "5 {\"event\":\"owner\",\"epoch\":1,\"host\":\"\",\"bootId\":\"\",\"pid\":0,\"jobId\":\"\","
      "\"launcher\":\"\",\"version\":\"\",\"seed\":0,\"spec\":\"kind: "
      "Experiment\",\"specFile\":\"\","
      "\"fileBudget\":{\"parallel\":3},\"keepGoing\":false} kind: Experiment\n");
}

TEST_F(CheckpointReaders, H5dumpReadsAllOfIt) {
  if (run("h5dump --version").status != 0) {
    GTEST_SKIP() << "h5dump is not installed (Debian: hdf5-tools)";
  }

  const Answer answer = run("h5dump " + file());

  EXPECT_EQ(answer.status, 0);
  EXPECT_NE(answer.text.find("\"Succeeded\""), std::string::npos) << answer.text;
  for (const char* dataset :
       {"assignments", "assignments_text", "events", "events_long", "metric_names", "metrics",
        "observations", "observations_text", "parameter_values", "parameters", "trials"}) {
    EXPECT_NE(answer.text.find("DATASET \"" + std::string(dataset) + "\""), std::string::npos)
        << dataset;
  }
}

}  // namespace
}  // namespace diwan
