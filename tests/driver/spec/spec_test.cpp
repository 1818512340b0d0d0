// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/spec.hpp"

#include <system_error>

#include <gtest/gtest.h>

#include "driver/spec/algorithm.hpp"
#include "tests/driver/spec/bad_file.hpp"

namespace diwan {
namespace {

Spec sound(const std::vector<std::pair<std::string, std::string>>& edits,
           const SpecOptions& options = {}) {
  return parse_spec(edited(edits), "experiment.yaml", options);
}

std::string what(const std::string& text) {
  try {
    static_cast<void>(parse_spec(text, "experiment.yaml"));
    return "";
  } catch (const SpecError& error) {
    return error.what();
  }
}

TEST(Spec, TakesAutoWhereNoAlgorithmIsGiven) {
  const Spec spec = sound({{part("  algorithm:", "  parallelTrialCount"), ""}});

  EXPECT_EQ(spec.algorithm.name, "auto");
  EXPECT_EQ(spec.notes, std::vector<std::string>{});
}

TEST(Spec, SaysWhenAModelWillHaveSeenLittle) {
  const auto notes = [](const std::string& algorithm, const std::string& parallel) {
    return sound({{"algorithmName: random", "algorithmName: " + algorithm},
                  {"parallelTrialCount: 2", "parallelTrialCount: " + parallel},
                  {"maxTrialCount: 4", "maxTrialCount: 30"}})
        .notes;
  };

  EXPECT_TRUE(notes("tpe", "10").empty());
  EXPECT_TRUE(notes("sobol", "11").empty());
  ASSERT_EQ(notes("tpe", "11").size(), 1U);
  EXPECT_EQ(notes("tpe", "11")[0].rfind("tpe learns from results, and with 11 of 30 trials", 0),
            0U);
}

TEST(Spec, SaysThatRungsNeedNoEarlyStopping) {
  const auto notes = [](const std::string& algorithm) {
    return sound({{"algorithmName: random",
                   "algorithmName: " + algorithm +
                       "\n    algorithmSettings: [{name: r_l, value: \"9\"}]"},
                  {"maxTrialCount: 4",
                   "maxTrialCount: 4\n  earlyStopping: {algorithmName: medianstop}"}})
        .notes;
  };

  ASSERT_EQ(notes("asha").size(), 1U);
  EXPECT_NE(notes("asha")[0].find("earlyStopping beside it"), std::string::npos);
}

TEST(Spec, SaysInWhichOrderAGridBeyondTheBudgetIsVisited) {
  const auto notes = [](const std::string& step) {
    return sound({{"algorithmName: random", "algorithmName: grid"},
                  {"        max: \"0.1\"\n", "        max: \"0.1\"\n        step: " + step + "\n"}})
        .notes;
  };

  EXPECT_EQ(notes("0.01"), std::vector<std::string>{
                               "the grid has 10 points, more than the budget of 4 trials: they "
                               "are visited in an order that the seed draws"});
  EXPECT_TRUE(notes("0.03").empty());
}

/// An asha over the resource lr, whose range and type are given.
std::vector<std::pair<std::string, std::string>> over_resource(const std::string& type,
                                                               const std::string& range,
                                                               const std::string& r_l) {
  return {{"algorithmName: random",
           "algorithmName: asha\n    algorithmSettings: [{name: resource_name, value: lr}, "
           "{name: r_l, value: \"" +
               r_l + "\"}]"},
          {part("    - name: lr", "  trialTemplate"),
           "    - {name: x, parameterType: double, feasibleSpace: {min: 0, max: 1}}\n"
           "    - {name: lr, parameterType: " +
               type + ", feasibleSpace: " + range + "}\n"},
          as_command("        command: [a]\n")};
}

TEST(Spec, HasTheNotesOfTheBudgetInForce) {
  const auto grid = [](const std::string& step) {
    return sound(
        {{"algorithmName: random", "algorithmName: grid"},
         {"        max: \"0.1\"\n", "        max: \"0.1\"\n        step: " + step + "\n"}});
  };
  const Budget three{.max_trials = 3, .parallel = 1, .max_failed = {}, .goal = {}};
  const Budget ten{.max_trials = 10, .parallel = 1, .max_failed = {}, .goal = {}};

  EXPECT_EQ(notes_of(grid("0.03"), three),
            std::vector<std::string>{"the grid has 4 points, more than the budget of 3 trials: "
                                     "they are visited in an order that the seed draws"});
  EXPECT_TRUE(notes_of(grid("0.01"), ten).empty());
  EXPECT_EQ(notes_of(grid("0.01"), grid("0.01").budget), grid("0.01").notes);
}

TEST(Spec, RaisesOnlyTheUpperEndOfAResource) {
  const Spec real = sound(over_resource("double", "{min: 5, max: 10}", "81"));
  const Spec integer = sound(over_resource("int", "{min: 10, max: 30, step: 2}", "90"));

  EXPECT_EQ(real.space.parameters().at(1).domain, Domain(Real{5, 81}));
  EXPECT_EQ(integer.space.parameters().at(1).domain, Domain(Integer{10, 90, 2}));
  EXPECT_EQ(real.notes, std::vector<std::string>{"lr takes values up to r_l (81), which its "
                                                 "feasibleSpace does not reach"});
  EXPECT_EQ(what(edited(over_resource("int", "{min: 10, max: 90}", "2"))),
            "experiment.yaml:11:78: spec.algorithm.algorithmSettings[1].value: r_l (2) is below "
            "the least value of lr (10); raise r_l, or lower the min of lr");
}

TEST(Spec, SaysThatALadderHasNoRungs) {
  const Spec spec = sound(over_resource("int", "{min: 10, max: 20}", "20"));

  EXPECT_EQ(spec.notes, std::vector<std::string>{
                            "asha: there is no rung below r_l (20), so that nothing ends early: it "
                            "is less than eta (3) times the least resource (10); lower the min of "
                            "lr"});
}

TEST(Spec, SaysWhatStatusAndOtherDocumentsAreFor) {
  const Spec spec =
      sound({{"metadata:", "status: {trials: 3}\nmetadata:"},
             {"restartPolicy: Never\n", "restartPolicy: Never\n---\nkind: Namespace\n"}});

  EXPECT_EQ(spec.notes,
            (std::vector<std::string>{
                "the file's document of kind \"Namespace\" in line 37 is not used",
                "status is not read: what was done stands in the experiment's directory"}));
}

TEST(Spec, LooksAtNoOtherMetadata) {
  const Spec spec = sound(
      {{"  name: random", "  name: random\n  annotations: {a: b}\n  uid: x\n  labels: {team: 5}"}});

  EXPECT_EQ(spec.labels, (std::map<std::string, std::string>{{"team", "5"}}));
}

TEST(Spec, TakesANameFromItsPrefix) {
  EXPECT_EQ(sound({{"name: random", "generateName: random-"}}).name, "random");
}

TEST(Spec, TakesNumbersWithAndWithoutQuotes) {
  const Spec spec = sound({{"min: \"0.01\"", "min: 1e-2"}, {"max: \"0.1\"", "max: 1"}});

  EXPECT_EQ(spec.space.parameters().at(0).domain, Domain(Real{0.01, 1}));
}

TEST(Spec, TakesWholeNumbersInAnyNotation) {
  const Spec spec = sound({{"parameterType: double", "parameterType: int"},
                           {"min: \"0.01\"", "min: \"1e1\""},
                           {"max: \"0.1\"", "max: \"64.0\""}});

  EXPECT_EQ(spec.space.parameters().at(0).domain, Domain(Integer{10, 64, 1}));
}

TEST(Spec, TakesADiscreteListOfTextsAsCategorical) {
  const Spec spec =
      sound({{"parameterType: double", "parameterType: discrete"},
             {part("        min:", "  trialTemplate"), "        list: [a, \"1\", yes]\n"}});

  EXPECT_EQ(spec.space.parameters().at(0).domain, Domain(Categorical{{"a", "1", "yes"}}));
}

TEST(Spec, RunsNoMoreTrialsAtATimeThanInAllWhereTheFileDoesNotSay) {
  const Spec spec =
      sound({{"  parallelTrialCount: 2\n", ""}, {"maxTrialCount: 4", "maxTrialCount: 2"}});

  EXPECT_FALSE(spec.parallel_given);
  EXPECT_EQ(spec.budget.parallel, 2U);
}

TEST(Spec, NeedsNoTemplateForSuggestions) {
  const Spec spec = sound({{part("  trialTemplate:", ""), ""}}, {.template_required = false});

  EXPECT_FALSE(spec.trial_template.has_value());
}

TEST(Spec, PrefersItsOwnSeed) {
  const Spec spec = sound({{"    algorithmName: random",
                            "    algorithmName: random\n"
                            "    algorithmSettings: [{name: random_state, value: \"3\"}]"},
                           {"  parameters:", "  seed: 7\n  parameters:"}});

  EXPECT_EQ(spec.seed, 7U);
}

TEST(Spec, HasSeveralObjectivesInOrder) {
  const Spec spec = sound({{part("  objective:", "  algorithm:"), R"(  objectives:
    - {type: minimize, objectiveMetricName: loss, additionalMetricNames: [accuracy]}
    - {type: maximize, objectiveMetricName: speed}
)"}});

  const Rules rules = rules_of(spec);

  EXPECT_EQ(rules.directions, (std::vector<Direction>{Direction::minimize, Direction::maximize}));
  EXPECT_EQ(rules.metrics,
            (std::vector<MetricRule>{
                {"loss", Strategy::min}, {"speed", Strategy::max}, {"accuracy", Strategy::min}}));
}

TEST(Spec, KeepsConditionsConstraintsAndInitialTrials) {
  const Spec spec =
      sound({as_command("        command: [a]\n"),
             {"  trialTemplate:",
              R"(    - {name: opt, parameterType: categorical, feasibleSpace: {list: [sgd, adam]}}
    - {name: momentum, parameterType: double, when: opt == 'sgd', feasibleSpace: {min: 0, max: 1}}
  constraints: [lr < 0.09 or opt == 'sgd']
  initialTrials: [{lr: 0.05, opt: adam}, {lr: 0.1, opt: sgd, momentum: 0.5}]
  resumeFromCheckpoint: true
  trialTemplate:)"}});

  EXPECT_EQ(spec.conditions, (std::map<std::string, std::string>{{"momentum", "opt == 'sgd'"}}));
  EXPECT_EQ(spec.constraints, std::vector<std::string>{"lr < 0.09 or opt == 'sgd'"});
  EXPECT_EQ(spec.initial_trials,
            (std::vector<Assignment>{{{0.05, 1, Assignment::inactive}}, {{0.1, 0, 0.5}}}));
  EXPECT_TRUE(spec.resume_from_checkpoint);
}

TEST(Spec, SaysWhichInitialTrialsAreRepeatedOrBeyondTheBudget) {
  const auto notes = [](const std::string& trials) {
    return sound({{"  parameters:", "  initialTrials: " + trials + "\n  parameters:"},
                  {"maxTrialCount: 4", "maxTrialCount: 3"}})
        .notes;
  };

  EXPECT_EQ(notes("[{lr: 0.05}, {lr: 0.1}, {lr: \"5e-2\"}]"),
            std::vector<std::string>{
                "spec.initialTrials[2] is the same as [0], and is run again; remove one"});
  EXPECT_EQ(notes("[{lr: 0.05}, {lr: 0.06}, {lr: 0.07}, {lr: 0.08}]"),
            std::vector<std::string>{"spec.initialTrials has 4 trials, more than maxTrialCount "
                                     "(3): only the first of them are run"});
  EXPECT_TRUE(notes("[{lr: 0.05}, {lr: 0.06}, {lr: 0.07}]").empty());
}

TEST(Spec, GivesTheAlgorithmItsProblem) {
  const Problem problem = problem_of(sound({}), 11);

  EXPECT_EQ(problem.seed, 11U);
  EXPECT_EQ(problem.max_trials, 4U);
  EXPECT_EQ(problem.parallel, 2U);
  EXPECT_EQ(problem.space.size(), 1U);
  EXPECT_EQ(problem.directions, std::vector<Direction>{Direction::minimize});
}

TEST(Spec, ReadsAnchorsAndMergeKeys) {
  const Spec spec = sound(
      {{part("      feasibleSpace:", "  trialTemplate"),
        "      feasibleSpace: &range\n        min: \"0.01\"\n        max: \"0.1\"\n"
        "    - name: b\n      parameterType: double\n"
        "      feasibleSpace: {max: \"0.2\", <<: *range}\n"},
       {"        reference: lr\n", "        reference: lr\n      - {name: b, reference: b}\n"},
       {"--lr=$", "--b=${trialParameters.b} --lr=$"}});

  EXPECT_EQ(spec.space.parameters().at(1).domain, Domain(Real{0.01, 0.2}));
}

TEST(Spec, TakesEmptyTextsForAbsentFieldsAsKatibDoes) {
  const Spec spec =
      sound({{"        max: \"0.1\"\n",
              "        max: \"0.1\"\n        step: \"\"\n        distribution: \"\"\n"},
             {"  parameters:", R"(  resumePolicy: ""
  metricsCollectorSpec:
    collector: {kind: File}
    source: {fileSystemPath: {path: "", kind: "", format: ""}}
  parameters:)"}});

  EXPECT_EQ(spec.space.parameters().at(0).domain, Domain(Real{0.01, 0.1}));
  EXPECT_EQ(spec.resume_policy, ResumePolicy::never);
  EXPECT_EQ(spec.metrics_collector.path, "/var/log/katib/metrics.log");
}

TEST(Spec, TakesWholeNumbersThatAreWrittenOtherwise) {
  EXPECT_EQ(sound({{"maxTrialCount: 4", "maxTrialCount: 0x10"}}).budget.max_trials, 16U);
  EXPECT_EQ(sound({{"maxTrialCount: 4", "maxTrialCount: 12.0"}}).budget.max_trials, 12U);
}

TEST(Spec, SaysWhereACollectorLooksThatNothingFeeds) {
  const Spec file = sound(
      {{"  parameters:", "  metricsCollectorSpec: {collector: {kind: File}}\n  parameters:"}});
  const Spec events = sound({{"  parameters:",
                              "  metricsCollectorSpec: {collector: {kind: TensorFlowEvent}}\n"
                              "  parameters:"}});
  const Spec output = sound(
      {{"  parameters:",
        "  metricsCollectorSpec: {source: {fileSystemPath: {path: /m/x.log}}}\n  parameters:"}});

  EXPECT_EQ(file.notes,
            std::vector<std::string>{
                "nothing in the command and environment names /var/log/katib/metrics.log, which "
                "the collector reads as $DIWAN_TRIAL_DIR/metrics/metrics.log of each trial: have "
                "the program write there"});
  EXPECT_EQ(events.notes,
            std::vector<std::string>{
                "nothing in the command and environment names /var/log/katib/tfevent/, which "
                "the collector reads as $DIWAN_TRIAL_DIR/metrics/tfevent of each trial: have "
                "the program write there"});
  EXPECT_EQ(output.notes,
            std::vector<std::string>{"metricsCollectorSpec.source.fileSystemPath is not read: it "
                                     "is for the kinds File and TensorFlowEvent"});
}

TEST(Spec, RefusesWhatItCouldNotReadBack) {
  const std::string list = "[" + std::string(200'000, 'x') + "]";
  std::string text = sound_experiment();
  text.insert(text.find("spec:"), "  annotations:\n    x: &x " + list + "\n    y: [" +
                                      "*x, *x, *x, *x, *x, *x, *x, *x, *x, *x, *x, *x, *x, *x, " +
                                      "*x, *x, *x, *x, *x, *x, *x, *x, *x, *x, *x, *x, *x, *x]\n");

  EXPECT_EQ(what(text),
            "experiment.yaml:1:1: with its aliases written out the file has more than 4194304 "
            "bytes; make it smaller");
}

TEST(Spec, TakesEveryFieldOfKubernetesMetadata) {
  EXPECT_EQ(what(edited({{"  name: random\n",
                          "  name: random\n  generateName: random-\n  namespace: a\n"
                          "  labels: {a: b}\n  annotations: {a: b}\n  uid: a\n"
                          "  resourceVersion: \"1\"\n  generation: 1\n"
                          "  creationTimestamp: null\n  deletionTimestamp: null\n"
                          "  deletionGracePeriodSeconds: 1\n  finalizers: []\n"
                          "  ownerReferences: []\n  managedFields: []\n  selfLink: a\n"}})),
            "");
}

TEST(Spec, SaysWhatCannotBeRead) {
  EXPECT_THROW(read_spec("/nowhere/experiment.yaml"), std::system_error);
  EXPECT_THROW(read_spec("/"), std::system_error);
}

TEST(Spec, RefusesStrayContent) {
  EXPECT_EQ(
      what(sound_experiment() + "---\n5\n"),
      "experiment.yaml:36:1: here the file holds a whole number (5) beside its objects; remove "
      "it, or mend the line before");
  EXPECT_EQ(
      what(sound_experiment() + "---\n, x\n"),
      "experiment.yaml:36:1: nothing can begin with this character; remove it, or mend the line "
      "before");
}

TEST(Spec, RefusesTextsThatWouldBreakIt) {
  EXPECT_EQ(what("a: \xff"), "experiment.yaml:1:4: byte 0xff is not UTF-8; save the file as UTF-8");
  EXPECT_EQ(
      what(std::string("a:\n b: \0", 8)),
      "experiment.yaml:2:5: control character 0x00; remove it, or write it as an escape between "
      "double quotes");
  EXPECT_EQ(what(std::string(5U << 20U, ' ')),
            "experiment.yaml:1:1: the file has more than 4194304 bytes; make it smaller");
}

}  // namespace
}  // namespace diwan
