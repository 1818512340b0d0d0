// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "tests/driver/spec/bad_file.hpp"

namespace diwan {
namespace {

class BadCommand : public BadFiles {};

TEST_P(BadCommand, IsRefusedWithPlaceCauseAndCure) { expect_refused(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Shell, BadCommand,
    testing::Values(
        BadFile{"AShellAndAnUnsafeValue",
                {{"parameterType: double", "parameterType: categorical"},
                 {part("        min:", "  trialTemplate:"), "        list: [a, \"b; rm -rf /\"]\n"},
                 {part("                command:", "            restartPolicy"),
                  "                command: [sh, -c]\n                args: [\"python3 train.py "
                  "--lr=${trialParameters.rate}\"]\n"}},
                {"33:24: spec.trialTemplate.trialSpec.spec.template.spec.containers[0].args[0]: a "
                 "shell would take this value of \"rate\" apart (\"b; rm -rf /\"); use only A-Z "
                 "a-z 0-9 _ . , : / @ % + = -, or give the program its arguments without a shell"}},
        BadFile{"AShellWithOptionsAndAnUnsafeValue",
                {{"parameterType: double", "parameterType: categorical"},
                 {part("        min:", "  trialTemplate:"), "        list: [a, \"$HOME\"]\n"},
                 {part("                command:", "            restartPolicy"),
                  "                command: [/usr/bin/env, /bin/bash, -eo, pipefail, -lc, \"train "
                  "${trialParameters.rate}\"]\n"}},
                {"32:72: spec.trialTemplate.trialSpec.spec.template.spec.containers[0].command[5]: "
                 "a shell would take this value of \"rate\" apart (\"$HOME\"); use only A-Z a-z "
                 "0-9 _ . , : / @ % + = -, or give the program its arguments without a shell"}},
        BadFile{
            "AShellAndAnUnsafeLabel",
            {{"        reference: lr\n",
              "        reference: lr\n      - {name: n, reference: \"${trialSpec.Labels[k]}\"}\n"},
             {"      kind: Job\n", "      kind: Job\n      metadata: {labels: {k: \"a b\"}}\n"},
             {part("                command:", "            restartPolicy"),
              "                command: [sh, -c, \"train ${trialParameters.rate} "
              "${trialParameters.n}\"]\n"}},
            {"35:35: spec.trialTemplate.trialSpec.spec.template.spec.containers[0].command[2]: a "
             "shell would take this value of \"n\" apart (\"a b\"); use only A-Z a-z 0-9 _ . , : / "
             "@ % + = -, or give the program its arguments without a shell"}},
        BadFile{"AShellAndAConditionalParameter",
                {{"    - name: lr\n",
                  "    - {name: b, parameterType: int, when: \"lr < 0.05\", feasibleSpace: {min: "
                  "\"1\", max: \"2\"}}\n    - name: lr\n"},
                 {"        reference: lr\n",
                  "        reference: lr\n      - {name: b, reference: b}\n"},
                 {part("                command:", "            restartPolicy"),
                  "                command: [sh, -c, \"train ${trialParameters.rate} "
                  "${trialParameters.b}\"]\n"}},
                {"35:35: spec.trialTemplate.trialSpec.spec.template.spec.containers[0].command[2]: "
                 "the command of a shell would be left out whenever the parameter is inactive "
                 "(\"b\"); let the script read DIWAN_PARAM_B"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Command, BadCommand,
    testing::Values(
        BadFile{"ACommandOfAnotherVersion",
                {{"      apiVersion: batch/v1\n      kind: Job",
                  "      apiVersion: diwan/v2\n      kind: Command"}},
                {"26:19: spec.trialTemplate.trialSpec.apiVersion: has no kind Command "
                 "(\"diwan/v2\"); give diwan/v1"}},
        BadFile{"AnotherKindOfOurVersion",
                {{"      apiVersion: batch/v1\n      kind: Job",
                  "      apiVersion: diwan/v1\n      kind: Comand"}},
                {"27:13: spec.trialTemplate.trialSpec.kind: is unknown to diwan/v1 (\"Comand\"); "
                 "give Command"}},
        BadFile{"AnotherKindOfOurVersionAndAPlaceholderOfNoParameter",
                {as_command("        command: [a, \"${trialParameters.rl}\"]\n"),
                 {"kind: Command", "kind: Comand"}},
                {"23:13: spec.trialTemplate.trialSpec.kind: is unknown to diwan/v1 (\"Comand\"); "
                 "give Command",
                 "25:22: spec.trialTemplate.trialSpec.spec.command[1]: placeholder without "
                 "parameter (\"${trialParameters.rl}\"); did you mean lr?"}},
        BadFile{"NoKindOfOurVersion",
                {as_command("        command: [a]\n"), {"      kind: Command\n", ""}},
                {"22:7: spec.trialTemplate.trialSpec.kind: is missing; give one, such as Job or "
                 "Command"}},
        BadFile{"AnUnknownFieldOfTheMetadata",
                {as_command("        command: [a]\n"),
                 {"kind: Command\n", "kind: Command\n      metadata: {lables: {a: b}}\n"}},
                {"24:18: spec.trialTemplate.trialSpec.metadata.lables: unknown field; did you mean "
                 "labels?"}},
        BadFile{"NoCommand",
                {as_command("        workingDirectory: .\n")},
                {"25:9: spec.trialTemplate.trialSpec.spec.command: is missing; give the program "
                 "and its arguments as a list: [python3, train.py]"}},
        BadFile{"ACommandAsOneText",
                {as_command("        command: python3 train.py\n")},
                {"25:18: spec.trialTemplate.trialSpec.spec.command: is text (\"python3 "
                 "train.py\"); give a list, one item an argument: [python3, train.py]"}},
        BadFile{"AnEmptyCommand",
                {as_command("        command: []\n")},
                {"25:18: spec.trialTemplate.trialSpec.spec.command: is empty; give the program and "
                 "its arguments"}},
        BadFile{"AnUnknownKey",
                {as_command("        command: [a]\n        working_directory: .\n")},
                {"26:9: spec.trialTemplate.trialSpec.spec.working_directory: unknown field; did "
                 "you mean workingDirectory?"}},
        BadFile{"APlaceholderOfNoParameter",
                {as_command("        command: [a, \"${trialParameters.rl}\"]\n")},
                {"25:22: spec.trialTemplate.trialSpec.spec.command[1]: placeholder without "
                 "parameter (\"${trialParameters.rl}\"); did you mean lr?"}},
        BadFile{
            "APlaceholderInTheSetup",
            {as_command(
                "        command: [a]\n        setup: [\"export LR=${trialParameters.lr}\"]\n")},
            {"26:17: spec.trialTemplate.trialSpec.spec.setup[0]: setup is fixed text, no trial "
             "value is put into it (\"export LR=${trialParameters.lr}\"); use the trial's "
             "variables, such as DIWAN_PARAM_…"}},
        BadFile{"AnEnvironmentAsAList",
                {as_command("        command: [a]\n        env: [{name: A, value: b}]\n")},
                {"26:14: spec.trialTemplate.trialSpec.spec.env: is a list; give a map of names and "
                 "values: {OMP_NUM_THREADS: \"4\"}"}},
        BadFile{"AVariableThatIsNoName",
                {as_command("        command: [a]\n        env: {\"A B\": c}\n")},
                {"26:22: spec.trialTemplate.trialSpec.spec.env[\"A B\"]: is no name of a variable "
                 "(\"A B\"); use letters, digits and _, a letter first"}},
        BadFile{"AnUnusableMemory",
                {as_command("        command: [a]\n        resources: {memory: 16 GiB}\n")},
                {"26:29: spec.trialTemplate.trialSpec.spec.resources.memory: is no quantity (\"16 "
                 "GiB\"); write it as 16Gi"}},
        BadFile{"AnUnusableTimeLimit",
                {as_command("        command: [a]\n        resources: {timeLimit: soon}\n")},
                {"26:32: spec.trialTemplate.trialSpec.spec.resources.timeLimit: is no length of "
                 "time (\"soon\"); give seconds, or as 90s, 30m, 1h, 1-02:00:00"}},
        BadFile{"NoTasks",
                {as_command("        command: [a]\n        resources: {tasks: 0, gpus: 1}\n")},
                {"26:28: spec.trialTemplate.trialSpec.spec.resources.tasks: is out of range (0); "
                 "give a whole number from 1 to 1000000",
                 "26:31: spec.trialTemplate.trialSpec.spec.resources.gpus: unknown field; did "
                 "you mean gpusPerTask?"}},
        BadFile{"AnUnknownContainer",
                {as_command("        command: [a]\n        container: {docker: x}\n")},
                {"26:20: spec.trialTemplate.trialSpec.spec.container.apptainer: is missing; give "
                 "the image: {apptainer: image.sif}",
                 "26:21: spec.trialTemplate.trialSpec.spec.container.docker: unknown field; the "
                 "only one is apptainer"}},
        BadFile{"ARetryBelowZero",
                {as_command("        command: [a]\n        retries: -1\n")},
                {"26:18: spec.trialTemplate.trialSpec.spec.retries: is out of range (-1); give a "
                 "whole number from 0 to 1000000"}},
        BadFile{"ASetupBesideABatchScript",
                {as_command("        setup: [module load x]\n        slurm: {script: a.sh}\n")},
                {"25:16: spec.trialTemplate.trialSpec.spec.setup: stands beside slurm.script; "
                 "have the script do this"}},
        BadFile{"SubmittingWhatIsNoScript",
                {as_command("        command: [a]\n        slurm: {submit: false}\n")},
                {"26:25: spec.trialTemplate.trialSpec.spec.slurm.submit: is for a batch script of "
                 "your own; name it with script"}},
        BadFile{"AnUnknownSlurmOption",
                {as_command("        command: [a]\n        slurm: {partiton: gpu}\n")},
                {"26:17: spec.trialTemplate.trialSpec.spec.slurm.partiton: unknown field; did you "
                 "mean partition?"}}),
    name_of);

}  // namespace
}  // namespace diwan
