// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "driver/cli/ask_tell/session.hpp"
#include "tests/driver/cli/program.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using Json = nlohmann::json;
using test::run_diwan;

Spec spec_of(const std::string& text) {
  return parse_spec(text, "/e.yaml", {.set = {}, .template_required = false});
}

class AskTell : public ::testing::Test {
 protected:
  Json say(const std::string& line) { return Json::parse(session_.answer(line)); }
  void expect_error(const std::string& line, const std::string& part) {
    const Json answer = say(line);
    EXPECT_EQ(answer.size(), 1U) << answer;
    EXPECT_NE(answer.value("error", "").find(part), std::string::npos) << line << " -> " << answer;
  }
  /// A tell of t-NUMBER's success with one loss, written as given.
  static std::string success(int number, const std::string& loss) {
    return R"({"op":"tell","trial":"t-)" + std::to_string(number) +
           R"(","status":"Succeeded","observations":[{"metric":"loss","value":)" + loss + "}]}";
  }

  ask_tell::Session session_{spec_of(test::sample_spec()), 7};
};

TEST_F(AskTell, SuggestsTrialsNumberedFromOne) {
  const Json answer = say(R"({"op":"ask","count":2})");

  EXPECT_EQ(answer["exhausted"], false);
  ASSERT_EQ(answer["suggestions"].size(), 2U);
  EXPECT_EQ(answer["suggestions"][0]["trial"], "t-1");
  EXPECT_EQ(answer["suggestions"][1]["trial"], "t-2");
  EXPECT_EQ(answer["suggestions"][0]["labels"], Json::object());
  const Json& assignments = answer["suggestions"][0]["assignments"];
  EXPECT_TRUE(assignments["lr"].is_number());
  EXPECT_TRUE(assignments["batch"].is_string());
  EXPECT_TRUE(assignments["layers"].is_number_integer());
  EXPECT_TRUE(assignments["width"].is_number());
}

TEST_F(AskTell, CountsOneWhenNoCountIsGiven) {
  EXPECT_EQ(say(R"({"op":"ask"})")["suggestions"].size(), 1U);
}

TEST_F(AskTell, GivesTheSameForOneAskOfTwoAndTwoOfOne) {
  ask_tell::Session other(spec_of(test::sample_spec()), 7);

  const Json both = say(R"({"op":"ask","count":2})");
  const Json first = Json::parse(other.answer(R"({"op":"ask"})"));
  const Json second = Json::parse(other.answer(R"({"op":"ask"})"));

  EXPECT_EQ(both["suggestions"][0], first["suggestions"][0]);
  EXPECT_EQ(both["suggestions"][1], second["suggestions"][0]);
}

TEST_F(AskTell, TellsTheBestByTheMetricStrategy) {
  say(R"({"op":"ask","count":3})");

  EXPECT_EQ(say(R"({"op":"best"})"), Json::parse(R"({"trial":null})"));
  EXPECT_EQ(say(R"({"op":"tell","trial":"t-1","status":"Succeeded","observations":[
      {"metric":"loss","step":1,"value":0.2},{"metric":"loss","step":2,"value":0.4}]})"),
            Json::parse(R"({"ok":true})"));
  say(success(2, "0.3"));
  say(R"({"op":"tell","trial":"t-3","status":"Failed","observations":[
      {"metric":"loss","value":0.1}]})");

  const Json best = say(R"({"op":"best"})");
  EXPECT_EQ(best["trial"], "t-1");
  EXPECT_EQ(best["value"], 0.2);
  EXPECT_TRUE(best["assignments"].contains("lr"));
}

TEST_F(AskTell, UsesReportedValuesUnlessTheTellBringsItsOwn) {
  say(R"({"op":"ask","count":2})");
  EXPECT_EQ(say(R"({"op":"report","trial":"t-1","metric":"loss","step":3,"value":0.2})"),
            Json::parse(R"({"ok":true,"stop":false})"));
  say(R"({"op":"report","trial":"t-2","metric":"loss","step":3,"value":0.1})");

  say(R"({"op":"tell","trial":"t-1","status":"Succeeded"})");
  say(success(2, "5"));

  EXPECT_EQ(say(R"({"op":"best"})")["value"], 0.2);
}

