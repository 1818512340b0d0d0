// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Trains a small network on Fashion-MNIST, as a trial of an experiment does: its settings are
// options, each epoch prints `validation-accuracy=… loss=…`, and SIGTERM makes it write a
// checkpoint and exit with 143, from which the next start goes on to the very same result.

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>

#include <boost/program_options.hpp>

#include "checkpoint.hpp"
#include "dataset.hpp"
#include "training.hpp"

namespace {

namespace po = boost::program_options;

constexpr int exit_usage = 2;
constexpr int exit_terminated = 128 + SIGTERM;

std::atomic<bool> stop_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only set such a flag");

struct Options {
  fashion::Settings settings;
  std::string data = "/usr/share/datasets/fashion-mnist";
  std::string checkpoint_directory;
  int train_images = 20'000;
  int validation_images = 5'000;
};

std::string from_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

po::options_description describe(Options& options) {
  fashion::Settings& settings = options.settings;
  const auto with_default = [](auto& target) { return po::value(&target)->default_value(target); };
  po::options_description all("fashion-mnist-trainer [options]");
  auto add = all.add_options();
  add("help", "show this text");
  add("learning-rate", with_default(settings.learning_rate), "step size of the descent");
  add("batch-size", with_default(settings.batch_size), "pictures for each step");
  add("hidden-units", with_default(settings.hidden_units), "width of the hidden layer");
  add("momentum", with_default(settings.momentum), "share of the last step in the next, below 1");
  add("weight-decay", with_default(settings.weight_decay), "pull of the weights towards 0");
  add("dropout", with_default(settings.dropout), "share of hidden units left out, below 1");
  add("epochs", with_default(settings.epochs), "passes over the training pictures");
  add("seed", with_default(settings.seed),
      "of all random draws; from DIWAN_SEED where that is set");
  add("data", with_default(options.data), "directory of the idx files");
  add("train-images", with_default(options.train_images), "pictures to learn from");
  add("validation-images", with_default(options.validation_images), "other pictures to judge by");
  add("checkpoint-dir", with_default(options.checkpoint_directory),
      "where to keep the state; from DIWAN_CHECKPOINT_DIR where that is set");
  return all;
}

void check(bool good, const std::string& option, const std::string& wanted) {
  if (!good) {
    throw std::invalid_argument("--" + option + " must be " + wanted);
  }
}

void check(const Options& options) {
  const fashion::Settings& settings = options.settings;
  const auto is_share = [](double value) { return value >= 0 && value < 1; };
  check(settings.learning_rate > 0, "learning-rate", "above 0");
  check(settings.batch_size >= 1, "batch-size", "at least 1");
  check(settings.hidden_units >= 1, "hidden-units", "at least 1");
  check(is_share(settings.momentum), "momentum", "at least 0 and below 1");
  check(settings.weight_decay >= 0, "weight-decay", "at least 0");
  check(is_share(settings.dropout), "dropout", "at least 0 and below 1");
  check(settings.epochs >= 1, "epochs", "at least 1");
  check(options.train_images >= 1, "train-images", "at least 1");
  check(options.validation_images >= 1, "validation-images", "at least 1");
}

/// Nothing where only the help was asked for.
std::optional<Options> read_options(int argc, char** argv) {
  Options options;
  options.checkpoint_directory = from_environment("DIWAN_CHECKPOINT_DIR");
  if (const std::string seed = from_environment("DIWAN_SEED"); !seed.empty()) {
    options.settings.seed = std::stoull(seed);
  }
  const po::options_description description = describe(options);
  po::variables_map values;
  po::store(po::parse_command_line(argc, argv, description), values);
  if (values.count("help") > 0) {
    std::cout << description;
    return std::nullopt;
  }
  po::notify(values);
  check(options);
  return options;
}

void print_epoch(std::size_t epoch, const fashion::EpochResult& result) {
  std::printf("epoch=%zu validation-accuracy=%.4f loss=%.4g\n", epoch, result.validation_accuracy,
              result.loss);
  std::fflush(stdout);
}

/// Trains to the end, or to a checkpoint after SIGTERM. Gives the exit status.
int train(const Options& options) {
  const auto training =
      load_training_images(options.data, fashion::Range{.first = 0, .count = options.train_images});
  const auto validation = load_training_images(
      options.data,
      fashion::Range{.first = options.train_images, .count = options.validation_images});
  std::optional<std::filesystem::path> file;
  if (!options.checkpoint_directory.empty()) {
    file = std::filesystem::path(options.checkpoint_directory) / "fashion-mnist.checkpoint";
  }
  const fashion::Fit fit{.hidden_units = options.settings.hidden_units,
                         .train_images = options.train_images};
  auto saved = file ? fashion::load_checkpoint(*file, fit) : std::nullopt;
  fashion::Progress progress =
      saved ? std::move(*saved) : fashion::Progress::start(options.settings);
  // An attempt tells the whole curve: whoever reads its output need not know the attempts before.
  for (std::size_t epoch = 0; epoch < progress.finished.size(); ++epoch) {
    print_epoch(epoch + 1, progress.finished[epoch]);
  }
  const auto save = [&] {
    if (file) {
      fashion::save_checkpoint(*file, fit, progress);
    }
  };
  fashion::Training run(options.settings, training, validation);
  const bool done = run.run(progress, stop_asked, [&](const fashion::Progress& now) {
    print_epoch(now.finished.size(), now.finished.back());
    save();
  });
  if (!done) {
    save();
    std::cerr << "fashion-mnist-trainer: terminated in epoch " << progress.finished.size() + 1
              << (file ? ", checkpoint written\n" : ", no checkpoint directory\n");
    return exit_terminated;
  }
  return 0;
}

void ask_to_stop(int /*signal*/) { stop_asked = true; }

}  // namespace

int main(int argc, char** argv) {
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGTERM, &action, nullptr);
  try {
    const auto options = read_options(argc, argv);
    return options ? train(*options) : 0;
  } catch (const std::exception& error) {
    std::cerr << "fashion-mnist-trainer: " << error.what() << '\n';
    return exit_usage;
  }
}
