// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "tests/driver/spec/bad_file.hpp"

namespace diwan {
namespace {

class BadTemplate : public BadFiles {};

TEST_P(BadTemplate, IsRefusedWithPlaceCauseAndCure) { expect_refused(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Collector, BadTemplate,
    testing::Values(
        BadFile{
            "ACollectorThatIsNone",
            {{"  trialTemplate:\n",
              "  metricsCollectorSpec:\n    collector: {kind: None}\n  trialTemplate:\n"}},
            {"21:23: spec.metricsCollectorSpec.collector.kind: is none of the known values "
             "(\"None\"); give StdOut, File, TensorFlowEvent, PrometheusMetric, Push or Custom"}},
        BadFile{"APathThatIsRelative",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    collector: {kind: File}\n    source: "
                  "{fileSystemPath: {path: metrics.log}}\n  trialTemplate:\n"}},
                {"22:37: spec.metricsCollectorSpec.source.fileSystemPath.path: is no absolute path "
                 "(\"metrics.log\"); begin it with /"}},
        BadFile{"ADirectoryForAFile",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    collector: {kind: File}\n    source: "
                  "{fileSystemPath: {path: /m, kind: Directory}}\n  trialTemplate:\n"}},
                {"22:47: spec.metricsCollectorSpec.source.fileSystemPath.kind: does not fit this "
                 "collector (Directory); give File"}},
        BadFile{"AFormatThatIsNone",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    collector: {kind: File}\n    source: "
                  "{fileSystemPath: {path: /m, format: json}}\n  trialTemplate:\n"}},
                {"22:49: spec.metricsCollectorSpec.source.fileSystemPath.format: is none of the "
                 "known values (\"json\"); did you mean JSON?"}},
        BadFile{"JsonWithAFilter",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    collector: {kind: File}\n    source:\n      "
                  "fileSystemPath: {path: /m, format: JSON}\n      filter: {metricsFormat: "
                  "[\"(a)=(b)\"]}\n  trialTemplate:\n"}},
                {"24:15: spec.metricsCollectorSpec.source.filter: JSON lines are read without "
                 "filters; remove it, or use format TEXT"}},
        BadFile{"EventsInAFile",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    collector: {kind: TensorFlowEvent}\n    source: "
                  "{fileSystemPath: {path: /m, kind: File}}\n  trialTemplate:\n"}},
                {"22:47: spec.metricsCollectorSpec.source.fileSystemPath.kind: does not fit this "
                 "collector (File); give Directory"}},
        BadFile{"EventsInNoDirectory",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    collector: {kind: TensorFlowEvent}\n    source: "
                  "{fileSystemPath: {path: /m/.., kind: Directory}}\n  trialTemplate:\n"}},
                {"22:37: spec.metricsCollectorSpec.source.fileSystemPath.path: names no directory "
                 "(\"/m/..\"); end it with a name"}},
        BadFile{
            "EventsWithAFormat",
            {{"  trialTemplate:\n",
              "  metricsCollectorSpec:\n    collector: {kind: TensorFlowEvent}\n    source: "
              "{fileSystemPath: {path: /m, kind: Directory, format: TEXT}}\n  trialTemplate:\n"}},
            {"22:66: spec.metricsCollectorSpec.source.fileSystemPath.format: event files have no "
             "format (\"TEXT\"); remove it"}},
        BadFile{"APortThatIsNone",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    collector: {kind: PrometheusMetric}\n    source: "
                  "{httpGet: {port: web, path: metrics}}\n  trialTemplate:\n"}},
                {"22:30: spec.metricsCollectorSpec.source.httpGet.port: is no port (\"web\"); give "
                 "1 to 65535, or ${trialSpec.Port} for each trial's own",
                 "22:41: spec.metricsCollectorSpec.source.httpGet.path: does not begin with / "
                 "(\"metrics\"); put / before it"}},
        BadFile{"APortForSeveralTrials",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    collector: {kind: PrometheusMetric}\n    source: "
                  "{httpGet: {port: 9090}}\n  trialTemplate:\n"}},
                {"22:30: spec.metricsCollectorSpec.source.httpGet.port: is one port for all "
                 "(9090), and 2 trials run at a time, of which one alone can have it; give "
                 "${trialSpec.Port} here and have the program listen there or on DIWAN_PORT, or "
                 "set parallelTrialCount: 1"}},
        BadFile{"KatibsPortForSeveralTrials",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    collector: {kind: PrometheusMetric}\n"
                  "  trialTemplate:\n"}},
                {"21:5: spec.metricsCollectorSpec.source.httpGet.port: is one port for all "
                 "(8080), and 2 trials run at a time, of which one alone can have it; give "
                 "${trialSpec.Port} here and have the program listen there or on DIWAN_PORT, or "
                 "set parallelTrialCount: 1"}},
        BadFile{"APageThatNoHttpCanAsk",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    collector: {kind: PrometheusMetric}\n    source: "
                  "{httpGet: {port: \"${trialSpec.Port}\", path: \"/a b\", scheme: HTTPS, "
                  "httpHeaders: [{name: \"X:\", value: a}, {name: X, value: \"a\\nb\"}]}}\n"
                  "  trialTemplate:\n"}},
                {"22:57: spec.metricsCollectorSpec.source.httpGet.path: holds a blank or a "
                 "character that no address can (\"/a b\"); write it as %20 or the like",
                 "22:73: spec.metricsCollectorSpec.source.httpGet.scheme: is not spoken here "
                 "(\"HTTPS\"): the program is asked on its own host; give HTTP, or remove it",
                 "22:101: spec.metricsCollectorSpec.source.httpGet.httpHeaders[0].name: is no "
                 "name of a header (\"X:\"); use letters, digits and -",
                 "22:135: spec.metricsCollectorSpec.source.httpGet.httpHeaders[1].value: holds a "
                 "character that no header can (\"a\\nb\"); remove it"}},
        BadFile{"AValueInACollectorsCommand",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    collector:\n      kind: Custom\n      "
                  "customCollector: {name: c, command: [\"${trialParameters.rate}\"], "
                  "env: [{name: A, value: \"${trialSpec.Name}\"}]}\n  trialTemplate:\n"}},
                {"23:44: spec.metricsCollectorSpec.collector.customCollector.command[0]: no trial "
                 "value is put into a collector's command (\"${trialParameters.rate}\"); have it "
                 "read its environment, such as DIWAN_TRIAL or DIWAN_PARAM_…",
                 "23:95: spec.metricsCollectorSpec.collector.customCollector.env[0].value: no "
                 "trial value is put into a collector's command (\"${trialSpec.Name}\"); have it "
                 "read its environment, such as DIWAN_TRIAL or DIWAN_PARAM_…"}},
        BadFile{"CustomWithoutContainer",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    collector: {kind: Custom}\n    source: "
                  "{fileSystemPath: {path: m}}\n  trialTemplate:\n"}},
                {"21:16: spec.metricsCollectorSpec.collector.customCollector: is missing; kind "
                 "Custom needs the collector's container",
                 "22:30: spec.metricsCollectorSpec.source.fileSystemPath.kind: is missing; give "
                 "File or Directory",
                 "22:37: spec.metricsCollectorSpec.source.fileSystemPath.path: is no absolute path "
                 "(\"m\"); begin it with /"}},
        BadFile{
            "AFilterThatDoesNotCompile",
            {{"  trialTemplate:\n",
              "  metricsCollectorSpec:\n    source: {filter: {metricsFormat: [\"(a=(b)\"]}}\n  "
              "trialTemplate:\n"}},
            {"21:39: spec.metricsCollectorSpec.source.filter.metricsFormat[0]: filter \"(a=(b)\": "
             "missing ): (a=(b); write it in RE2's syntax, which has no look-around"}},
        BadFile{"AFilterWithOneGroup",
                {{"  trialTemplate:\n",
                  "  metricsCollectorSpec:\n    source: {filter: {metricsFormat: [\"a=(b)\"]}}\n  "
                  "trialTemplate:\n"}},
                {"21:39: spec.metricsCollectorSpec.source.filter.metricsFormat[0]: filter "
                 "\"a=(b)\": it has not two groups one behind the other; give the first ( ) the "
                 "metric's name and the second its value, as in (\\w+)=([0-9.]+)"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Template, BadTemplate,
    testing::Values(
        BadFile{"NoTemplate",
                {{part("  trialTemplate:", ""), ""}},
                {"6:3: spec.trialTemplate: is missing; give the program to run"}},
        BadFile{"NoContainerName",
                {{"    primaryContainerName: main\n", ""}},
                {"21:5: spec.trialTemplate.primaryContainerName: is missing; name the container "
                 "whose metrics are collected"}},
        BadFile{"AnotherContainerName",
                {{"primaryContainerName: main", "primaryContainerName: min"}},
                {"21:27: spec.trialTemplate.primaryContainerName: no container has this name "
                 "(\"min\"); did you mean main?"}},
        BadFile{"NoConditions",
                {{"      apiVersion: batch/v1\n      kind: Job",
                  "      apiVersion: v1\n      kind: Pod"}},
                {"21:5: spec.trialTemplate.successCondition: is missing; there is no default for "
                 "this kind: say when its job has succeeded",
                 "21:5: spec.trialTemplate.failureCondition: is missing; there is no default for "
                 "this kind: say when its job has failed"}},
        BadFile{"NoTrialParameters",
                {{"    trialParameters:\n      - name: rate\n        reference: lr\n", ""}},
                {"21:5: spec.trialTemplate.trialParameters: is missing; name the template's "
                 "placeholders and the parameters they stand for"}},
        BadFile{"NoSource",
                {{part("    trialSpec:", ""), ""}},
                {"21:5: spec.trialTemplate.trialSpec: is missing; give the program to run: kind "
                 "Command of diwan/v1, or a Kubernetes job"}},
        BadFile{
            "TwoSources",
            {{"    trialSpec:",
              "    configMap: {configMapName: a, configMapNamespace: b, templatePath: c}\n    "
              "trialSpec:"}},
            {"25:16: spec.trialTemplate.configMap: stands beside trialSpec; keep one of the two"}},
        BadFile{"AConfigMapWithoutPath",
                {{part("    trialSpec:", ""),
                  "    successCondition: a\n    failureCondition: b\n    configMap: "
                  "{configMapName: a, configMapNamespace: b}\n"}},
                {"27:16: spec.trialTemplate.configMap.templatePath: is missing; give "
                 "configMapName, configMapNamespace and templatePath"}},
        BadFile{"ATrialParameterWithoutReference",
                {{"        reference: lr\n", ""}},
                {"23:9: spec.trialTemplate.trialParameters[0].reference: is missing; name the "
                 "parameter, or give ${trialSpec.…}"}},
        BadFile{"ATrialParameterWithoutReferenceAndPlaceholdersThatDoNotFit",
                {{"        reference: lr\n",
                  "        reference: \"\"\n      - {name: b, reference: lr}\n"},
                 {"${trialParameters.rate}", "${trialParameters.rate}${trialParameters.nope}"}},
                {"24:20: spec.trialTemplate.trialParameters[0].reference: is empty; name the "
                 "parameter, or give ${trialSpec.…}",
                 "25:16: spec.trialTemplate.trialParameters[1].name: the template has no "
                 "placeholder for it (\"${trialParameters.b}\"); use it, or remove the trial "
                 "parameter",
                 "34:46: spec.trialTemplate.trialSpec.spec.template.spec.containers[0].command[2]: "
                 "placeholder without parameter (\"${trialParameters.nope}\"); known are rate, b"}},
        BadFile{"ATrialParameterWithoutName",
                {{"      - name: rate\n        reference: lr\n", "      - reference: lr\n"}},
                {"23:9: spec.trialTemplate.trialParameters[0].name: is missing; name the "
                 "placeholder"}},
        BadFile{"ABraceInAName",
                {{"name: rate", "name: \"ra}te\""}},
                {"23:15: spec.trialTemplate.trialParameters[0].name: holds { or } (\"ra}te\"); use "
                 "other characters"}},
        BadFile{
            "TwoTrialParametersOfOneName",
            {{"        reference: lr\n",
              "        reference: lr\n      - {name: rate, reference: \"${trialSpec.Name}\"}\n"}},
            {"25:16: spec.trialTemplate.trialParameters[1].name: is the name of an earlier trial "
             "parameter too (\"rate\"); rename one"}},
        BadFile{"TwoTrialParametersOfOneNameForTwoParameters",
                {{"  trialTemplate:",
                  "    - {name: b, parameterType: int, feasibleSpace: {min: \"1\", max: \"2\"}}\n  "
                  "trialTemplate:"},
                 {"        reference: lr\n",
                  "        reference: lr\n      - {name: rate, reference: b}\n"},
                 {"${trialParameters.rate}", "${trialParameters.rate}${trialParameters.b}"}},
                {"26:16: spec.trialTemplate.trialParameters[1].name: is the name of an earlier "
                 "trial parameter too (\"rate\"); rename one"}},
        BadFile{"TwoTrialParametersOfOneReference",
                {{"        reference: lr\n",
                  "        reference: lr\n      - {name: again, reference: lr}\n"},
                 {"--lr=$", "--again=${trialParameters.again} --lr=$"}},
                {"25:34: spec.trialTemplate.trialParameters[1].reference: is the reference of an "
                 "earlier trial parameter too (\"lr\"); use that one's placeholder"}},
        BadFile{"AReferenceToNothing",
                {{"reference: lr", "reference: lrr"}},
                {"24:20: spec.trialTemplate.trialParameters[0].reference: names no parameter of "
                 "the search space (\"lrr\"); did you mean lr?"}},
        BadFile{"AReferenceToUnknownMetadata",
                {{"        reference: lr\n",
                  "        reference: lr\n      - {name: n, reference: \"${trialSpec.Nam}\"}\n"},
                 {"--lr=$", "${trialParameters.n}--lr=$"}},
                {"25:30: spec.trialTemplate.trialParameters[1].reference: unknown metadata "
                 "(\"Nam\"); did you mean Name?"}},
        BadFile{
            "AReferenceToALabelThatIsNotThere",
            {{"        reference: lr\n",
              "        reference: lr\n      - {name: n, reference: \"${trialSpec.Labels[k]}\"}\n"},
             {"--lr=$", "${trialParameters.n}--lr=$"}},
            {"25:30: spec.trialTemplate.trialParameters[1].reference: the template's metadata has "
             "no such entry (\"Labels[k]\"); add it to trialSpec.metadata"}},
        BadFile{
            "ATrialParameterWithoutPlaceholder",
            {{"\"--lr=${trialParameters.rate}\"", "--lr=1"}},
            {"23:15: spec.trialTemplate.trialParameters[0].name: the template has no placeholder "
             "for it (\"${trialParameters.rate}\"); use it, or remove the trial parameter"}},
        BadFile{"APlaceholderWithoutParameter",
                {{"${trialParameters.rate}", "${trialParameters.rate}${trialParameters.rat}"}},
                {"33:46: spec.trialTemplate.trialSpec.spec.template.spec.containers[0].command[2]: "
                 "placeholder without parameter (\"${trialParameters.rat}\"); did you mean rate?"}},
        BadFile{"APlaceholderThatIsNotClosed",
                {{"${trialParameters.rate}", "${trialParameters.rate}${trialParameters.x"}},
                {"33:46: spec.trialTemplate.trialSpec.spec.template.spec.containers[0].command[2]: "
                 "a placeholder is not closed (\"${trialParameters.x\"); end it with }"}},
        BadFile{"APlaceholderMisspelt",
                {{"${trialParameters.rate}", "${trialParameters.rate}${trialParameter.rate}"}},
                {"33:46: spec.trialTemplate.trialSpec.spec.template.spec.containers[0].command[2]: "
                 "unknown placeholder (\"${trialParameter.rate}\"); did you mean "
                 "${trialParameters.…}?"}},
        BadFile{"AParameterThatNoTrialSees",
                {{"  trialTemplate:",
                  "    - {name: b, parameterType: int, feasibleSpace: {min: \"1\", max: \"2\"}}\n  "
                  "trialTemplate:"}},
                {"20:14: spec.parameters[1].name: no trial parameter refers to it (\"b\"), so that "
                 "no trial would see its value; add one to trialTemplate.trialParameters"}},
        BadFile{"ATemplateWithAName",
                {{"      kind: Job\n",
                  "      kind: Job\n      metadata: {name: mine, namespace: here}\n"}},
                {"28:24: spec.trialTemplate.trialSpec.metadata.name: each trial gets its own "
                 "(\"mine\"); remove it",
                 "28:41: spec.trialTemplate.trialSpec.metadata.namespace: each trial gets its own "
                 "(\"here\"); remove it"}},
        BadFile{"ATemplateWithoutKind",
                {{"      kind: Job\n", ""}},
                {"26:7: spec.trialTemplate.trialSpec.kind: is missing; give one, such as Job or "
                 "Command"}},
        BadFile{"ATemplateWithoutKindAndAPlaceholderWithoutParameter",
                {{"      kind: Job\n", "      metadata: {name: mine}\n"},
                 {"${trialParameters.rate}", "${trialParameters.rate}${trialParameters.rat}"}},
                {"26:7: spec.trialTemplate.trialSpec.kind: is missing; give one, such as Job or "
                 "Command",
                 "27:24: spec.trialTemplate.trialSpec.metadata.name: each trial gets its own "
                 "(\"mine\"); remove it",
                 "33:46: spec.trialTemplate.trialSpec.spec.template.spec.containers[0].command[2]: "
                 "placeholder without parameter (\"${trialParameters.rat}\"); did you mean rate?"}},
        BadFile{"AnUnknownFieldOfTheJob",
                {{"        template:\n", "        backofLimit: 3\n        template:\n"}},
                {"29:9: spec.trialTemplate.trialSpec.spec.backofLimit: unknown field; did you mean "
                 "backoffLimit?"}},
        BadFile{"AnUnknownFieldOfThePod",
                {{"restartPolicy: Never", "restartPolcy: Never"}},
                {"34:13: spec.trialTemplate.trialSpec.spec.template.spec.restartPolcy: unknown "
                 "field; did you mean restartPolicy?"}},
        BadFile{"AnUnknownFieldOfTheContainer",
                {{part("                command:", "            restartPolicy"),
                  part("                command:", "            restartPolicy") +
                      "                arg: [a]\n"}},
                {"34:17: spec.trialTemplate.trialSpec.spec.template.spec.containers[0].arg: "
                 "unknown field; did you mean args?"}},
        BadFile{"AMistypedFieldOfTheJob",
                {{"        template:\n", "        backoffLimit: many\n        template:\n"}},
                {"29:23: spec.trialTemplate.trialSpec.spec.backoffLimit: is text (\"many\"); a "
                 "whole number, without quotes, is wanted"}},
        BadFile{"ANumberAmongTheArguments",
                {{"train.py, ", "train.py, 5, "}},
                {"33:46: spec.trialTemplate.trialSpec.spec.template.spec.containers[0].command[2]: "
                 "is a whole number (5); text is wanted: put it between quotes"}},
        BadFile{"AnUnusableQuantity",
                {{part("                command:", "            restartPolicy"),
                  part("                command:", "            restartPolicy") +
                      "                resources: {limits: {memory: 16GB}}\n"}},
                {"34:46: "
                 "spec.trialTemplate.trialSpec.spec.template.spec.containers[0].resources.limits."
                 "memory: is no quantity (\"16GB\"); write it as 2, 500m or 16Gi"}}),
    name_of);

}  // namespace
}  // namespace diwan
