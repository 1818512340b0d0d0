// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "tests/driver/spec/bad_file.hpp"

namespace diwan {
namespace {

class BadExperiment : public BadFiles {};

TEST_P(BadExperiment, IsRefusedWithPlaceCauseAndCure) { expect_refused(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Experiment, BadExperiment,
    testing::Values(
        BadFile{"AnotherKind",
                {{"kind: Experiment", "kind: Trial"}},
                {"2:7: kind: is no experiment (\"Trial\"); give Experiment"}},
        BadFile{"AnotherVersion",
                {{"v1beta1", "v1alpha3"}},
                {"1:13: apiVersion: is not the version that Diwan reads "
                 "(\"kubeflow.org/v1alpha3\"); give kubeflow.org/v1beta1"}},
        BadFile{"AKindIsMissing",
                {{"kind: Experiment\n", ""}},
                {"1:1: kind: is missing; give Experiment"}},
        BadFile{"AnUnknownTopField",
                {{"metadata:", "metadatas: {}\nmetadata:"}},
                {"3:1: metadatas: unknown field; did you mean metadata?"}},
        BadFile{"ANameIsMissing",
                {{"  name: random", "  namespace: x"}},
                {"4:3: metadata.name: is missing; name the experiment"}},
        BadFile{"AnUnknownFieldOfTheMetadata",
                {{"  name: random", "  name: random\n  lables: {a: b}"}},
                {"5:3: metadata.lables: unknown field; did you mean labels?"}},
        BadFile{"AMisspeltName",
                {{"  name: random", "  nam: random"}},
                {"4:3: metadata.nam: unknown field; did you mean name?",
                 "4:3: metadata.name: is missing; name the experiment"}},
        BadFile{"ANameWithCapitals",
                {{"name: random", "name: aBC_9"}},
                {"4:9: metadata.name: is no name for an experiment (\"aBC_9\"); use lower-case "
                 "letters, digits and -, a letter first and no - last"}},
        BadFile{"ANameThatEndsInADash",
                {{"name: random", "name: a-"}},
                {"4:9: metadata.name: is no name for an experiment (\"a-\"); use lower-case "
                 "letters, digits and -, a letter first and no - last"}},
        BadFile{"ALongName",
                {{"name: random", "name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}},
                {"4:9: metadata.name: is longer than 40 characters "
                 "(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"); shorten it"}},
        BadFile{"ASpecIsMissing",
                {{part("spec:", ""), ""}},
                {"1:1: spec: is missing; give objective, parameters and trialTemplate"}},
        BadFile{"AnUnknownField",
                {{"parallelTrialCount", "paralelTrialCount"}},
                {"11:3: spec.paralelTrialCount: unknown field; did you mean parallelTrialCount?"}},
        BadFile{"AFieldUnlikeAnyOther",
                {{"  parallelTrialCount: 2", "  zzzzzz: 2"}},
                {"11:3: spec.zzzzzz: unknown field; known are objective, objectives, algorithm, "
                 "earlyStopping, parameters, nasConfig, parallelTrialCount, maxTrialCount, "
                 "maxFailedTrialCount, resumePolicy, metricsCollectorSpec, trialTemplate, seed, "
                 "constraints, initialTrials, resumeFromCheckpoint, confirms"}},
        BadFile{"AKeyGivenTwice",
                {{"  maxTrialCount: 4\n", "  maxTrialCount: 4\n  maxTrialCount: 5\n"}},
                {"13:3: spec.maxTrialCount: the key is given twice (first in line 12); remove one "
                 "of them"}},
        BadFile{"ATextForANumber",
                {{"maxTrialCount: 4", "maxTrialCount: \"4\""}},
                {"12:18: spec.maxTrialCount: is text (\"4\"); a whole number, without quotes, is "
                 "wanted"}},
        BadFile{"AListForAMap",
                {{part("  objective:", "  algorithm:"), "  objective: [minimize]\n"}},
                {"6:14: spec.objective: is a list; a map is wanted"}},
        BadFile{"AMapForAText",
                {{"algorithmName: random", "algorithmName: {is: random}"}},
                {"10:20: spec.algorithm.algorithmName: is a map; text is wanted"}},
        BadFile{"AMapForAList",
                {{"    trialParameters:\n      - name: rate\n        reference: lr\n",
                  "    trialParameters: {rate: lr}\n"}},
                {"22:22: spec.trialTemplate.trialParameters: is a map; a list is wanted"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Budget, BadExperiment,
    testing::Values(
        BadFile{"NoTrials",
                {{"maxTrialCount: 4", "maxTrialCount: 0"}},
                {"12:18: spec.maxTrialCount: is out of range (0); give a whole number from 1 to "
                 "2147483647"}},
        BadFile{"NoParallelTrials",
                {{"parallelTrialCount: 2", "parallelTrialCount: 0"}},
                {"11:23: spec.parallelTrialCount: is out of range (0); give a whole number from 1 "
                 "to 2147483647"}},
        BadFile{"AFailureLimitBelowZero",
                {{"maxFailedTrialCount: 1", "maxFailedTrialCount: -1"}},
                {"13:24: spec.maxFailedTrialCount: is out of range (-1); give a whole number from "
                 "0 to 2147483647"}},
        BadFile{"MoreFailuresThanTrials",
                {{"maxFailedTrialCount: 1", "maxFailedTrialCount: 5"}},
                {"13:24: spec.maxFailedTrialCount: is above maxTrialCount (5 > 4); lower it, or "
                 "raise maxTrialCount"}},
        BadFile{"MoreParallelTrialsThanTrials",
                {{"parallelTrialCount: 2", "parallelTrialCount: 5"}},
                {"11:23: spec.parallelTrialCount: is above maxTrialCount (5 > 4); lower it, or "
                 "raise maxTrialCount"}},
        BadFile{"ACountBeyondInt32",
                {{"maxTrialCount: 4", "maxTrialCount: 99999999999"}},
                {"12:18: spec.maxTrialCount: is out of range (99999999999); give a whole number "
                 "from 1 to 2147483647"}},
        BadFile{"AResumePolicyThatIsNone",
                {{"  parameters:", "  resumePolicy: Always\n  parameters:"}},
                {"14:17: spec.resumePolicy: is none of the known values (\"Always\"); give Never, "
                 "LongRunning or FromVolume"}},
        BadFile{"ASeedBelowZero",
                {{"  parameters:", "  seed: -7\n  parameters:"}},
                {"14:9: spec.seed: is out of range (-7); give a whole number from 0 to "
                 "9223372036854775807"}},
        BadFile{
            "ABooleanThatIsNone",
            {{"  parameters:", "  resumeFromCheckpoint: perhaps\n  parameters:"}},
            {"14:25: spec.resumeFromCheckpoint: is text (\"perhaps\"); true or false is wanted"}},
        BadFile{"APopulationWithoutCheckpoints",
                {{"algorithmName: random", "algorithmName: pbt"},
                 {"  parameters:", "  resumeFromCheckpoint: false\n  parameters:"}},
                {"14:25: spec.resumeFromCheckpoint: pbt goes on from checkpoints (false); leave it "
                 "out"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Objective, BadExperiment,
    testing::Values(
        BadFile{"NoObjective",
                {{part("  objective:", "  algorithm:"), ""}},
                {"6:3: spec.objective: is missing; give its type and objectiveMetricName"}},
        BadFile{"NoType",
                {{"    type: minimize\n", ""}},
                {"7:5: spec.objective.type: is missing; give minimize or maximize"}},
        BadFile{"ATypeThatIsNone",
                {{"type: minimize", "type: minimise"}},
                {"7:11: spec.objective.type: is none of the known values (\"minimise\"); did you "
                 "mean minimize?"}},
        BadFile{
            "AnEmptyMetric",
            {{"objectiveMetricName: loss", "objectiveMetricName: \"\""}},
            {"8:26: spec.objective.objectiveMetricName: is empty; name the metric to optimise"}},
        BadFile{
            "TheObjectiveAmongTheOthers",
            {{part("    type:", "  algorithm:"),
              part("    type:", "  algorithm:") + "    additionalMetricNames: [accuracy, loss]\n"}},
            {"9:39: spec.objective.additionalMetricNames[1]: is the objective itself (\"loss\"); "
             "remove it here"}},
        BadFile{
            "AMetricNamedTwice",
            {{part("    type:", "  algorithm:"),
              part("    type:", "  algorithm:") + "    additionalMetricNames: [a, a]\n"}},
            {"9:32: spec.objective.additionalMetricNames[1]: is named twice (\"a\"); remove one"}},
        BadFile{"AGoalThatIsNoNumber",
                {{part("    type:", "  algorithm:"),
                  part("    type:", "  algorithm:") + "    goal: low\n"}},
                {"9:11: spec.objective.goal: is text (\"low\"); a finite number is wanted"}},
        BadFile{"AnInfiniteGoal",
                {{part("    type:", "  algorithm:"),
                  part("    type:", "  algorithm:") + "    goal: .inf\n"}},
                {"9:11: spec.objective.goal: is a number (.inf); a finite number is wanted"}},
        BadFile{"AStrategyThatIsNone",
                {{part("    type:", "  algorithm:"),
                  part("    type:", "  algorithm:") +
                      "    metricStrategies: [{name: loss, value: last}]\n"}},
                {"9:44: spec.objective.metricStrategies[0].value: is none of the known values "
                 "(\"last\"); did you mean latest?"}},
        BadFile{"AStrategyOfAnUnknownMetric",
                {{part("    type:", "  algorithm:"),
                  part("    type:", "  algorithm:") +
                      "    metricStrategies: [{name: los, value: min}]\n"}},
                {"9:31: spec.objective.metricStrategies[0].name: is no metric of this objective "
                 "(\"los\"); did you mean loss?"}},
        BadFile{
            "TwoStrategiesOfOneMetric",
            {{part("    type:", "  algorithm:"),
              part("    type:", "  algorithm:") +
                  "    metricStrategies: [{name: loss, value: min}, {name: loss, value: max}]\n"}},
            {"9:57: spec.objective.metricStrategies[1].name: has two strategies (\"loss\"); remove "
             "one"}},
        BadFile{"ObjectiveAndObjectives",
                {{part("    type:", "  algorithm:"),
                  part("    type:", "  algorithm:") +
                      "  objectives: [{type: minimize, objectiveMetricName: a}]\n"}},
                {"9:15: spec.objectives: stands beside objective; keep one of the two"}},
        BadFile{"ObjectivesWithAGoal",
                {{part("  objective:", "  algorithm:"),
                  "  objectives:\n    - {type: minimize, objectiveMetricName: a, goal: 1}\n    - "
                  "{type: minimize, objectiveMetricName: a}\n"}},
                {"7:54: spec.objectives[0].goal: several objectives have no goal; remove it",
                 "8:45: spec.objectives[1].objectiveMetricName: is the objective of an earlier "
                 "entry too (\"a\"); remove one"}},
        BadFile{"NoObjectives",
                {{part("  objective:", "  algorithm:"), "  objectives: []\n"}},
                {"6:15: spec.objectives: is empty; give at least one objective"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Algorithm, BadExperiment,
    testing::Values(
        BadFile{"AnUnknownAlgorithm",
                {{"algorithmName: random", "algorithmName: randon"}},
                {"10:20: spec.algorithm.algorithmName: unknown algorithm (\"randon\"); did you "
                 "mean random?"}},
        BadFile{"AnEmptyAlgorithm",
                {{"algorithmName: random", "algorithmName: \"\""}},
                {"10:20: spec.algorithm.algorithmName: is empty; name the algorithm; `diwan "
                 "algorithms` lists them"}},
        BadFile{
            "AnEarlyStopperAsAlgorithm",
            {{"algorithmName: random", "algorithmName: medianstop"}},
            {"10:20: spec.algorithm.algorithmName: unknown algorithm (\"medianstop\"); known "
             "are auto, random, grid, sobol, tpe, multivariate-tpe, bayesianoptimization, cmaes, "
             "hyperband, bohb, asha, pbt, enas, darts"}},
        BadFile{"AnAlgorithmAsEarlyStopper",
                {{part("  algorithm:", "  parallelTrialCount"),
                  part("  algorithm:", "  parallelTrialCount") +
                      "  earlyStopping:\n    algorithmName: tpe\n"}},
                {"12:20: spec.earlyStopping.algorithmName: unknown early stopping algorithm "
                 "(\"tpe\"); the only one is medianstop"}},
        BadFile{"AnUnknownSetting",
                {{part("  algorithm:", "  parallelTrialCount"),
                  part("  algorithm:", "  parallelTrialCount") +
                      "    algorithmSettings:\n      - {name: random_sate, value: 1}\n"}},
                {"12:16: spec.algorithm.algorithmSettings[0].name: random has no setting "
                 "random_sate; did you mean random_state?"}},
        BadFile{
            "ASettingOutOfRange",
            {{"algorithmName: random",
              "algorithmName: tpe\n    algorithmSettings:\n      - {name: gamma, value: \"2\"}"}},
            {"12:30: spec.algorithm.algorithmSettings[0].value: gamma (2) is out of range; give 0 "
             "< x < 1"}},
        BadFile{"ASettingThatIsNoNumber",
                {{part("  algorithm:", "  parallelTrialCount"),
                  part("  algorithm:", "  parallelTrialCount") +
                      "    algorithmSettings:\n      - {name: random_state, value: ten}\n"}},
                {"12:37: spec.algorithm.algorithmSettings[0].value: random_state (ten) is not a "
                 "whole number; give x >= 0"}},
        BadFile{"ASettingGivenTwice",
                {{part("  algorithm:", "  parallelTrialCount"),
                  part("  algorithm:", "  parallelTrialCount") +
                      "    algorithmSettings:\n      - {name: random_state, value: 1}\n      - "
                      "{name: random_state, value: 2}\n"}},
                {"13:16: spec.algorithm.algorithmSettings[1].name: is given twice "
                 "(\"random_state\"); remove one"}},
        BadFile{"ASettingWithoutValue",
                {{part("  algorithm:", "  parallelTrialCount"),
                  part("  algorithm:", "  parallelTrialCount") +
                      "    algorithmSettings:\n      - {name: random_state}\n"}},
                {"12:9: spec.algorithm.algorithmSettings[0].value: is missing; give the setting's "
                 "value"}},
        BadFile{"ASettingOfTheEarlyStopper",
                {{part("  algorithm:", "  parallelTrialCount"),
                  part("  algorithm:", "  parallelTrialCount") +
                      "  earlyStopping:\n    algorithmName: medianstop\n    algorithmSettings:\n   "
                      "   - {name: start_step, value: \"0\"}\n"}},
                {"14:35: spec.earlyStopping.algorithmSettings[0].value: start_step (0) is out of "
                 "range; give x >= 1"}},
        BadFile{"AnEarlyStopperOfSeveralObjectives",
                {{part("  objective:", "  algorithm:"),
                  "  objectives:\n    - {type: minimize, objectiveMetricName: a}\n    - {type: "
                  "minimize, objectiveMetricName: b}\n"},
                 {part("  algorithm:", "  parallelTrialCount"),
                  "  earlyStopping: {algorithmName: medianstop}\n"}},
                {"9:34: spec.earlyStopping.algorithmName: medianstop judges trials by one "
                 "objective, not 2; leave earlyStopping out"}},
        BadFile{"AGridWithoutStep",
                {{"algorithmName: random", "algorithmName: grid"}},
                {"10:20: spec.algorithm.algorithmName: grid needs a step for the double lr; give "
                 "feasibleSpace.step, or use random or sobol"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Yaml, BadExperiment,
    testing::Values(
        BadFile{"BrokenYaml",
                {{"  objective:\n", "  objective: [\n"}},
                {"8:24: this is not YAML (end of sequence flow not found); mend it here or just "
                 "above"}},
        BadFile{"ATagWithoutMeaning",
                {{"name: random", "name: !secret random"}},
                {"4:9: metadata.name: tag \"!secret\" has no meaning here; remove it"}},
        BadFile{"AMergeOfAText",
                {{"metadata:\n", "metadata:\n  <<: 5\n"}},
                {"4:3: metadata.<<: a merge key takes a map or a list of maps, not a whole number "
                 "(5); name an anchor of a map"}},
        BadFile{"AMergeKeyGivenTwice",
                {{"  name: random", "  <<: {namespace: a}\n  <<: {name: random}"}},
                {"5:3: metadata.<<: the key is given twice (first in line 4); remove one of them"}},
        BadFile{"AnUnknownAlias",
                {{"name: random", "name: *nobody"}},
                {"4:9: this is not YAML (the referenced anchor is not defined); mend it here or "
                 "just above"}},
        BadFile{"ASecondExperiment",
                {{"            restartPolicy: Never\n",
                  "            restartPolicy: Never\n---\nkind: Experiment\n"}},
                {"36:1: a second Experiment in one file; give it a file of its own"}},
        BadFile{"AListInsteadOfAnExperiment",
                {{sound_experiment(), "[1]\n"}},
                {"1:1: the file holds a list; give an Experiment: apiVersion, kind, metadata and "
                 "spec"}},
        BadFile{"NothingAtAll",
                {{sound_experiment(), ""}},
                {"1:1: the file holds nothing; give an Experiment: apiVersion, kind, metadata and "
                 "spec"}},
        BadFile{
            "ManyAtOnce",
            {{"name: random", "name: Random"},
             {"type: minimize", "type: minimum"},
             {"max: \"0.1\"", "max: \"0.001\""},
             {"maxFailedTrialCount: 1", "maxFailedTrialCount: 9"},
             {"restartPolicy: Never", "restartPolicy: 1"}},
            {"4:9: metadata.name: is no name for an experiment (\"Random\"); use lower-case "
             "letters, digits and -, a letter first and no - last",
             "7:11: spec.objective.type: is none of the known values (\"minimum\"); give minimize "
             "or maximize",
             "13:24: spec.maxFailedTrialCount: is above maxTrialCount (9 > 4); lower it, or raise "
             "maxTrialCount",
             "18:9: spec.parameters[0].feasibleSpace: min (0.01) is above max (0.001); swap them",
             "34:28: spec.trialTemplate.trialSpec.spec.template.spec.restartPolicy: is a whole "
             "number (1); text is wanted: put it between quotes"}}),
    name_of);

}  // namespace
}  // namespace diwan
