// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/entries.hpp"
#include "algorithms/setting_rules.hpp"

namespace diwan {
namespace {

std::vector<SettingRule> enas_rules() {
  return {setting_rule::positive_integer({"controller_hidden_size", "64", "units of the LSTM"}),
          setting_rule::or_none(
              setting_rule::positive({"controller_temperature", "5.0", "divides the logits"})),
          setting_rule::or_none(
              setting_rule::positive({"controller_tanh_const", "2.25", "bounds the logits"})),
          setting_rule::or_none(
              setting_rule::positive({"controller_entropy_weight", "1e-5", "reward for entropy"})),
          setting_rule::positive_fraction(
              {"controller_baseline_decay", "0.999", "of the moving average"}),
          setting_rule::positive_fraction({"controller_learning_rate", "5e-5", "of Adam"}),
          setting_rule::positive_fraction(
              {"controller_skip_target", "0.4", "share of skip connections"}),
          setting_rule::or_none(setting_rule::positive(
              {"controller_skip_weight", "0.8", "penalty for missing the target"})),
          setting_rule::positive_integer(
              {"controller_train_steps", "50", "updates for each generation"}),
          setting_rule::positive_integer(
              {"controller_log_every_steps", "10", "updates between log lines"}),
          setting_rule::random_state()};
}

std::vector<SettingRule> darts_rules() {
  return {setting_rule::positive_integer({"num_epochs", "50", "epochs of the search"}),
          setting_rule::not_negative({"w_lr", "0.025", "learning rate of the weights"}),
          setting_rule::not_negative({"w_lr_min", "0.001", "where its schedule ends"}),
          setting_rule::not_negative({"alpha_lr", "3e-4", "learning rate of the architecture"}),
          setting_rule::not_negative({"w_momentum", "0.9", "momentum of the weights"}),
          setting_rule::not_negative({"w_weight_decay", "3e-4", "decay of the weights"}),
          setting_rule::not_negative({"alpha_weight_decay", "1e-3", "decay of the architecture"}),
          setting_rule::not_negative({"w_grad_clip", "5.0", "largest norm of a gradient"}),
          setting_rule::or_none(
              setting_rule::positive_integer({"batch_size", "128", "examples in a batch"})),
          setting_rule::natural({"num_workers", "4", "processes that load data"}),
          setting_rule::positive_integer({"init_channels", "16", "channels of the first cell"}),
          setting_rule::positive_integer({"print_step", "50", "steps between log lines"}),
          setting_rule::positive_integer({"num_nodes", "4", "nodes of a cell"}),
          setting_rule::positive_integer(
              {"stem_multiplier", "3", "channels of the stem over the first cell's"})};
}

}  // namespace

CatalogEntry enas_entry() {
  CatalogEntry entry = catalog_entry("enas", "efficient neural architecture search",
                                     "Pham et al. 2018", enas_rules(), nullptr);
  advise(entry, "architectures of networks, a trial each",
         "Take it to search the layers of a network and their connections.");
  return entry;
}

CatalogEntry darts_entry() {
  CatalogEntry entry = catalog_entry("darts", "differentiable architecture search",
                                     "Liu et al. 2019", darts_rules(), nullptr);
  advise(entry, "architectures of networks, in one trial",
         "Take it to search the cells of a network by gradients, within one training.");
  entry.passes_unknown_settings = true;
  return entry;
}

}  // namespace diwan