/// A conversation beside which medianstop judges; every trial was suggested.
class AskTellEarlyStopping : public AskTell {
 protected:
  AskTellEarlyStopping() { say(R"({"op":"ask","count":9})"); }

  Json say(const std::string& line) { return Json::parse(session_.answer(line)); }
  bool stop(int trial, const std::string& value) {
    const Json answer = say(R"({"op":"report","trial":"t-)" + std::to_string(trial) +
                            R"(","metric":"loss","value":)" + value + "}");
    EXPECT_EQ(answer["ok"], true) << answer;
    return answer["stop"];
  }
  void tell(int trial, const std::string& rest) {
    const Json answer = say(R"({"op":"tell","trial":"t-)" + std::to_string(trial) +
                            R"(","status":"Succeeded")" + rest + "}");
    EXPECT_EQ(answer, Json::parse(R"({"ok":true})"));
  }

 private:
  ask_tell::Session session_{
      spec_of(test::sample_spec() +
              "  earlyStopping:\n    algorithmName: medianstop\n    algorithmSettings:\n"
              "      - {name: min_trials_required, value: \"2\"}\n"
              "      - {name: start_step, value: \"2\"}\n"),
      7};
};

TEST_F(AskTellEarlyStopping, AnswersAReportWithStop) {
  for (const int trial : {1, 2}) {
    EXPECT_FALSE(stop(trial, "1"));
    EXPECT_FALSE(stop(trial, "1"));
    tell(trial, "");
  }

  EXPECT_FALSE(stop(3, "9"));
  EXPECT_FALSE(stop(3, "NaN"));
  EXPECT_TRUE(stop(3, "9"));
  EXPECT_TRUE(stop(3, "8"));
  EXPECT_FALSE(stop(3, "1"));
}

TEST_F(AskTellEarlyStopping, TakesTheCurveThatATellBrings) {
  for (const int trial : {1, 2}) {
    stop(trial, "50");  // replaced
    tell(trial, R"(,"observations":[{"metric":"loss","step":1,"value":3},
                                    {"metric":"loss","step":2,"value":1}])");
  }

  stop(3, "9");
  EXPECT_FALSE(stop(3, "2"));  // averages up to 2: 2 and 2
  stop(4, "9");
  EXPECT_TRUE(stop(4, "2.1"));
}

TEST_F(AskTellEarlyStopping, KeepsTheReportedCurveWhereATellBringsAResultWithoutStep) {
  for (const int trial : {1, 2}) {
    stop(trial, "5");
    stop(trial, "3");
    tell(trial, R"(,"observations":[{"metric":"loss","value":1}])");
  }

  stop(3, "9");
  EXPECT_FALSE(stop(3, "4"));  // averages up to 2: 4 and 4
}

TEST_F(AskTell, TakesSuccessWithoutFiniteObjectiveForNone) {
  say(R"({"op":"ask","count":3})");

  EXPECT_EQ(say(R"({"op":"tell","trial":"t-1","status":"Succeeded"})")["ok"], true);
  EXPECT_EQ(say(success(2, "NaN"))["ok"], true);
  EXPECT_EQ(say(success(3, "-Infinity"))["ok"], true);

  EXPECT_EQ(say(R"({"op":"best"})"), Json::parse(R"({"trial":null})"));
}

TEST_F(AskTell, LetsNoInfinityOfACurveWin) {
  say(R"({"op":"ask"})");

  EXPECT_EQ(say(R"({"op":"tell","trial":"t-1","status":"Succeeded","observations":[
                     {"metric":"loss","value":-Infinity},{"metric":"loss","value":0.5},
                     {"metric":"loss","value":Infinity}]})")["ok"],
            true);

  EXPECT_EQ(say(R"({"op":"best"})")["value"], 0.5);
}

TEST_F(AskTell, AcceptsBareNumbersOnlyOutsideTexts) {
  say(R"({"op":"ask"})");

  EXPECT_EQ(say(R"({"op":"report","trial":"t-1","metric":"loss","step":1,"value":Infinity})")["ok"],
            true);
  expect_error(R"({"op":"report","trial":"NaN \"NaN\"","metric":"loss","value":NaN})",
               "trial (NaN \"NaN\") was never suggested");
}

