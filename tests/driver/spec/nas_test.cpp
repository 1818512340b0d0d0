// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/nas.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "algorithms/nas/architecture.hpp"
#include "driver/spec/given.hpp"
#include "driver/spec/nas_operations.hpp"
#include "tests/driver/spec/bad_file.hpp"

namespace diwan {
namespace {

Spec example(const std::string& name) {
  return read_spec(std::string(DIWAN_KATIB_EXAMPLES) + "/" + name + ".yaml");
}

/// The sound experiment as an architecture search.
Spec nas_spec(const std::string& algorithm, const std::string& operations) {
  return parse_spec(
      edited(
          {{part("  parameters:", "  trialTemplate:"),
            "  nasConfig:\n    graphConfig: {numLayers: 3, inputSizes: [32, 32, 3], outputSizes: "
            "[10]}\n    operations:\n" +
                operations},
           {"algorithmName: random", "algorithmName: " + algorithm},
           {"        reference: lr", algorithm == "enas" ? "        reference: architecture"
                                                         : "        reference: search-space"}}),
      "experiment.yaml");
}

std::string text_of(const Given& given, const std::string& name) {
  const auto place = given.space().index_of(name);
  return place ? given.space().text(*place, given.assignment().values.at(*place)) : "none";
}

TEST(NasOperations, AreCountedAsKatibDoes) {
  const NasConfig config = *example("enas-cpu").nas;

  EXPECT_EQ(variants(config, 1000), 3U * 3 * 2 + 2 * 2);
  EXPECT_EQ(variants(config, 7), 8U) << "more than seven";
  EXPECT_EQ(variant_text(variant(config, 0)), "convolution filter_size=3 num_filter=32 stride=1");
  EXPECT_EQ(variant_text(variant(config, 3)), "convolution filter_size=3 num_filter=48 stride=2");
  EXPECT_EQ(variant_text(variant(config, 17)), "convolution filter_size=7 num_filter=64 stride=2");
  EXPECT_EQ(variant_text(variant(config, 18)), "reduction reduction_type=max_pooling pool_size=2");
  EXPECT_EQ(variant_text(variant(config, 21)), "reduction reduction_type=avg_pooling pool_size=3");
}

TEST(Enas, GivesAnArchitectureAndWhatItsNumbersMeanAsKatibDoes) {
  const Spec spec = example("enas-cpu");
  nas::Architecture architecture{.operations = {18, 3, 18, 0, 0, 0, 0, 0}, .skips = {}};
  for (std::size_t layer = 0; layer < 8; ++layer) {
    architecture.skips.emplace_back(layer, false);
  }
  for (const auto& [layer, bit] :
       {std::pair<std::size_t, std::size_t>(1, 0), {2, 1}, {3, 2}, {5, 4}, {7, 0}}) {
    architecture.skips[layer][bit] = true;
  }
  const Assignment assignment = nas::assignment_of(architecture);

  const Given given(spec, assignment);

  EXPECT_EQ(text_of(given, "architecture"),
            "[[18], [3, 1], [18, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1], "
            "[0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0]]");
  EXPECT_EQ(text_of(given, "nn_config"),
            "{'num_layers': 8, 'input_sizes': [32, 32, 3], 'output_sizes': [10], 'embedding': "
            "{'18': {'opt_id': 18, 'opt_type': 'reduction', 'opt_params': {'reduction_type': "
            "'max_pooling', 'pool_size': 2}}, '3': {'opt_id': 3, 'opt_type': 'convolution', "
            "'opt_params': {'filter_size': '3', 'num_filter': '48', 'stride': '2'}}, '0': "
            "{'opt_id': 0, 'opt_type': 'convolution', 'opt_params': {'filter_size': '3', "
            "'num_filter': '32', 'stride': '1'}}}}");
  EXPECT_EQ(parse_architecture(spec.space, text_of(given, "architecture")), assignment);
  EXPECT_EQ(tabulated_parameters(spec), (std::vector<std::size_t>{0, 1, 3, 6, 10, 15, 21, 28}));
}

TEST(Enas, TakesEveryKindOfParameterOfAnOperation) {
  const Spec spec = nas_spec(
      "enas",
      "      - {operationType: mixed, parameters: [{name: d, parameterType: discrete, "
      "feasibleSpace: "
      "{list: [\"8\", \"4.50\"]}}, {name: r, parameterType: double, feasibleSpace: {min: \"0.5\", "
      "max: \"1\", step: \"0.5\"}}]}\n      - {operationType: skip_connection}\n");

  EXPECT_EQ(spec.space.parameters().front().domain,
            (Domain(Categorical{{"mixed d=8 r=0.5", "mixed d=8 r=1.0", "mixed d=4.5 r=0.5",
                                 "mixed d=4.5 r=1.0", "skip_connection"}})));
  EXPECT_EQ(nn_config_text(*spec.nas, Assignment{{1, 4, 0, 1, 0, 0}}),
            "{'num_layers': 3, 'input_sizes': [32, 32, 3], 'output_sizes': [10], 'embedding': "
            "{'1': {'opt_id': 1, 'opt_type': 'mixed', 'opt_params': {'d': 8, 'r': 1.0}}, '4': "
            "{'opt_id': 4, 'opt_type': 'skip_connection', 'opt_params': {}}}}");
}

TEST(Enas, TellsApartTheSameOperationGivenTwice) {
  const Spec spec = nas_spec("enas",
                             "      - {operationType: skip_connection}\n"
                             "      - {operationType: skip_connection}\n");

  EXPECT_EQ(spec.space.parameters().front().domain,
            (Domain(Categorical{{"skip_connection", "skip_connection (1)"}})));
}

TEST(Enas, ReadsAnArchitectureWithAnyBlanksAndNoOther) {
  const SearchSpace space = nas::architecture_space(2, {"a", "b"});

  EXPECT_EQ(parse_architecture(space, "[[1],[0,1]]"), (Assignment{{1, 0, 1}}));
  EXPECT_EQ(parse_architecture(space, " [ [ 1 ] , [ 0 , 1 ]\n]\t"), (Assignment{{1, 0, 1}}));
  for (const char* text :
       {"", "[]", "[[1]]", "[[2], [0, 1]]", "[[1], [0, 2]]", "[[1], [0]]", "[[1], [0, 1, 1]]",
        "[[1], [0, 1]] x", "[[1], [0, 1], [0, 1, 1]]", "[[-1], [0, 1]]", "[[1] [0, 1]]",
        "[[99999999999999999999], [0, 1]]", "[[1], [0, 1]"}) {
    EXPECT_EQ(parse_architecture(space, text), std::nullopt) << text;
  }
}

TEST(Darts, HasOneAssignmentThatTellsTheTrialWhatToSearch) {
  const Spec spec = example("darts-cpu");
  const Assignment assignment{{0, 0, 0}};

  const Given given(spec, assignment);

  EXPECT_EQ(spec.space.cardinality(), 1U);
  EXPECT_EQ(text_of(given, "algorithm-settings"),
            "{'num_epochs': '1', 'w_lr': 0.025, 'w_lr_min': 0.001, 'alpha_lr': 3e-4, 'w_momentum': "
            "0.9, 'w_weight_decay': 3e-4, 'alpha_weight_decay': 1e-3, 'w_grad_clip': 5.0, "
            "'batch_size': 128, 'num_workers': 4, 'init_channels': '1', 'print_step': 50, "
            "'num_nodes': '1', 'stem_multiplier': '1'}");
  EXPECT_EQ(text_of(given, "search-space"), "['separable_convolution_3x3', 'skip_connection']");
  EXPECT_EQ(text_of(given, "num-layers"), "3");
}

TEST(Darts, ForwardsUnknownSettingsAndNone) {
  Spec spec = example("darts-gpu");
  spec.algorithm.settings = {{"batch_size", "None"}, {"of_my_own", "x y"}};

  const SearchSpace space = nas_space(*spec.nas, spec.algorithm);

  const std::string text = space.text(0, 0);
  EXPECT_NE(text.find("'batch_size': null"), std::string::npos) << text;
  EXPECT_NE(text.find(", 'of_my_own': 'x y'}"), std::string::npos) << text;
}

TEST(Darts, TakesEveryValueOfAnOperationsFirstParameter) {
  const Spec spec =
      nas_spec("darts",
               "      - {operationType: max_pooling, parameters: [{name: size, parameterType: int, "
               "feasibleSpace: {min: \"3\", max: \"7\", step: \"2\"}}]}\n");

  EXPECT_EQ(spec.space.text(1, 0), "['max_pooling_3x3', 'max_pooling_5x5', 'max_pooling_7x7']");
}

// Katib joins the words of a command for a shell, which removes them.
TEST(NasExamples, LoseTheQuotesAroundTheirPlaceholders) {
  const Spec spec = example("enas-cpu");
  const Assignment assignment{std::vector<double>(spec.space.size(), 0)};
  const Given given(spec, assignment);
  const RunFacts facts{"t-1", "default", "/e/t", "/e/c", 0};

  const TrialCommand command =
      render(*spec.trial_template, given.space(), given.assignment(), facts);

  EXPECT_EQ(command.argv.at(4), "--architecture=" + text_of(given, "architecture"));
  EXPECT_EQ(command.argv.at(5), "--nn_config=" + text_of(given, "nn_config"));
}

TEST(Quotes, StayWhereTheyAreNotAroundOnePlaceholder) {
  const Spec spec = parse_spec(
      edited(
          {{"[python3, train.py, \"--lr=${trialParameters.rate}\"]",
            "[python3, '{\"lr\": \"${trialParameters.rate}\"}', '\"a ${trialParameters.rate}\"', "
            "'--x=\"${trialParameters.rate}\"']"}}),
      "experiment.yaml");

  EXPECT_EQ(
      spec.trial_template->command,
      (std::vector<std::string>{"python3", "{\"lr\": \"${trialParameters.rate}\"}",
                                "\"a ${trialParameters.rate}\"", "--x=${trialParameters.rate}"}));
}

TEST(NasCommand, HasItsAssignmentsWithoutTrialParameters) {
  const Spec spec = parse_spec(
      edited({{part("  parameters:", "  trialTemplate:"),
               "  nasConfig:\n    graphConfig: {numLayers: 1, inputSizes: [3], outputSizes: [1]}\n"
               "    operations: [{operationType: skip_connection}]\n"},
              {"algorithmName: random", "algorithmName: enas"},
              as_command("        command: [a, \"${trialParameters.architecture}\"]\n")}),
      "experiment.yaml");

  ASSERT_EQ(spec.trial_template->trial_parameters.size(), 2U);
  EXPECT_EQ(spec.trial_template->trial_parameters[1].reference, "nn_config");
}

}  // namespace
}  // namespace diwan
