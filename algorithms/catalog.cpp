// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/catalog.hpp"

#include <string>
#include <utility>

namespace diwan {
namespace {

using Type = SettingRule::Type;
using Rules = std::vector<SettingRule>;

/// Name, default and meaning of a setting.
struct Words {
  const char* name;
  const char* default_value;
  const char* help;
};

SettingRule rule(const Words& words, Type type, const char* shown_type, const char* range) {
  SettingRule rule;
  rule.type = type;
  rule.info = {.name = words.name,
               .type = shown_type,
               .default_value = words.default_value,
               .range = range,
               .help = words.help};
  return rule;
}

SettingRule required(SettingRule rule) {
  rule.info.required = true;
  return rule;
}

SettingRule or_none(SettingRule rule) {
  rule.none_allowed = true;
  rule.info.range += ", or None";
  return rule;
}

SettingRule any_integer(const Words& words) {
  return rule(words, Type::integer, "int", "a whole number");
}

SettingRule natural(const Words& words) {
  SettingRule result = rule(words, Type::integer, "int", "x >= 0");
  result.at_least = 0;
  return result;
}

SettingRule positive_integer(const Words& words) {
  SettingRule result = rule(words, Type::integer, "int", "x >= 1");
  result.at_least = 1;
  return result;
}

SettingRule any_real(const Words& words) { return rule(words, Type::real, "float", "a number"); }

SettingRule positive(const Words& words) {
  SettingRule result = rule(words, Type::real, "float", "x > 0");
  result.above = 0;
  return result;
}

SettingRule not_negative(const Words& words) {
  SettingRule result = rule(words, Type::real, "float", "x >= 0");
  result.at_least = 0;
  return result;
}

SettingRule open_fraction(const Words& words) {
  SettingRule result = rule(words, Type::real, "float", "0 < x < 1");
  result.above = 0;
  result.below = 1;
  return result;
}

SettingRule fraction(const Words& words) {
  SettingRule result = rule(words, Type::real, "float", "0 <= x <= 1");
  result.at_least = 0;
  result.at_most = 1;
  return result;
}

SettingRule positive_fraction(const Words& words) {
  SettingRule result = rule(words, Type::real, "float", "0 < x <= 1");
  result.above = 0;
  result.at_most = 1;
  return result;
}

SettingRule one_of(const Words& words, std::vector<std::string> choices) {
  std::string range;
  for (const std::string& choice : choices) {
    range += (range.empty() ? "" : ", ") + choice;
  }
  SettingRule result = rule(words, Type::choice, "string", range.c_str());
  result.choices = std::move(choices);
  return result;
}

SettingRule random_state() {
  return natural({"random_state", "", "seed, where neither --seed nor spec.seed is given"});
}

CatalogEntry entry(const char* name, const char* summary, const char* source, Rules rules) {
  CatalogEntry result;
  result.info.name = name;
  result.info.summary = summary;
  result.info.source = source;
  for (const SettingRule& one : rules) {
    result.info.settings.push_back(one.info);
  }
  result.rules = std::move(rules);
  return result;
}

CatalogEntry runnable(CatalogEntry entry) {
  entry.info.runnable = true;
  return entry;
}

Rules tpe_rules() {
  return {open_fraction({"gamma", "",
                         "good group: min(ceil(gamma sqrt n), 25) of n results; when absent "
                         "min(ceil(0.15 n), 25)"}),
          positive({"prior_weight", "1.0", "weight of the prior beside one observation"}),
          positive_integer({"n_EI_candidates", "24", "candidates drawn for each parameter"}),
          natural({"n_startup_trials", "10", "results before the model is used (Diwan's own)"}),
          random_state()};
}

Rules multivariate_tpe_rules() {
  return {natural({"n_startup_trials", "10", "results before the model is used"}),
          natural({"n_ei_candidates", "24", "candidates drawn from the good group"}),
          random_state()};
}

Rules bayesian_rules() {
  return {one_of({"base_estimator", "GP", "surrogate model"}, {"GP", "RF", "ET", "GBRT"}),
          natural({"n_initial_points", "",
                   "points before the model is used; when absent max(4, min(d + 2, 10))"}),
          one_of({"acq_func", "EI", "acquisition function"},
                 {"gp_hedge", "LCB", "EI", "PI", "EIps", "PIps"}),
          one_of({"acq_optimizer", "auto", "how the acquisition is maximised"},
                 {"auto", "sampling", "lbfgs"}),
          random_state()};
}

Rules cmaes_rules() {
  return {one_of({"restart_strategy", "none", "what to do when a run has converged"},
                 {"none", "None", "ipop", "bipop"}),
          any_real({"sigma", "", "first step size; absent or <= 0: a sixth of the range"}),
          any_integer({"random_state", "", "seed, where neither --seed nor spec.seed is given"})};
}

Rules rung_rules() {
  SettingRule eta = rule({"eta", "3", "one in eta goes on to the next rung; 0 or less means 3"},
                         Type::truncated_integer, "int", "x >= 2, or x <= 0 for 3");
  return {required(rule({"resource_name", "", "parameter that takes the resource"}, Type::text,
                        "string", "the name of a parameter")),
          required(positive({"r_l", "", "largest resource of a trial"})), eta, random_state()};
}

Rules pbt_rules() {
  SettingRule population =
      rule({"n_population", "", "members trained side by side"}, Type::integer, "int", "x >= 5");
  population.at_least = 5;
  return {required(rule({"suggestion_trial_dir", "", "where a trial finds its checkpoint"},
                        Type::text, "path", "a path")),
          required(std::move(population)),
          required(fraction({"truncation_threshold", "", "share that is replaced each time"})),
          fraction({"resample_probability", "",
                    "chance to draw a value anew; when absent every value is perturbed"}),
          random_state()};
}

Rules enas_rules() {
  return {positive_integer({"controller_hidden_size", "64", "units of the LSTM"}),
          or_none(positive({"controller_temperature", "5.0", "divides the logits"})),
          or_none(positive({"controller_tanh_const", "2.25", "bounds the logits"})),
          or_none(positive({"controller_entropy_weight", "1e-5", "reward for entropy"})),
          positive_fraction({"controller_baseline_decay", "0.999", "of the moving average"}),
          positive_fraction({"controller_learning_rate", "5e-5", "of Adam"}),
          positive_fraction({"controller_skip_target", "0.4", "share of skip connections"}),
          or_none(positive({"controller_skip_weight", "0.8", "penalty for missing the target"})),
          positive_integer({"controller_train_steps", "50", "updates for each generation"}),
          positive_integer({"controller_log_every_steps", "10", "updates between log lines"}),
          random_state()};
}

Rules darts_rules() {
  return {positive_integer({"num_epochs", "50", "epochs of the search"}),
          not_negative({"w_lr", "0.025", "learning rate of the weights"}),
          not_negative({"w_lr_min", "0.001", "where its schedule ends"}),
          not_negative({"alpha_lr", "3e-4", "learning rate of the architecture"}),
          not_negative({"w_momentum", "0.9", "momentum of the weights"}),
          not_negative({"w_weight_decay", "3e-4", "decay of the weights"}),
          not_negative({"alpha_weight_decay", "1e-3", "decay of the architecture"}),
          not_negative({"w_grad_clip", "5.0", "largest norm of a gradient"}),
          or_none(positive_integer({"batch_size", "128", "examples in a batch"})),
          natural({"num_workers", "4", "processes that load data"}),
          positive_integer({"init_channels", "16", "channels of the first cell"}),
          positive_integer({"print_step", "50", "steps between log lines"}),
          positive_integer({"num_nodes", "4", "nodes of a cell"}),
          positive_integer({"stem_multiplier", "3", "channels of the stem over the first cell's"})};
}

Rules medianstop_rules() {
  return {positive_integer({"min_trials_required", "3", "finished trials before any is stopped"}),
          positive_integer({"start_step", "4", "reports of a trial before it may be stopped"})};
}

std::vector<CatalogEntry> make_catalog() {
  std::vector<CatalogEntry> all;
  all.push_back(runnable(entry("random", "independent draws from the parameters' distributions",
                               "Bergstra and Bengio 2012", {random_state()})));
  all.push_back(
      runnable(entry("grid", "every combination once; doubles need a step", "", {random_state()})));
  all.push_back(runnable(entry("sobol", "a scrambled low-discrepancy sequence",
                               "Sobol 1967; Joe and Kuo 2008; Owen 1995", {random_state()})));
  all.push_back(runnable(entry("tpe", "tree-structured Parzen estimator, each parameter by itself",
                               "Bergstra et al. 2011; Watanabe 2023", tpe_rules())));
  all.push_back(entry("multivariate-tpe", "tree-structured Parzen estimator over all parameters",
                      "Falkner et al. 2018; Watanabe 2023", multivariate_tpe_rules()));
  all.push_back(entry("bayesianoptimization", "Gaussian process and expected improvement",
                      "Jones et al. 1998; Ament et al. 2023", bayesian_rules()));
  all.push_back(entry("cmaes", "covariance matrix adaptation evolution strategy", "Hansen 2016",
                      cmaes_rules()));
  all.push_back(entry("hyperband", "successive halving in brackets of different eagerness",
                      "Li et al. 2018", rung_rules()));
  all.push_back(entry("bohb", "hyperband whose configurations come from a density model",
                      "Falkner et al. 2018", rung_rules()));
  all.push_back(entry("asha", "asynchronous successive halving", "Li et al. 2020", rung_rules()));
  all.push_back(entry("pbt", "population based training", "Jaderberg et al. 2017", pbt_rules()));
  all.push_back(
      entry("enas", "efficient neural architecture search", "Pham et al. 2018", enas_rules()));
  all.push_back(
      entry("darts", "differentiable architecture search", "Liu et al. 2019", darts_rules()));
  all.back().passes_unknown_settings = true;
  all.push_back(entry("auto", "chooses and mixes algorithms for the space and the budget", "",
                      {random_state()}));
  all.push_back(entry("medianstop", "stops a trial that is worse than the median of the others",
                      "Golovin et al. 2017", medianstop_rules()));
  all.back().info.early_stopping = true;
  return all;
}

}  // namespace

std::span<const CatalogEntry> catalog() {
  static const std::vector<CatalogEntry> all = make_catalog();
  return all;
}

}  // namespace diwan