TEST_F(AskTell, TakesNumbersBeyondTheLargestAsInfinite) {
  say(R"({"op":"ask","count":2})");

  EXPECT_EQ(say(success(1, "1e309"))["ok"], true);
  EXPECT_EQ(say(R"({"op":"best"})"), Json::parse(R"({"trial":null})"));
  EXPECT_EQ(say(R"({"op":"tell","trial":"t-2","status":"Succeeded","observations":[
      {"metric":"loss","step":1,"value":-1.5E+400},{"metric":"loss","step":2,"value":-0.5e-1}]})")
                ["ok"],
            true);
  expect_error(R"({"op":"tell","trial":"1e309","status":"Succeeded","observations":[
      {"metric":"loss","value":1e309}]})",
               "tell: trial (1e309) was never suggested");
}

TEST_F(AskTell, AcceptsNumericTexts) {
  say(R"({"op":"ask"})");

  say(success(1, R"("2.5e-1")"));

  EXPECT_EQ(say(R"({"op":"best"})")["value"], 0.25);
}

TEST_F(AskTell, TakesHistoryAsTextsOrNumbers) {
  const Json answer = say(R"({"op":"history","trials":[
      {"assignments":{"lr":"0.01","batch":32,"layers":"3","width":1.0},"status":"Succeeded",
       "observations":[{"metric":"loss","value":0.1}]},
      {"assignments":{"lr":0.02,"batch":"64","layers":4,"width":"0.5"},"status":"Failed"}]})");

  EXPECT_EQ(answer, Json::parse(R"({"ok":true,"trials":["h-1","h-2"]})"));
  EXPECT_EQ(say(R"({"op":"best"})"), Json::parse(R"({"trial":"h-1",
      "assignments":{"lr":0.01,"batch":"32","layers":3,"width":1.0},"value":0.1})"));
  EXPECT_EQ(say(R"({"op":"ask"})")["suggestions"][0]["trial"], "t-1");
}

TEST_F(AskTell, RefusesAWholeHistoryForOneBadTrial) {
  const std::string good =
      R"({"assignments":{"lr":0.01,"batch":"32","layers":3,"width":1.0},"status":"Succeeded",
          "observations":[{"metric":"loss","value":0.1}]})";
  for (
      const char* bad :
      {R"({"assignments":{"lr":9,"batch":"32","layers":3,"width":1.0},"status":"Failed"})",
       R"({"assignments":{"lr":0.01,"batch":"32","layers":3},"status":"Failed"})",
       R"({"assignments":{"lr":0.01,"batch":"32","layers":3,"width":1.0,"x":1},"status":"Failed"})",
       R"({"assignments":{"lr":[],"batch":"32","layers":3,"width":1.0},"status":"Failed"})",
       R"({"assignments":{"lr":0.01,"batch":"32","layers":3,"width":1.0}})", R"({})", "7"}) {
    expect_error(R"({"op":"history","trials":[)" + good + "," + bad + "]}", "trials[1]");
  }

  EXPECT_EQ(say(R"({"op":"best"})"), Json::parse(R"({"trial":null})"));
}

