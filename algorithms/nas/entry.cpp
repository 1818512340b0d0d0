// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <memory>

#include "algorithms/entries.hpp"
#include "algorithms/nas/architecture.hpp"
#include "algorithms/nas/enas.hpp"
#include "algorithms/sequence.hpp"
#include "algorithms/sequence_suggester.hpp"
#include "algorithms/setting_rules.hpp"

namespace diwan {
namespace {

std::vector<SettingRule> enas_rules() {
  return {setting_rule::positive_integer({"controller_hidden_size", "16", "units of the LSTM"}),
          setting_rule::or_none(
              setting_rule::positive({"controller_temperature", "5.0", "divides the logits"})),
          setting_rule::or_none(
              setting_rule::positive({"controller_tanh_const", "2.25", "bounds the logits"})),
          setting_rule::or_none(
              setting_rule::positive({"controller_entropy_weight", "0.01", "reward for entropy"})),
          setting_rule::positive_fraction(
              {"controller_baseline_decay", "0.95", "of the moving average of rewards"}),
          setting_rule::positive_fraction({"controller_learning_rate", "0.1", "of Adam"}),
          setting_rule::positive_fraction(
              {"controller_skip_target", "0.4", "share of skip connections"}),
          setting_rule::or_none(setting_rule::positive(
              {"controller_skip_weight", "0.1", "penalty for missing the target"})),
          setting_rule::positive_integer(
              {"controller_train_steps", "4", "updates after every fourth result"}),
          setting_rule::positive_integer(
              {"controller_log_every_steps", "10", "taken for Katib's sake; nothing is logged"}),
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

void check_enas(const Problem& problem, SettingProblems& problems) {
  if (!nas::architecture_shape(problem.space)) {
    add_problem(problems, "enas searches the operations and skip connections of layers only",
                "give a space of architectures (nasConfig), or use another algorithm");
  }
}

std::unique_ptr<Suggester> make_enas(const Problem& problem) {
  return std::make_unique<nas::Enas>(problem, nas::enas_options(problem.settings));
}

void check_darts(const Problem& problem, SettingProblems& problems) {
  if (problem.space.cardinality() != 1) {
    add_problem(problems, "darts has one trial, which searches by itself",
                "give a space of one assignment (nasConfig), or use another algorithm");
  }
}

/// The one assignment, which tells the trial what to search.
std::unique_ptr<Suggester> make_darts(const Problem& problem) {
  return std::make_unique<SequenceSuggester>(
      problem, std::make_unique<GridSequence>(problem.space, false, problem.seed));
}

}  // namespace

CatalogEntry enas_entry() {
  CatalogEntry entry = catalog_entry("enas", "efficient neural architecture search",
                                     "Pham et al. 2018", enas_rules(), make_enas);
  entry.check = check_enas;
  advise(entry, "architectures of networks, a trial each",
         "Take it to search the layers of a network and their connections.");
  return entry;
}

CatalogEntry darts_entry() {
  CatalogEntry entry = catalog_entry("darts", "differentiable architecture search",
                                     "Liu et al. 2019", darts_rules(), make_darts);
  entry.check = check_darts;
  advise(entry, "architectures of networks, in one trial",
         "Take it to search the cells of a network by gradients, within one training.");
  entry.passes_unknown_settings = true;
  return entry;
}

}  // namespace diwan
