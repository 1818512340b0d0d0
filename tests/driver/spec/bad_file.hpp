// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "driver/spec/spec.hpp"

namespace diwan {

/// A sound experiment, lines counted from 1; each bad file is it with something replaced.
inline const std::string& sound_experiment() {
  static const std::string text = R"(apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata:
  name: random
spec:
  objective:
    type: minimize
    objectiveMetricName: loss
  algorithm:
    algorithmName: random
  parallelTrialCount: 2
  maxTrialCount: 4
  maxFailedTrialCount: 1
  parameters:
    - name: lr
      parameterType: double
      feasibleSpace:
        min: "0.01"
        max: "0.1"
  trialTemplate:
    primaryContainerName: main
    trialParameters:
      - name: rate
        reference: lr
    trialSpec:
      apiVersion: batch/v1
      kind: Job
      spec:
        template:
          spec:
            containers:
              - name: main
                command: [python3, train.py, "--lr=${trialParameters.rate}"]
            restartPolicy: Never
)";
  return text;
}

/// The sound experiment with the first occurrence of each text replaced.
inline std::string edited(const std::vector<std::pair<std::string, std::string>>& edits) {
  std::string text = sound_experiment();
  for (const auto& [from, to] : edits) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) {
      throw std::logic_error("the sound experiment has no " + from);
    }
    text.replace(at, from.size(), to);
  }
  return text;
}

/// The part of the sound experiment that begins with `from` and ends before `to` (empty: its end).
inline std::string part(const std::string& from, const std::string& to) {
  const std::size_t begin = sound_experiment().find(from);
  const std::size_t end = to.empty() ? std::string::npos : sound_experiment().find(to, begin);
  return sound_experiment().substr(begin, end - begin);
}

/// Replaces the template by one of kind Command with these lines below its spec.
inline std::pair<std::string, std::string> as_command(const std::string& lines) {
  return {part("    primaryContainerName", ""),
          "    trialSpec:\n      apiVersion: diwan/v1\n      kind: Command\n      spec:\n" + lines};
}

struct BadFile {
  std::string name;
  std::vector<std::pair<std::string, std::string>> edits;
  std::vector<std::string> problems;  ///< without the file's name
};

inline void PrintTo(const BadFile& file, std::ostream* out) { *out << file.name; }
inline std::string name_of(const testing::TestParamInfo<BadFile>& info) { return info.param.name; }

class BadFiles : public testing::TestWithParam<BadFile> {
 protected:
  /// Everything that is wrong with a text, one problem a line; empty where nothing is.
  static std::string problems_of(const std::string& text, const SpecOptions& options = {}) {
    try {
      static_cast<void>(parse_spec(text, "experiment.yaml", options));
      return "";
    } catch (const SpecError& error) {
      return error.what();
    }
  }

  static void expect_refused(const BadFile& file) {
    std::string expected;
    for (const std::string& problem : file.problems) {
      expected += (expected.empty() ? "experiment.yaml:" : "\nexperiment.yaml:") + problem;
    }

    EXPECT_EQ(problems_of(edited(file.edits)), expected);
  }
};

}  // namespace diwan