TEST_F(AskTell, AnswersEveryUnusableLineWithItsError) {
  say(R"({"op":"ask"})");

  expect_error("not json", "no JSON object");
  expect_error("[]", "no JSON object");
  expect_error(R"({"op":"ask")", "no JSON object");
  expect_error("\xFF", "no JSON object");
  expect_error("{}", "op is missing");
  expect_error(R"({"op":7})", "op is no text");
  expect_error(R"({"op":"aks"})", "did you mean ask?");
  expect_error(R"({"op":"ask","count":0})", "count (0)");
  expect_error(R"({"op":"ask","count":-1})", "count (-1)");
  expect_error(R"({"op":"ask","count":1.5})", "count (1.5)");
  expect_error(R"({"op":"ask","count":"2"})", "count");
  expect_error(R"({"op":"ask","count":100001})", "100000");
  expect_error(R"({"op":"tell","trial":"t-1"})", "status is missing");
  expect_error(R"({"op":"tell","trial":"t-1","status":"Done"})", "status (Done)");
  expect_error(R"({"op":"tell","status":"Failed"})", "trial is missing");
  for (const char* trial : {"t-2", "t-0", "t-01", "t-", "1", "t-99999999999999999999"}) {
    expect_error(R"({"op":"tell","trial":")" + std::string(trial) + R"(","status":"Failed"})",
                 "never suggested");
  }
  const std::string failed = R"({"op":"tell","trial":"t-1","status":"Failed")";
  expect_error(failed + R"(,"observations":{}})", "no list");
  expect_error(failed + R"(,"observations":[7]})", "observations[0]");
  expect_error(failed + R"(,"observations":[{"metric":"los","value":1}]})", "did you mean loss?");
  expect_error(failed + R"(,"observations":[{"metric":"loss"}]})", "value is missing");
  const std::string report = R"({"op":"report","trial":"t-1",)";
  expect_error(report + R"("metric":"loss","step":1.5,"value":1})", "step (1.5)");
  expect_error(report + R"("metric":"loss","step":1,"value":true})", "no number");
  expect_error(report + R"("step":1,"value":1})", "metric is missing");
  expect_error(R"({"op":"history"})", "trials is missing");

  EXPECT_EQ(say(failed + "}")["ok"], true);
  expect_error(failed + "}", "told already");
  expect_error(report + R"("metric":"loss","step":1,"value":1})", "told already");
}

TEST_F(AskTell, AnErrorChangesNothing) {
  ask_tell::Session undisturbed(spec_of(test::sample_spec()), 7);
  say("garbage");
  say(R"({"op":"ask","count":0})");
  say(R"({"op":"tell","trial":"t-9","status":"Failed"})");

  EXPECT_EQ(say(R"({"op":"ask","count":3})"),
            Json::parse(undisturbed.answer(R"({"op":"ask","count":3})")));
}

TEST(AskTellSession, SuggestsInitialTrialsFirst) {
  ask_tell::Session session(
      spec_of(test::sample_spec() +
              "  initialTrials: [{lr: '0.05', batch: '64', layers: '1', width: '1.0'}]\n"),
      7);

  const Json answer = Json::parse(session.answer(R"({"op":"ask","count":2})"));

  EXPECT_EQ(answer["suggestions"][0]["assignments"],
            Json::parse(R"({"lr":0.05,"batch":"64","layers":1,"width":1.0})"));
  EXPECT_EQ(answer["suggestions"].size(), 2U);
}

TEST(AskTellSession, SaysWhenNoFurtherPointWillEverCome) {
  const std::string grid = R"(apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: g}
spec:
  objective: {type: maximize, objectiveMetricName: acc}
  algorithm: {algorithmName: grid}
  parameters: [{name: n, parameterType: int, feasibleSpace: {min: "1", max: "3"}}]
)";
  ask_tell::Session session(spec_of(grid), 1);

  const Json answer = Json::parse(session.answer(R"({"op":"ask","count":5})"));

  EXPECT_EQ(answer["suggestions"].size(), 3U);
  EXPECT_EQ(Json::parse(session.answer(R"({"op":"ask"})")),
            Json::parse(R"({"suggestions":[],"exhausted":true})"));
}

TEST(AskTellSession, ListsEveryNonDominatedTrialOfSeveralObjectives) {
  std::string text = test::sample_spec();
  const auto from = text.find("  objective:");
  text.replace(from, text.find("  algorithm:") - from,
               "  objectives: [{type: minimize, objectiveMetricName: loss}, "
               "{type: maximize, objectiveMetricName: speed}]\n");
  ask_tell::Session session(spec_of(text), 7);
  session.answer(R"({"op":"ask","count":3})");
  const auto tell = [&](int trial, double loss, double speed) {
    session.answer(R"({"op":"tell","trial":"t-)" + std::to_string(trial) +
                   R"(","status":"Succeeded","observations":[{"metric":"loss","value":)" +
                   std::to_string(loss) + R"(},{"metric":"speed","value":)" +
                   std::to_string(speed) + "}]}");
  };
  EXPECT_EQ(Json::parse(session.answer(R"({"op":"best"})")), Json::parse(R"({"trials":[]})"));
  tell(1, 1, 1);
  tell(2, 2, 2);
  tell(3, 3, 1.5);

  const Json best = Json::parse(session.answer(R"({"op":"best"})"));

  ASSERT_EQ(best["trials"].size(), 2U) << best;
  EXPECT_EQ(best["trials"][0]["trial"], "t-1");
  EXPECT_EQ(best["trials"][1]["values"], Json::parse(R"({"loss":2.0,"speed":2.0})"));
}

