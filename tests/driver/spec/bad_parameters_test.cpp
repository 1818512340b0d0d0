// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "tests/driver/spec/bad_file.hpp"

namespace diwan {
namespace {

class BadParameters : public BadFiles {};

/// A nasConfig of two layers with one operation, in the place of `parameters`.
std::string nas_with(const std::string& operation) {
  return "  nasConfig:\n    graphConfig:\n      numLayers: 2\n      inputSizes: [3]\n"
         "      outputSizes: [10]\n    operations:\n      - " +
         operation + "\n";
}

TEST_P(BadParameters, IsRefusedWithPlaceCauseAndCure) { expect_refused(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Parameters, BadParameters,
    testing::Values(
        BadFile{"NoParameters",
                {{part("  parameters:", "  trialTemplate:"), ""}},
                {"6:3: spec.parameters: is missing; give at least one parameter"}},
        BadFile{"AnEmptyList",
                {{part("  parameters:", "  trialTemplate:"), "  parameters: []\n"}},
                {"14:15: spec.parameters: is missing; give at least one parameter"}},
        BadFile{"AMapOfParameters",
                {{part("  parameters:", "  trialTemplate:"), "  parameters: {lr: double}\n"}},
                {"14:15: spec.parameters: is a map; a list is wanted"}},
        BadFile{"AMapOfParametersForACommand",
                {{part("  parameters:", "  trialTemplate:"), "  parameters: {lr: double}\n"},
                 as_command("        command: [a, \"${trialParameters.lr}\"]\n")},
                {"14:15: spec.parameters: is a map; a list is wanted"}},
        BadFile{"AMapOfParametersForHalving",
                {{part("  parameters:", "  trialTemplate:"), "  parameters: {lr: double}\n"},
                 {"algorithmName: random",
                  "algorithmName: hyperband\n    algorithmSettings: [{name: resource_name, value: "
                  "lr}, {name: r_l, value: \"9\"}]"}},
                {"15:15: spec.parameters: is a map; a list is wanted"}},
        BadFile{"AnEmptyResourceBesideAMapOfParameters",
                {{part("  parameters:", "  trialTemplate:"), "  parameters: {lr: double}\n"},
                 {"algorithmName: random",
                  "algorithmName: hyperband\n    algorithmSettings: [{name: resource_name, value: "
                  "\"\"}, {name: r_l, value: \"9\"}]"}},
                {"11:54: spec.algorithm.algorithmSettings[0].value: resource_name is empty; give "
                 "the name of a parameter",
                 "15:15: spec.parameters: is a map; a list is wanted"}},
        BadFile{"ParametersAndNas",
                {{"  trialTemplate:",
                  "  nasConfig: {graphConfig: {numLayers: 1, inputSizes: [1], outputSizes: [1]}, "
                  "operations: [{operationType: skip_connection}]}\n  trialTemplate:"}},
                {"20:14: spec.nasConfig: stands beside parameters; keep one of the two"}},
        BadFile{"AParameterWithoutName",
                {{"    - name: lr\n      parameterType", "    - parameterType"}},
                {"15:7: spec.parameters[0].name: is missing; name the parameter"}},
        BadFile{"TwoParametersOfOneName",
                {{"  trialTemplate:",
                  "    - {name: lr, parameterType: int, feasibleSpace: {min: \"1\", max: \"2\"}}\n "
                  " trialTemplate:"}},
                {"20:14: spec.parameters[1].name: is the name of an earlier parameter too "
                 "(\"lr\"); rename one"}},
        BadFile{"TwoParametersOfOneVariable",
                {{"  trialTemplate:",
                  "    - {name: LR, parameterType: int, feasibleSpace: {min: \"1\", max: \"2\"}}\n "
                  " trialTemplate:"}},
                {"20:14: spec.parameters[1].name: shares the variable DIWAN_PARAM_LR with \"lr\" "
                 "(\"LR\"); rename one",
                 "20:14: spec.parameters[1].name: no trial parameter refers to it (\"LR\"), so "
                 "that no trial would see its value; add one to trialTemplate.trialParameters"}},
        BadFile{"ATypeThatIsNone",
                {{"parameterType: double", "parameterType: float"}},
                {"16:22: spec.parameters[0].parameterType: is none of the known values "
                 "(\"float\"); give double, int, discrete or categorical"}},
        BadFile{"TypeMissing",
                {{"      parameterType: double\n", ""}},
                {"15:7: spec.parameters[0].parameterType: is missing; give double, int, discrete "
                 "or categorical"}},
        BadFile{
            "NoSpace",
            {{"      feasibleSpace:\n        min: \"0.01\"\n        max: \"0.1\"\n", ""}},
            {"15:7: spec.parameters[0].feasibleSpace: is missing; give min and max, or a list"}},
        BadFile{
            "MinAboveMax",
            {{part("        min:", "  trialTemplate:"),
              "        min: \"0.1\"\n        max: \"0.01\"\n"}},
            {"18:9: spec.parameters[0].feasibleSpace: min (0.1) is above max (0.01); swap them"}},
        BadFile{"MinIsMissing",
                {{"        min: \"0.01\"\n", ""}},
                {"18:9: spec.parameters[0].feasibleSpace.min: is missing; give the bound"}},
        BadFile{"MinIsNoNumber",
                {{"min: \"0.01\"", "min: \"low\""}},
                {"18:14: spec.parameters[0].feasibleSpace.min: is not a finite number (\"low\"); "
                 "give a number such as 0.01"}},
        BadFile{"MinIsNotFinite",
                {{"min: \"0.01\"", "min: \"-inf\""}},
                {"18:14: spec.parameters[0].feasibleSpace.min: is not a finite number (\"-inf\"); "
                 "give a number such as 0.01"}},
        BadFile{"AnIntThatIsNotWhole",
                {{"parameterType: double", "parameterType: int"}},
                {"18:14: spec.parameters[0].feasibleSpace.min: is not a whole number within +-2^53 "
                 "(\"0.01\"); give a number such as 10",
                 "19:14: spec.parameters[0].feasibleSpace.max: is not a whole number within +-2^53 "
                 "(\"0.1\"); give a number such as 10"}},
        BadFile{"AnIntBeyond2To53",
                {{"parameterType: double\n      feasibleSpace:\n        min: \"0.01\"\n        "
                  "max: \"0.1\"\n",
                  "parameterType: int\n      feasibleSpace:\n        min: \"0\"\n        max: "
                  "\"9007199254740993\"\n"}},
                {"19:14: spec.parameters[0].feasibleSpace.max: is not a whole number within +-2^53 "
                 "(\"9007199254740993\"); give a number such as 10"}},
        BadFile{"AStepOfZero",
                {{part("        min:", "  trialTemplate:"),
                  part("        min:", "  trialTemplate:") + "        step: \"0\"\n"}},
                {"20:15: spec.parameters[0].feasibleSpace.step: is not above 0 (0); give a "
                 "positive step, or none"}},
        BadFile{"AStepOfZeroBesideMinAboveMax",
                {{part("        min:", "  trialTemplate:"),
                  "        min: \"0.1\"\n        max: \"0.01\"\n        step: \"0\"\n"}},
                {"18:9: spec.parameters[0].feasibleSpace: min (0.1) is above max (0.01); swap them",
                 "20:15: spec.parameters[0].feasibleSpace.step: is not above 0 (0); give a "
                 "positive step, or none"}},
        BadFile{"AStepOfZeroBesideABadMax",
                {{"max: \"0.1\"", "max: high\n        step: \"0\""}},
                {"19:14: spec.parameters[0].feasibleSpace.max: is not a finite number (\"high\"); "
                 "give a number such as 0.01",
                 "20:15: spec.parameters[0].feasibleSpace.step: is not above 0 (0); give a "
                 "positive step, or none"}},
        BadFile{"AStepOfZeroBesideABadDistribution",
                {{part("        min:", "  trialTemplate:"),
                  part("        min:", "  trialTemplate:") +
                      "        step: \"0\"\n        distribution: loguniform\n"}},
                {"20:15: spec.parameters[0].feasibleSpace.step: is not above 0 (0); give a "
                 "positive step, or none",
                 "21:23: spec.parameters[0].feasibleSpace.distribution: is none of the known "
                 "values (\"loguniform\"); did you mean logUniform?"}},
        BadFile{"AStepThatIsNoNumberOfAnIntWithoutMin",
                {{"parameterType: double", "parameterType: int"},
                 {part("        min:", "  trialTemplate:"),
                  "        max: high\n        step: small\n"}},
                {"18:9: spec.parameters[0].feasibleSpace.min: is missing; give the bound",
                 "18:14: spec.parameters[0].feasibleSpace.max: is not a whole number within +-2^53 "
                 "(\"high\"); give a number such as 10",
                 "19:15: spec.parameters[0].feasibleSpace.step: is not a whole number within "
                 "+-2^53 (\"small\"); give a number such as 10"}},
        BadFile{"ALogScaleOverZeroBesideABadMax",
                {{part("        min:", "  trialTemplate:"),
                  "        min: \"0\"\n        max: high\n        distribution: logUniform\n"}},
                {"18:14: spec.parameters[0].feasibleSpace.min: is not above 0 (0), which a log "
                 "scale cannot show; raise min, or use distribution uniform",
                 "19:14: spec.parameters[0].feasibleSpace.max: is not a finite number (\"high\"); "
                 "give a number such as 0.01"}},
        BadFile{"ALogScaleOverZero",
                {{part("        min:", "  trialTemplate:"),
                  "        min: \"0\"\n        max: \"0.1\"\n        distribution: logUniform\n"}},
                {"18:14: spec.parameters[0].feasibleSpace.min: is not above 0 (0), which a log "
                 "scale cannot show; raise min, or use distribution uniform"}},
        BadFile{"ANormalOfOneValue",
                {{part("        min:", "  trialTemplate:"),
                  "        min: \"0.1\"\n        max: \"0.1\"\n        distribution: normal\n"}},
                {"18:9: spec.parameters[0].feasibleSpace: min and max are equal (0.1), so a normal "
                 "distribution has no width; widen the range, or use distribution uniform"}},
        BadFile{"ADistributionThatIsNone",
                {{part("        min:", "  trialTemplate:"),
                  part("        min:", "  trialTemplate:") + "        distribution: loguniform\n"}},
                {"20:23: spec.parameters[0].feasibleSpace.distribution: is none of the known "
                 "values (\"loguniform\"); did you mean logUniform?"}},
        BadFile{"ARangeWithAList",
                {{part("        min:", "  trialTemplate:"),
                  part("        min:", "  trialTemplate:") + "        list: [\"1\"]\n"}},
                {"20:15: spec.parameters[0].feasibleSpace.list: a range has min and max, no list; "
                 "remove it, or use discrete"}},
        BadFile{"AListWithMin",
                {{"parameterType: double", "parameterType: categorical"},
                 {"        max: \"0.1\"\n", "        list: [a]\n"}},
                {"18:14: spec.parameters[0].feasibleSpace.min: a list has no min; remove it"}},
        BadFile{
            "AnEmptyListOfValues",
            {{"parameterType: double", "parameterType: categorical"},
             {part("        min:", "  trialTemplate:"), "        list: []\n"}},
            {"18:15: spec.parameters[0].feasibleSpace.list: is empty; give at least one value"}},
        BadFile{"AListIsMissing",
                {{"parameterType: double", "parameterType: discrete"},
                 {part("        min:", "  trialTemplate:"), "        distribution: uniform\n"}},
                {"18:9: spec.parameters[0].feasibleSpace.list: is missing; give the values"}},
        BadFile{"AValueGivenTwice",
                {{"parameterType: double", "parameterType: categorical"},
                 {part("        min:", "  trialTemplate:"), "        list: [a, b, a]\n"}},
                {"18:22: spec.parameters[0].feasibleSpace.list[2]: is in the list twice (\"a\"); "
                 "remove one"}},
        BadFile{"ANumberGivenTwice",
                {{"parameterType: double", "parameterType: discrete"},
                 {part("        min:", "  trialTemplate:"), "        list: [\"1\", \"1.0\"]\n"}},
                {"18:21: spec.parameters[0].feasibleSpace.list[1]: is the same number as \"1\" "
                 "(\"1.0\"); remove one"}},
        BadFile{"ALogScaleOverADiscreteZero",
                {{"parameterType: double", "parameterType: discrete"},
                 {part("        min:", "  trialTemplate:"),
                  "        list: [\"0\", \"1\"]\n        distribution: logUniform\n"}},
                {"18:15: spec.parameters[0].feasibleSpace.list: holds \"0\", which a log scale "
                 "cannot show; remove it, or use distribution uniform"}},
        BadFile{"AStepBelowTheResolution",
                {{"        max: \"0.1\"", "        max: \"0.1\"\n        step: 1e-300"},
                 {"  trialTemplate:",
                  "    - {name: b, parameterType: double, feasibleSpace: {min: 0, max: 1, step: "
                  "1e-300}}\n  trialTemplate:"}},
                {"18:9: spec.parameters[0].feasibleSpace: a step so small that there are more than "
                 "2^53 values; make it larger",
                 "21:14: spec.parameters[1].name: no trial parameter refers to it (\"b\"), so that "
                 "no trial would see its value; add one to trialTemplate.trialParameters",
                 "21:55: spec.parameters[1].feasibleSpace: a step so small that there are more "
                 "than 2^53 values; make it larger"}},
        BadFile{"NoParametersForACommand",
                {{part("  parameters:", "  trialTemplate:"), ""},
                 as_command("        command: [a, \"${trialParameters.lr}\"]\n")},
                {"6:3: spec.parameters: is missing; give at least one parameter"}},
        BadFile{"ACommandWhoseParameterHasNoName",
                {{"    - name: lr\n", "    - nam: lr\n"},
                 as_command("        command: [a, \"${trialParameters.lr}\"]\n")},
                {"15:7: spec.parameters[0].nam: unknown field; did you mean name?",
                 "15:7: spec.parameters[0].name: is missing; name the parameter"}},
        BadFile{"AnUnknownFieldOfTheSpace",
                {{part("        min:", "  trialTemplate:"),
                  part("        min:", "  trialTemplate:") + "        stp: \"1\"\n"}},
                {"20:9: spec.parameters[0].feasibleSpace.stp: unknown field; did you mean step?"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Nas, BadParameters,
    testing::Values(
        BadFile{"NasWithAnotherAlgorithm",
                {{part("  parameters:", "  trialTemplate:"),
                  "  nasConfig:\n    graphConfig: {numLayers: 1}\n    operations: [{operationType: "
                  "skip_connection}]\n"},
                 {"        reference: lr", "        reference: architecture"}},
                {"10:20: spec.algorithm.algorithmName: does not search a nasConfig (\"random\"); "
                 "use enas or darts, or give parameters instead"}},
        BadFile{
            "NasWithoutAlgorithm",
            {{part("  parameters:", "  trialTemplate:"),
              "  nasConfig:\n    graphConfig: {numLayers: 1}\n    operations: [{operationType: "
              "skip_connection}]\n"},
             {part("  algorithm:", "  parallelTrialCount"), ""},
             {"        reference: lr", "        reference: architecture"}},
            {"6:3: spec.algorithm: is missing; nasConfig is searched by enas or darts: name one"}},
        BadFile{"EnasWithoutNas",
                {{"algorithmName: random", "algorithmName: enas"}},
                {"10:20: spec.algorithm.algorithmName: searches a nasConfig only (\"enas\"); give "
                 "one instead of parameters, or use another algorithm"}},
        BadFile{"NasWithoutSizes",
                {{part("  parameters:", "  trialTemplate:"),
                  "  nasConfig:\n    graphConfig:\n      numLayers: 0\n    operations:\n      - "
                  "{operationType: skip_connection}\n"},
                 {"algorithmName: random", "algorithmName: enas"},
                 {"        reference: lr", "        reference: architecture"}},
                {"16:7: spec.nasConfig.graphConfig.inputSizes: is missing; enas needs it",
                 "16:7: spec.nasConfig.graphConfig.outputSizes: is missing; enas needs it",
                 "16:18: spec.nasConfig.graphConfig.numLayers: is out of range (0); give a whole "
                 "number from 1 to 2147483647"}},
        BadFile{
            "AnOperationWithoutType",
            {{part("  parameters:", "  trialTemplate:"),
              "  nasConfig:\n    graphConfig:\n      numLayers: 2\n      inputSizes: [3]\n      "
              "outputSizes: [10]\n    operations:\n      - {parameters: [{name: a, parameterType: "
              "int, feasibleSpace: {min: \"1\", max: \"2\"}}]}\n"},
             {"algorithmName: random", "algorithmName: enas"},
             {"        reference: lr", "        reference: architecture"}},
            {"20:9: spec.nasConfig.operations[0].operationType: is missing; name the operation"}},
        BadFile{"AnOperationWithoutParameters",
                {{part("  parameters:", "  trialTemplate:"),
                  "  nasConfig:\n    graphConfig:\n      numLayers: 2\n      inputSizes: [3]\n     "
                  " outputSizes: [10]\n    operations:\n      - {operationType: convolution}\n"},
                 {"algorithmName: random", "algorithmName: enas"},
                 {"        reference: lr", "        reference: architecture"}},
                {"20:9: spec.nasConfig.operations[0].parameters: is missing; an operation needs at "
                 "least one"}},
        BadFile{"ADoubleWithoutStep",
                {{part("  parameters:", "  trialTemplate:"),
                  "  nasConfig:\n    graphConfig:\n      numLayers: 2\n      inputSizes: [3]\n     "
                  " outputSizes: [10]\n    operations:\n      - {operationType: c, parameters: "
                  "[{name: a, parameterType: double, feasibleSpace: {min: \"1\", max: \"2\"}}]}\n"},
                 {"algorithmName: random", "algorithmName: enas"},
                 {"        reference: lr", "        reference: architecture"}},
                {"20:89: spec.nasConfig.operations[0].parameters[0].feasibleSpace.step: is "
                 "missing; a double of an operation needs one"}},
        BadFile{"ADoubleWithoutStepAndWithABadMin",
                {{part("  parameters:", "  trialTemplate:"),
                  "  nasConfig:\n    graphConfig:\n      numLayers: 2\n      inputSizes: [3]\n     "
                  " outputSizes: [10]\n    operations:\n      - {operationType: c, parameters: "
                  "[{name: a, parameterType: double, feasibleSpace: {min: a, max: \"2\"}}]}\n"},
                 {"algorithmName: random", "algorithmName: enas"},
                 {"        reference: lr", "        reference: architecture"}},
                {"20:89: spec.nasConfig.operations[0].parameters[0].feasibleSpace.step: is "
                 "missing; a double of an operation needs one",
                 "20:95: spec.nasConfig.operations[0].parameters[0].feasibleSpace.min: is not a "
                 "finite number (\"a\"); give a number such as 0.01"}},
        BadFile{"AnIntWithoutBounds",
                {{part("  parameters:", "  trialTemplate:"),
                  "  nasConfig:\n    graphConfig:\n      numLayers: 2\n      inputSizes: [3]\n     "
                  " outputSizes: [10]\n    operations:\n      - {operationType: c, parameters: "
                  "[{name: a, parameterType: int, feasibleSpace: {step: \"1\"}}]}\n"},
                 {"algorithmName: random", "algorithmName: enas"},
                 {"        reference: lr", "        reference: architecture"}},
                {"20:86: spec.nasConfig.operations[0].parameters[0].feasibleSpace.min: is missing; "
                 "give the bound",
                 "20:86: spec.nasConfig.operations[0].parameters[0].feasibleSpace.max: is missing; "
                 "give the bound"}},
        BadFile{
            "AReferenceThatNasDoesNotMake",
            {{part("  parameters:", "  trialTemplate:"),
              "  nasConfig:\n    graphConfig:\n      numLayers: 2\n      inputSizes: [3]\n      "
              "outputSizes: [10]\n    operations:\n      - {operationType: skip_connection}\n"},
             {"algorithmName: random", "algorithmName: enas"},
             {"        reference: lr", "        reference: architectur"}},
            {"25:20: spec.trialTemplate.trialParameters[0].reference: names no parameter of the "
             "search space (\"architectur\"); did you mean architecture?"}},
        BadFile{
            "AnArchitectureForAShell",
            {{part("  parameters:", "  trialTemplate:"),
              nas_with("{operationType: skip_connection}")},
             {"algorithmName: random", "algorithmName: enas"},
             {"        reference: lr", "        reference: architecture"},
             {"[python3, train.py, \"--lr=", "[sh, -c, \"train "}},
            {"34:35: spec.trialTemplate.trialSpec.spec.template.spec.containers[0].command[2]: a "
             "shell would take the lists and quotes of \"rate\" apart; let the script read "
             "DIWAN_PARAM_ARCHITECTURE, or give the program its arguments without a shell"}},
        BadFile{
            "AQuoteInAnOperation",
            {{part("  parameters:", "  trialTemplate:"),
              nas_with("{operationType: \"don't\", parameters: [{name: a, parameterType: "
                       "categorical, feasibleSpace: {list: [\"3\"]}}]}")},
             {"algorithmName: random", "algorithmName: enas"},
             {"        reference: lr", "        reference: architecture"}},
            {"20:25: spec.nasConfig.operations[0].operationType: holds a quote, a backslash or a "
             "line break (\"don't\"), which the JSON that trials get cannot have; leave it out"}},
        BadFile{
            "TooManyOperationsAndLayers",
            {{part("  parameters:", "  trialTemplate:"),
              nas_with("{operationType: c, parameters: [{name: a, parameterType: int, "
                       "feasibleSpace: {min: \"1\", max: \"5000\"}}]}")},
             {"numLayers: 2", "numLayers: 200"},
             {"algorithmName: random", "algorithmName: enas"},
             {"        reference: lr", "        reference: architecture"}},
            {"16:18: spec.nasConfig.graphConfig.numLayers: enas searches at most 100 layers (200); "
             "give fewer",
             "20:7: spec.nasConfig.operations: with all values of their parameters they are more "
             "than 4096; give fewer values, or larger steps"}},
        BadFile{
            "TooManyValuesForDarts",
            {{part("  parameters:", "  trialTemplate:"),
              nas_with("{operationType: c, parameters: [{name: a, parameterType: int, "
                       "feasibleSpace: {min: \"1\", max: \"4096\"}}]}\n"
                       "      - {operationType: d, parameters: [{name: a, parameterType: int, "
                       "feasibleSpace: {min: \"1\", max: \"4097\"}}]}")},
             {"algorithmName: random", "algorithmName: darts"},
             {"        reference: lr", "        reference: search-space"}},
            {"21:86: spec.nasConfig.operations[1].parameters[0].feasibleSpace: has more than 4096 "
             "values, each of which is an operation to darts; give fewer values, or a larger "
             "step"}},
        BadFile{"AnArchitectureSearchByTwoObjectives",
                {{part("  parameters:", "  trialTemplate:"),
                  nas_with("{operationType: skip_connection}")},
                 {"  objective:\n    type: minimize\n    objectiveMetricName: loss\n",
                  "  objectives:\n  - {type: minimize, objectiveMetricName: loss}\n  - {type: "
                  "minimize, objectiveMetricName: seconds}\n"},
                 {"algorithmName: random", "algorithmName: enas"},
                 {"        reference: lr", "        reference: architecture"}},
                {"10:20: spec.algorithm.algorithmName: enas searches by one objective, not 2; give "
                 "one"}},
        BadFile{
            "ConstraintsAndTrialsOfAnArchitectureSearch",
            {{part("  parameters:", "  trialTemplate:"),
              nas_with("{operationType: skip_connection}") +
                  "  constraints: [\"a < b\"]\n  initialTrials:\n    - architecture: \"[[0], "
                  "[0, 1]]\"\n    - architecture: \"[[0], [1, 1]]\"\n"},
             {"algorithmName: random", "algorithmName: enas"},
             {"        reference: lr", "        reference: architecture"}},
            {"21:16: spec.constraints: an architecture search has no parameters that they could "
             "name; remove them",
             "24:21: spec.initialTrials[1].architecture: is no architecture of this nasConfig "
             "(\"[[0], [1, 1]]\"); give for each layer a list of its operation's number and a 0 or "
             "1 for each layer before: [[3], [0, 1]]"}},
        BadFile{"TrialsOfAnArchitectureSearchThatIsHalfRead",
                {{part("  parameters:", "  trialTemplate:"),
                  nas_with("{operationType: c, parameters: [{name: a, parameterType: int, "
                           "feasibleSpace: {min: \"1\", max: x}}]}\n"
                           "      - {operationType: skip_connection}") +
                      "  initialTrials:\n    - architecture: \"[[1], [0, 1]]\"\n"},
                 {"algorithmName: random", "algorithmName: enas"},
                 {"        reference: lr", "        reference: architecture"}},
                {"20:102: spec.nasConfig.operations[0].parameters[0].feasibleSpace.max: is not a "
                 "whole number within +-2^53 (\"x\"); give a number such as 10"}},
        BadFile{"TrialsOfAnArchitectureSearchWithoutLayers",
                {{part("  parameters:", "  trialTemplate:"),
                  nas_with("{operationType: skip_connection}") +
                      "  initialTrials:\n    - architecture: \"[[0], [1, 0]]\"\n"},
                 {"numLayers: 2", "numLayers: 0"},
                 {"algorithmName: random", "algorithmName: enas"},
                 {"        reference: lr", "        reference: architecture"}},
                {"16:18: spec.nasConfig.graphConfig.numLayers: is out of range (0); give a whole "
                 "number from 1 to 2147483647"}},
        BadFile{"TrialsOfDarts",
                {{part("  parameters:", "  trialTemplate:"),
                  nas_with("{operationType: skip_connection}") +
                      "  initialTrials:\n    - architecture: \"[[0], [1, 0]]\"\n"},
                 {"algorithmName: random", "algorithmName: darts"},
                 {"        reference: lr", "        reference: search-space"}},
                {"22:5: spec.initialTrials: an architecture search that makes its own trial takes "
                 "none; remove it"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Conditions, BadParameters,
    testing::Values(
        BadFile{"ACircleOfConditions",
                {{"    - name: lr\n", "    - name: lr\n      when: b > 1\n"},
                 {"  trialTemplate:",
                  "    - {name: b, parameterType: int, when: \"lr < 0.05\", feasibleSpace: {min: "
                  "\"1\", max: \"8\"}}\n  trialTemplate:"},
                 as_command("        command: [a]\n")},
                {"16:13: spec.parameters[0].when: the condition of \"lr\" depends on itself (\"b > "
                 "1\"); break the circle"}},
        BadFile{"AConditionOnNothing",
                {{"  trialTemplate:",
                  "    - {name: b, parameterType: int, when: \"lrr < 0.05\", feasibleSpace: {min: "
                  "\"1\", max: \"8\"}}\n  trialTemplate:"},
                 as_command("        command: [a]\n")},
                {"20:43: spec.parameters[1].when: character 1: no parameter is named lrr (\"lrr < "
                 "0.05\"); did you mean lr?"}},
        BadFile{"AConstraintThatIsNone",
                {{"  trialTemplate:", "  constraints: [\"lr <\"]\n  trialTemplate:"},
                 as_command("        command: [a]\n")},
                {"20:17: spec.constraints[0]: character 5: found the end where a value was "
                 "expected (\"lr <\"); write a name, a number, a quoted text or a parenthesis"}},
        BadFile{"AConstraintOverNothing",
                {{"  trialTemplate:", "  constraints: [\"lr * batch < 3\"]\n  trialTemplate:"},
                 as_command("        command: [a]\n")},
                {"20:17: spec.constraints[0]: character 6: no parameter is named batch (\"lr * "
                 "batch < 3\"); name a parameter; quote texts, and put names with other characters "
                 "in backquotes"}},
        BadFile{
            "AConstraintThatNothingKeeps",
            {{"  trialTemplate:", "  constraints: [\"lr < 1\", \"lr > 0.2\"]\n  trialTemplate:"},
             as_command("        command: [a]\n")},
            {"20:27: spec.constraints[1]: none of 100000 random points keeps the constraints; "
             "\"lr > 0.2\" refuses 100000 of them; widen it; leave out a parameter that "
             "follows from others, and let the trial calculate it"}},
        BadFile{"AnInitialTrialOutside",
                {{"  trialTemplate:", "  initialTrials:\n    - {lr: 5}\n  trialTemplate:"},
                 as_command("        command: [a]\n")},
                {"21:12: spec.initialTrials[0].lr: is outside its domain (\"5\"); give a value of "
                 "0.01 .. 0.1"}},
        BadFile{
            "AnInitialTrialOfAnUnknownParameter",
            {{"  trialTemplate:", "  initialTrials:\n    - {lr: 0.05, lrr: 1}\n  trialTemplate:"},
             as_command("        command: [a]\n")},
            {"21:23: spec.initialTrials[0].lrr: unknown parameter; did you mean lr?"}},
        BadFile{"AnIncompleteInitialTrial",
                {{"  trialTemplate:", "  initialTrials:\n    - {}\n  trialTemplate:"},
                 as_command("        command: [a]\n")},
                {"21:7: spec.initialTrials[0].lr: is missing; give its value"}},
        BadFile{
            "AnInitialTrialWithAnInactiveParameter",
            {{"  trialTemplate:",
              "    - {name: b, parameterType: int, when: \"lr < 0.05\", feasibleSpace: {min: "
              "\"1\", max: \"8\"}}\n  initialTrials:\n    - {lr: 0.08, b: 2}\n    - {lr: 0.02}\n  "
              "trialTemplate:"},
             as_command("        command: [a]\n")},
            {"22:21: spec.initialTrials[0].b: its condition does not hold here (\"2\"); remove it",
             "23:7: spec.initialTrials[1].b: is missing; its condition holds here: give its "
             "value"}},
        BadFile{
            "AnInitialTrialThatBreaksAConstraint",
            {{"  trialTemplate:",
              "  constraints: [lr < 0.05]\n  initialTrials:\n    - {lr: 0.08}\n  trialTemplate:"},
             as_command("        command: [a]\n")},
            {"22:7: spec.initialTrials[0]: breaks the constraint \"lr < 0.05\"; give a trial that "
             "keeps it"}}),
    name_of);

}  // namespace
}  // namespace diwan
