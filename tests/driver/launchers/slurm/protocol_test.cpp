// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/protocol.hpp"

#include <gtest/gtest.h>

#include "tests/for_each_seed.hpp"

namespace diwan::slurm {
namespace {

JobRequest full_request() {
  JobRequest request;
  request.name = "search";
  request.comment = "diwan /scratch/e 7 \"x\"|é";
  request.script = "#!/bin/sh\necho '\t\\'\n";
  request.tasks = 1000;
  request.working_directory = "/scratch";
  request.output = "/scratch/%a";
  request.partition = "gpu";
  request.account = "abc";
  request.qos = "normal";
  request.constraint = "a100&ib";
  request.variables = {"A=b", "C=d e"};
  request.nodes = 2;
  request.ranks = 8;
  request.cpus_per_rank = 4;
  request.gpus_per_node = 4;
  request.memory_mebibytes = 1ULL << 40U;
  request.time_limit = std::chrono::minutes{90};
  request.extra = {"--reservation=x", "--gres=nvme:1"};
  return request;
}

std::vector<Question> questions() {
  return {{1, Submit{full_request()}}, {2, Submit{JobRequest{}}},
          {3, Ask{{1, 4294967295U}}},  {4, Ask{}},
          {5, Find{{"a", ""}}},        {6, Cancel{12, {0, 7}}},
          {7, Signal{12, 3, 10}},      {1ULL << 60U, AskLimits{}}};
}

std::vector<ServerLine> server_lines() {
  Jobs jobs{.question = 3, .tasks = {}, .waiting = {{12, {{0, 3}, {7, 7}}, {}, "Resources"}}};
  for (const JobState state :
       {JobState::pending, JobState::running, JobState::completing, JobState::completed,
        JobState::failed, JobState::cancelled, JobState::timeout, JobState::node_fail,
        JobState::out_of_memory, JobState::preempted, JobState::requeue_hold}) {
    jobs.tasks.push_back({.array = 12,
                          .task = 4,
                          .state = state,
                          .reason = "NonZeroExitCode",
                          .restarts = 2,
                          .exit_code = 7,
                          .signal = std::nullopt,
                          .nodes = "n[1-2]"});
  }
  jobs.tasks.back().exit_code.reset();
  jobs.tasks.back().signal = 9;
  std::vector<ServerLine> lines = {Ready{"libslurm 22.05.8"},
                                   Unusable{"no"},
                                   Reply{Submitted{1, 12}, 1},
                                   Reply{jobs, 1},
                                   Reply{Found{4, {{"a", 12}, {"b", 13}}}, 0},
                                   Reply{Signalled{5}, 1},
                                   Reply{Limits{6, "22.05.8", 2001}, 1},
                                   Reply{Remark{"once"}, 0}};
  for (const auto kind :
       {Refused::Kind::away, Refused::Kind::busy, Refused::Kind::forbidden, Refused::Kind::gone}) {
    lines.emplace_back(Reply{Refused{9, kind, "Invalid partition name specified", "partition"}, 2});
  }
  return lines;
}

TEST(SlurmProtocol, EveryQuestionSurvivesItsLine) {
  for (const Question& question : questions()) {
    const std::string line = encode(question);

    EXPECT_EQ(decode_question(line.substr(0, line.size() - 1)), question) << line;
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_EQ(number_in(line), question.number);
  }
}

TEST(SlurmProtocol, EveryAnswerSurvivesItsLine) {
  for (const ServerLine& server_line : server_lines()) {
    const std::string line = encode(server_line);

    EXPECT_EQ(decode_server_line(line.substr(0, line.size() - 1)), server_line) << line;
    EXPECT_EQ(line.find('\n'), line.size() - 1);
  }
}

TEST(SlurmProtocol, WhatIsNoLineIsABadLine) {
  for (const char* line :
       {"", "{", "[]", "7", "\"submit\"", "{}", R"({"question":1})",
        R"({"question":-1,"limits":{}})", R"({"question":1,"ask":{}})",
        R"({"question":1,"ask":[-1]})", R"({"question":1,"ask":[1.5]})",
        R"({"question":1,"ask":[4294967296]})", R"({"question":1,"submit":{}})",
        R"({"question":1,"cancel":[1]})", R"({"question":1,"signal":{"array":1,"task":1}})"}) {
    EXPECT_THROW(decode_question(line), BadLine) << line;
  }
  for (const char* line :
       {"", "slurm_load_jobs error: x", "{}", R"({"answer":1})", R"({"answer":1,"submitted":2})",
        R"({"answer":1,"requests":1,"submitted":"2"})",
        R"({"answer":1,"requests":1,"refused":{"kind":"tired","text":"","field":""}})",
        R"({"answer":1,"requests":1,"found":[["a"]]})", R"({"answer":1,"requests":1,"found":[[]]})",
        R"({"answer":1,"requests":1,"jobs":{"tasks":[],"waiting":[{"array":1,"ranges":[[0]]}]}})",
        R"({"answer":1,"requests":1,"jobs":{"tasks":[{"array":1}],"waiting":[]}})"}) {
    EXPECT_THROW(decode_server_line(line), BadLine) << line;
  }
}

TEST(SlurmProtocol, DamagedLinesNeverDoMoreThanThrow) {
  std::vector<std::string> lines;
  for (const Question& question : questions()) {
    lines.push_back(encode(question));
  }
  for (const ServerLine& server_line : server_lines()) {
    lines.push_back(encode(server_line));
  }
  for_each_seed(300, [&](Dice& dice) {
    std::string line = lines.at(dice.below(lines.size()));
    for (std::uint64_t i = 0; i <= dice.below(4); ++i) {
      const std::size_t place = dice.below(line.size());
      line.at(place) = static_cast<char>(dice.below(256));
      line.resize(dice.chance(0.2) ? place + 1 : line.size());
    }

    try {
      decode_question(line);
    } catch (const BadLine&) {  // NOLINT(bugprone-empty-catch): the only exception that may come
    }
    try {
      decode_server_line(line);
    } catch (const BadLine&) {  // NOLINT(bugprone-empty-catch)
    }
    number_in(line);
  });
}

TEST(SlurmProtocol, AScriptThatIsNotUtf8IsNotSentInAnotherForm) {
  JobRequest request;
  request.script = "cd /data/\xE9t\xE9";

  EXPECT_THROW(encode(Question{1, Submit{request}}), BadLine);
}

TEST(SlurmProtocol, SlurmsWordsNeedNotBeUtf8) {
  const std::string line = encode(Reply{Refused{1, Refused::Kind::away, "\xE9", ""}, 1});

  EXPECT_NO_THROW(decode_server_line(line));
}

}  // namespace
}  // namespace diwan::slurm