/// The sample's experiment in a file.
class SampleFile {
 public:
  SampleFile() { std::ofstream(path()) << test::sample_spec(); }
  std::string path() const { return (scratch_.path() / "e.yaml").string(); }

 private:
  test::ScratchDirectory scratch_;
};

TEST(Suggest, AnswersEachLineInOrderAndSkipsEmptyOnes) {
  const SampleFile file;

  const auto result = run_diwan({"suggest", file.path(), "--seed", "3"},
                                "{\"op\":\"ask\"}\n\n  \nbad\n{\"op\":\"best\"}");

  std::istringstream lines(result.out);
  std::vector<Json> answers;
  for (std::string line; std::getline(lines, line);) {
    answers.push_back(Json::parse(line));
  }
  EXPECT_EQ(result.status, 0) << result.err;
  ASSERT_EQ(answers.size(), 3U) << result.out;
  EXPECT_TRUE(answers[0].contains("suggestions"));
  EXPECT_TRUE(answers[1].contains("error"));
  EXPECT_TRUE(answers[2].contains("trial"));
}

TEST(Suggest, IsTheSameInAnotherProcess) {
  const SampleFile file;
  const std::string ask = "{\"op\":\"ask\",\"count\":5}\n";

  const auto one = run_diwan({"suggest", file.path(), "--seed", "3"}, ask);
  const auto same = run_diwan({"suggest", file.path(), "--seed", "3"}, ask);
  const auto other = run_diwan({"suggest", file.path(), "--seed", "4"}, ask);

  EXPECT_EQ(one.out, same.out);
  EXPECT_NE(one.out, other.out);
}

/// The sample searched by a population of five.
std::string population_spec() {
  std::string text = test::sample_spec();
  const std::string chosen = "algorithmName: random";
  text.replace(text.find(chosen), chosen.size(), R"(algorithmName: pbt
    algorithmSettings:
      - {name: suggestion_trial_dir, value: /data}
      - {name: n_population, value: "5"}
      - {name: truncation_threshold, value: "0.2"})");
  return text;
}

TEST(Suggest, SaysWhoseCheckpointATrialOfAPopulationGoesOnFrom) {
  ask_tell::Session session(spec_of(population_spec()), 7);
  const auto say = [&](const std::string& line) { return Json::parse(session.answer(line)); };
  say(R"({"op":"ask","count":5})");
  for (int number = 1; number <= 5; ++number) {
    say(R"({"op":"tell","trial":"t-)" + std::to_string(number) +
        R"(","status":"Succeeded","observations":[{"metric":"loss","value":)" +
        std::to_string(number) + "}]}");
  }

  const Json next = say(R"({"op":"ask","count":5})")["suggestions"];

  ASSERT_EQ(next.size(), 5U);
  EXPECT_EQ(next[1]["labels"], (Json{{"parent", "t-2"}, {"generation", "1"}, {"member", "2"}}));
  EXPECT_EQ(next[4]["labels"], (Json{{"parent", "t-1"}, {"generation", "1"}, {"member", "5"}}));
}

TEST(Suggest, RefusesWhatItWouldOtherwiseIgnore) {
  const test::ScratchDirectory scratch;
  const auto file = scratch.path() / "e.yaml";
  std::string text = population_spec();
  const std::string one =
      "  objective:\n    type: minimize\n    goal: 0.01\n    objectiveMetricName: loss\n";
  text.replace(text.find(one), text.find("  algorithm:") - text.find(one),
               "  objectives:\n    - {type: minimize, objectiveMetricName: loss}\n"
               "    - {type: minimize, objectiveMetricName: seconds}\n");
  std::ofstream(file) << text;

  const auto result = run_diwan({"suggest", file.string()});

  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("pbt searches by one objective, not 2; use one of auto"),
            std::string::npos)
      << result.err;
}

