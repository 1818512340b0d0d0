// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <stdexcept>

#include <gtest/gtest.h>

#include "driver/spec/placeholder.hpp"
#include "driver/spec/trial_template.hpp"

namespace diwan {
namespace {

using Words = std::vector<std::string>;
using Env = std::vector<std::pair<std::string, std::string>>;

const RunFacts facts{"e-abc", "default", "/e/trials/e-abc/attempt-1", "/e/trials/e-abc/checkpoint",
                     4711};

/// lr and opt, `momentum` and `text`.
SearchSpace space() {
  return SearchSpace({{"lr", Real{0.001, 1}},
                      {"opt", Categorical{{"sgd", "a b; ${trialParameters.lr} \"x\"\n"}}},
                      {"momentum", Real{0, 1}}});
}

TrialTemplate command(Words words) {
  TrialTemplate out;
  out.command_kind = true;
  out.kind = "Command";
  out.api_version = "diwan/v1";
  out.command = std::move(words);
  out.working_directory = "/work";
  out.trial_parameters = {{"lr", "", "lr"}, {"opt", "", "opt"}, {"momentum", "", "momentum"}};
  return out;
}

TrialCommand rendered(const TrialTemplate& read, double lr = 0.1, double opt = 0,
                      double momentum = 0.9) {
  return render(read, space(), Assignment{{lr, opt, momentum}}, facts);
}

TEST(Render, PutsValuesIntoArgumentsAndVariables) {
  TrialTemplate read =
      command({"train", "--lr=${trialParameters.lr}", "${trialParameters.opt}", "x"});
  read.env = {{"LR", "<${trialParameters.lr}>"}};

  const TrialCommand out = rendered(read, 1e-3);

  EXPECT_EQ(out.argv, (Words{"train", "--lr=0.001", "sgd", "x"}));
  EXPECT_EQ(out.env, (Env{{"LR", "<0.001>"}}));
  EXPECT_EQ(out.working_directory, "/work");
  EXPECT_EQ(out.parameter_arguments, (std::vector<std::size_t>{1, 2}));
}

TEST(Render, NeverReadsAValueAgain) {
  const TrialTemplate read = command({"train", "--opt=${trialParameters.opt}"});

  EXPECT_EQ(rendered(read, 0.1, 1).argv,
            (Words{"train", "--opt=a b; ${trialParameters.lr} \"x\"\n"}));
}

TEST(Render, LeavesAnInactiveParameterOutWithItsOption) {
  TrialTemplate read =
      command({"train", "--momentum=${trialParameters.momentum}", "--momentum",
               "${trialParameters.momentum}", "--", "${trialParameters.momentum}", "end"});
  read.env = {{"MOMENTUM", "${trialParameters.momentum}"}, {"A", "b"}};

  const TrialCommand out = rendered(read, 0.1, 0, Assignment::inactive);

  EXPECT_EQ(out.argv, (Words{"train", "--", "end"}));
  EXPECT_EQ(out.env, (Env{{"A", "b"}}));
  EXPECT_TRUE(out.parameter_arguments.empty());
}

TEST(Render, CountsAnOptionBeforeItsValueToTheParameters) {
  const TrialTemplate read = command({"train", "--lr", "${trialParameters.lr}", "-v"});

  EXPECT_EQ(rendered(read).parameter_arguments, (std::vector<std::size_t>{1, 2}));
}

TEST(Render, FillsInTheTrialsOwnFacts) {
  TrialTemplate read = command({"a", "${trialSpec.Name}", "${trialSpec.Namespace}",
                                "${trialSpec.Kind}", "${trialSpec.APIVersion}", "${trialSpec.Port}",
                                "${trialSpec.Labels[a/b]}", "${trialSpec.Annotations[c.d]}"});
  read.template_labels = {{"a/b", "label"}};
  read.template_annotations = {{"c.d", "annotation"}};

  const TrialCommand out = rendered(read);

  EXPECT_EQ(out.argv,
            (Words{"a", "e-abc", "default", "Command", "diwan/v1", "4711", "label", "annotation"}));
  EXPECT_TRUE(out.parameter_arguments.empty());
}

TEST(Render, MovesPathsWhereTheyAreWholeComponents) {
  TrialTemplate read =
      command({"train", "--log=/data/log", "/data/log/a", "/data/log2", "/my/data/log",
               "/data/log,/data/log", "/data/log${trialParameters.lr}", "/data", "//data/log"});
  read.moved_paths = {{"/data/log", MovedPath::Into::trial_directory, "metrics/log"}};
  read.env = {{"CKPT", "/data/log"}};

  const TrialCommand out = rendered(read);

  const std::string to = "/e/trials/e-abc/attempt-1/metrics/log";
  EXPECT_EQ(out.argv, (Words{"train", "--log=" + to, to + "/a", "/data/log2", "/my/data/log",
                             to + "," + to, "/data/log0.1", "/data", "//data/log"}));
  EXPECT_EQ(out.env, (Env{{"CKPT", to}}));
}

TEST(Render, MovesNothingInsideAValue) {
  TrialTemplate read = command({"train", "${trialParameters.opt}"});
  read.moved_paths = {{"/data", MovedPath::Into::checkpoint_directory, ""}};
  const SearchSpace paths({{"lr", Real{}}, {"opt", Categorical{{"/data"}}}, {"momentum", Real{}}});

  EXPECT_EQ(render(read, paths, Assignment{{0, 0, 0}}, facts).argv, (Words{"train", "/data"}));
}

TEST(Render, TakesTheLongestMovedPath) {
  TrialTemplate read = command({"train", "/m/log", "/m/other", "/c"});
  read.moved_paths = {{"/m/log", MovedPath::Into::trial_directory, "metrics/log"},
                      {"/m", MovedPath::Into::trial_directory, "metrics"},
                      {"/c", MovedPath::Into::checkpoint_directory, ""}};

  const std::string own = "/e/trials/e-abc/attempt-1/metrics";
  EXPECT_EQ(rendered(read).argv,
            (Words{"train", own + "/log", own + "/other", "/e/trials/e-abc/checkpoint"}));
}

TEST(Render, RefusesToGiveAShellAPathItWouldTakeApart) {
  TrialTemplate read = command({"sh", "-c", "train > /m"});
  read.moved_paths = {{"/m", MovedPath::Into::trial_directory, "metrics/m"}};
  RunFacts blank = facts;
  blank.trial_directory = "/my experiments/e-abc";

  EXPECT_NO_THROW(render(read, space(), Assignment{{0.1, 0, 0}}, facts));
  EXPECT_THROW(render(read, space(), Assignment{{0.1, 0, 0}}, blank), std::invalid_argument);
}

TEST(Placeholders, AreCutOutAndNothingElse) {
  using Kind = Segment::Kind;
  EXPECT_EQ(split_placeholders("a${trialParameters.b}${trialSpec.Labels[k.l/m]}c$ ${HOME} $"),
            (std::vector<Segment>{{Kind::text, "a"},
                                  {Kind::parameter, "b"},
                                  {Kind::metadata, "Labels[k.l/m]"},
                                  {Kind::text, "c$ ${HOME} $"}}));
  EXPECT_EQ(split_placeholders("${trialParameters.}"),
            (std::vector<Segment>{{Kind::text, "${trialParameters.}"}}));
  EXPECT_TRUE(split_placeholders("").empty());
}

}  // namespace
}  // namespace diwan
