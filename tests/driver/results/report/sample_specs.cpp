// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "tests/driver/results/report/sample_specs.hpp"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

namespace diwan::test {
namespace {

using Json = nlohmann::json;
using Kind = SampleRun::Kind;

Json interval(const std::string& name, const std::string& type, const std::string& min,
              const std::string& max, bool log) {
  Json space = {{"min", min}, {"max", max}};
  if (log) {
    space["distribution"] = "logUniform";
  }
  return {{"name", name}, {"parameterType", type}, {"feasibleSpace", space}};
}

Json list(const std::string& name, const std::string& type, const std::vector<std::string>& texts) {
  return {{"name", name}, {"parameterType", type}, {"feasibleSpace", {{"list", texts}}}};
}

Json parameters_of(Kind kind) {
  const bool hostile = kind == Kind::hostile;
  const std::string bad = hostile_text();
  const std::vector<std::string> optimisers =
      hostile ? std::vector<std::string>{bad, "\"'`", std::string(100000, 'x') + "<b>"}
              : std::vector<std::string>{"adamw", "sgd", "lion"};
  Json parameters = {interval("learning_rate", "double", "0.00001", "0.1", true),
                     interval("dropout", "double", "0", "0.6", false),
                     list("batch_size", "discrete", {"16", "32", "64", "128", "256"}),
                     list(hostile ? bad : "optimizer", "categorical", optimisers),
                     interval("depth", "int", "2", "24", false),
                     interval("weight_decay", "double", "0.000001", "0.1", true)};
  if (kind == Kind::hyperband) {
    parameters.push_back(interval("epochs", "int", "1", "27", false));
  }
  return parameters;
}

Json algorithm_of(Kind kind) {
  if (kind == Kind::hyperband) {
    return {{"algorithmName", "hyperband"},
            {"algorithmSettings",
             {{{"name", "resource_name"}, {"value", "epochs"}},
              {{"name", "eta"}, {"value", "3"}},
              {{"name", "r_l"}, {"value", "27"}}}}};
  }
  if (kind == Kind::asha) {
    return {{"algorithmName", "asha"}, {"algorithmSettings", {{{"name", "r_l"}, {"value", "30"}}}}};
  }
  const char* const name = kind == Kind::pareto ? "tpe" : kind == Kind::random ? "random" : "auto";
  return {{"algorithmName", name}};
}

}  // namespace

std::string hostile_text() {
  const std::string right_to_left{'\xE2', '\x80', '\xAE'};
  const std::string line_separator{'\xE2', '\x80', '\xA8'};
  return R"(</script><script>window.hit=1</script><img src=x onerror="window.hit=1">"'`&amp;)" +
         right_to_left + line_separator + "${1+1}<!--";
}

std::string sample_run_spec(const SampleRun& run) {
  const bool hostile = run.kind == Kind::hostile;
  Json spec = {
      {"algorithm", algorithm_of(run.kind)},
      {"seed", 7},
      {"parallelTrialCount", std::min(run.trials, 16U)},
      {"maxTrialCount", run.trials},
      {"maxFailedTrialCount", run.trials},
      {"parameters", parameters_of(run.kind)},
      {"trialTemplate",
       {{"trialSpec",
         {{"apiVersion", "diwan/v1"},
          {"kind", "Command"},
          {"spec",
           {{"command",
             {"python3", "train.py", "--lr=${trialParameters.learning_rate}",
              "--dropout=${trialParameters.dropout}", "--batch=${trialParameters.batch_size}",
              "--depth=${trialParameters.depth}", "--decay=${trialParameters.weight_decay}"}},
            {"env", {{"OMP_NUM_THREADS", "4"}}}}}}}}}};
  const std::string accuracy = hostile ? "</script><img src=x onerror=hit()>" : "val_accuracy";
  if (run.kind == Kind::pareto) {
    spec["objectives"] = {{{"type", "minimize"}, {"objectiveMetricName", "val_loss"}},
                          {{"type", "minimize"}, {"objectiveMetricName", "latency_ms"}}};
  } else {
    spec["objective"] = {{"type", "minimize"},
                         {"goal", 0.21},
                         {"objectiveMetricName", "val_loss"},
                         {"additionalMetricNames", {accuracy}}};
  }
  if (run.kind == Kind::plain || hostile) {
    spec["earlyStopping"] = {{"algorithmName", "medianstop"}};
  }
  const Json document = {{"apiVersion", "kubeflow.org/v1beta1"},
                         {"kind", "Experiment"},
                         {"metadata", {{"name", "resnet-cifar"}}},
                         {"spec", std::move(spec)}};
  return document.dump(2) + "\n";  // JSON is YAML
}

}  // namespace diwan::test