TEST(Suggest, RefusesABadFileWithItsPlaces) {
  const test::ScratchDirectory scratch;
  std::ofstream(scratch.path() / "e.yaml") << "kind: Experiment\n";

  const auto result = run_diwan({"suggest", (scratch.path() / "e.yaml").string()});

  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("e.yaml:"), std::string::npos) << result.err;
}

/// An experiment whose momentum belongs to sgd, with few points beside.
std::string conditional_spec() {
  return R"(apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: c}
spec:
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm: {algorithmName: tpe}
  constraints: ["batch <= 64 or opt == 'adam'"]
  parameters:
    - {name: opt, parameterType: categorical, feasibleSpace: {list: [sgd, adam]}}
    - {name: momentum, when: "opt == 'sgd'", parameterType: double, feasibleSpace: {min: "0.1", max: "0.3", step: "0.1"}}
    - {name: batch, parameterType: discrete, feasibleSpace: {list: ["32", "64", "128"]}}
)";
}

TEST(AskTellConditions, GiveNullForWhatDoesNotApplyAndEndWithTheAllowedPoints) {
  ask_tell::Session session(spec_of(conditional_spec()), 7);

  const Json answer = Json::parse(session.answer(R"({"op":"ask","count":20})"));

  EXPECT_EQ(answer["exhausted"], true);
  EXPECT_EQ(answer["suggestions"].size(), 2U * 3U + 3U);
  for (const Json& suggestion : answer["suggestions"]) {
    const Json& at = suggestion["assignments"];
    EXPECT_EQ(at["momentum"].is_null(), at["opt"] == "adam") << at;
    EXPECT_TRUE(at["batch"] != 128 || at["opt"] == "adam") << at;
  }
}

TEST(AskTellConditions, TakeAHistoryFromBeforeTheConditionStood) {
  ask_tell::Session session(spec_of(conditional_spec()), 7);

  const Json told = Json::parse(session.answer(
      R"({"op":"history","trials":[
          {"assignments":{"opt":"adam","momentum":0.2,"batch":128},"status":"Succeeded",
           "observations":[{"metric":"loss","value":1}]},
          {"assignments":{"opt":"sgd","batch":128},"status":"Failed"}]})"));

  EXPECT_EQ(told["ok"], true) << told;
  const Json answer = Json::parse(session.answer(R"({"op":"ask","count":20})"));
  EXPECT_EQ(answer["suggestions"].size(), 8U) << "adam with 128 is known";
}

TEST(RunConditions, TryOnlyAllowedTrialsAndLeaveOutWhatDoesNotApply) {
  const test::ScratchDirectory scratch;
  const auto file = scratch.path() / "c.yaml";
  std::ofstream(file) << conditional_spec() << R"(
  maxTrialCount: 50
  parallelTrialCount: 2
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [sh, -c, 'echo "loss=$DIWAN_PARAM_BATCH"; echo "$# $* ${DIWAN_PARAM_MOMENTUM-none}" >> calls', trial,
          --momentum, "${trialParameters.momentum}", "--opt=${trialParameters.opt}"]
        workingDirectory: .
)";

  const auto result = run_diwan({"run", "c.yaml", "--seed", "3", "--progress", "none"},
                                {.in = "", .directory = scratch.path(), .env = {}});

  EXPECT_EQ(result.status, 0) << result.err;
  const Json trials = Json::parse(run_diwan({"trials", "c.yaml", "-o", "json"},
                                            {.in = "", .directory = scratch.path(), .env = {}})
                                      .out)["trials"];
  EXPECT_EQ(trials.size(), 9U) << "the space is used up";
  std::multiset<std::string> expected;
  for (const Json& row : trials) {
    const Json& at = row["assignments"];
    EXPECT_EQ(at["momentum"].is_null(), at["opt"] == "adam") << row;
    const std::string momentum = at["momentum"].dump();
    expected.insert(at["opt"] == "adam" ? "1 --opt=adam none"
                                        : "3 --momentum " + momentum + " --opt=sgd " + momentum);
  }
  std::multiset<std::string> calls;
  std::ifstream lines(scratch.path() / "calls");
  for (std::string line; std::getline(lines, line);) {
    calls.insert(line);
  }
  EXPECT_EQ(calls, expected);
}

}  // namespace
}  // namespace diwan
