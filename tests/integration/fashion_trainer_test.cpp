// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// The trainer of examples/fashion-mnist as a trial runs it: a program that is terminated and
// started again, on a few made-up pictures.

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    bytes += static_cast<char>(static_cast<unsigned char>(number >> shift));
  }
  return bytes;
}

// Noise with a brighter row that tells the class: something to learn, though not at once.
void write_pictures(const fs::path& directory, std::uint32_t count) {
  std::mt19937_64 random(7);
  std::ofstream pixels(directory / "train-images-idx3-ubyte", std::ios::binary);
  std::ofstream labels(directory / "train-labels-idx1-ubyte", std::ios::binary);
  pixels << big_endian(2051) << big_endian(count) << big_endian(28) << big_endian(28);
  labels << big_endian(2049) << big_endian(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto label = random() % 10;
    labels << static_cast<char>(label);
    for (std::size_t pixel = 0; pixel < 784; ++pixel) {
      const bool bright = pixel / 28 == 2 * label;
      pixels << static_cast<char>(static_cast<unsigned char>(random() % 128 + (bright ? 40 : 0)));
    }
  }
}

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Ending {
  int status = -1;  // 128 + n for signal n, as a shell has it
  std::string output;
  std::string errors;
};

constexpr std::size_t endless = 1'000'000;  // epochs: the signal is always in time

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

class FashionTrainer : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("DIWAN_BUILD", DIWAN_BUILD_DIRECTORY, 1);
    std::string pattern = (fs::temp_directory_path() / "fashion-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    fs::create_directory(directory_ / "data");
    write_pictures(directory_ / "data", 900);
  }

  void TearDown() override { fs::remove_all(directory_); }

  fs::path fresh(const std::string& name) {
    fs::create_directory(directory_ / name);
    return directory_ / name;
  }

  std::vector<std::string> few_epochs(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> options = {"--data",
                                        (directory_ / "data").string(),
                                        "--train-images",
                                        "800",
                                        "--validation-images",
                                        "100",
                                        "--epochs",
                                        "12",
                                        "--batch-size",
                                        "32",
                                        "--hidden-units",
                                        "64",
                                        "--dropout",
                                        "0.3"};
    options.insert(options.end(), more.begin(), more.end());
    return options;
  }

  std::vector<std::string> few_epochs_in(const fs::path& checkpoints) const {
    return few_epochs({"--checkpoint-dir", checkpoints.string()});
  }

  std::vector<std::string> with_epochs(std::size_t epochs, const fs::path& checkpoints) const {
    std::vector<std::string> options = few_epochs_in(checkpoints);
    options[7] = std::to_string(epochs);
    return options;
  }

  // Runs the trainer; sends it the signal when it has printed so many lines.
  Ending run(const std::vector<std::string>& options, std::size_t lines_before_signal = 0,
             int signal = 0) const {
    std::vector<std::string> words = {FASHION_MNIST_TRAIN};
    words.insert(words.end(), options.begin(), options.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) {
      argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    int pipe[2] = {-1, -1};
    if (::pipe2(pipe, O_CLOEXEC) != 0) {
      throw std::runtime_error("pipe2");
    }
    const fs::path errors = directory_ / "stderr";
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    pid_t child = -1;
    const int failed = ::posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    if (failed != 0) {
      throw std::runtime_error("posix_spawn");
    }
    Ending ending;
    bool sent = signal == 0;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(pipe[0], buffer, sizeof buffer)) > 0;) {
      ending.output.append(buffer, static_cast<std::size_t>(got));
      if (!sent && lines(ending.output) >= lines_before_signal) {
        ::kill(child, signal);
        sent = true;
      }
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ending.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ending.errors = contents(errors);
    return ending;
  }

  static std::string checkpoint(const fs::path& in) {
    return contents(in / "fashion-mnist.checkpoint");
  }

  static std::size_t epochs_finished(const fs::path& in) {
    const std::string text = checkpoint(in);
    const std::string key = " epochs-finished ";
    const auto at = text.find(key);
    return at == std::string::npos ? 0 : std::stoul(text.substr(at + key.size()));
  }

 private:
  fs::path directory_;
};

TEST_F(FashionTrainer, PrintsALineOfMetricsForEachEpoch) {
  const Ending ending = run(few_epochs());

  EXPECT_EQ(ending.status, 0) << ending.errors;
  EXPECT_EQ(lines(ending.output), 12U);
  EXPECT_EQ(ending.output.find("epoch=1 validation-accuracy=0."), 0U) << ending.output;
  EXPECT_NE(ending.output.find(" loss="), std::string::npos);
}

TEST_F(FashionTrainer, LearnsWhatThePicturesShow) {
  const Ending ending = run(few_epochs());

  const auto last = ending.output.rfind("validation-accuracy=");
  ASSERT_NE(last, std::string::npos);
  EXPECT_GT(std::stod(ending.output.substr(last + 20)), 0.6) << ending.output;
}

TEST_F(FashionTrainer, InterruptedAndContinuedEqualsUninterrupted) {
  const fs::path whole_directory = fresh("whole");
  const fs::path parts_directory = fresh("parts");

  for (int interruption = 0; interruption < 5; ++interruption) {
    const std::size_t one_more = epochs_finished(parts_directory) + 1;
    const Ending part = run(with_epochs(endless, parts_directory), one_more, SIGTERM);
    ASSERT_EQ(part.status, 128 + SIGTERM) << part.errors;
  }
  const std::size_t epochs = epochs_finished(parts_directory) + 2;
  const Ending last = run(with_epochs(epochs, parts_directory));
  const Ending whole = run(with_epochs(epochs, whole_directory));

  EXPECT_EQ(last.status, 0) << last.errors;
  EXPECT_EQ(last.output, whole.output);
  EXPECT_EQ(checkpoint(parts_directory), checkpoint(whole_directory));
}

TEST_F(FashionTrainer, KilledGoesOnFromItsLastEpoch) {
  const fs::path whole_directory = fresh("whole");
  const fs::path parts_directory = fresh("parts");

  const Ending killed = run(with_epochs(endless, parts_directory), 4, SIGKILL);
  const std::size_t epochs = epochs_finished(parts_directory) + 2;
  const Ending last = run(with_epochs(epochs, parts_directory));
  const Ending whole = run(with_epochs(epochs, whole_directory));

  EXPECT_EQ(killed.status, 128 + SIGKILL);
  EXPECT_GE(epochs, 5U);
  EXPECT_EQ(last.output, whole.output);
  EXPECT_EQ(checkpoint(parts_directory), checkpoint(whole_directory));
}

TEST_F(FashionTrainer, TerminatedWithoutACheckpointDirectorySaysSo) {
  std::vector<std::string> options = few_epochs();
  options[7] = std::to_string(endless);

  const Ending ending = run(options, 1, SIGTERM);

  EXPECT_EQ(ending.status, 128 + SIGTERM);
  EXPECT_NE(ending.errors.find("no checkpoint directory"), std::string::npos) << ending.errors;
}

TEST_F(FashionTrainer, GoesOnWithMoreEpochsFromAFinishedOne) {
  const fs::path longer_directory = fresh("longer");
  run(with_epochs(5, longer_directory));

  const Ending longer = run(few_epochs_in(longer_directory));

  EXPECT_EQ(longer.output, run(few_epochs()).output);
}

TEST_F(FashionTrainer, RefusesTheCheckpointOfAnotherNetwork) {
  const fs::path checkpoints = fresh("checkpoints");
  run(few_epochs_in(checkpoints));
  std::vector<std::string> wider = few_epochs_in(checkpoints);
  wider[11] = "65";

  const Ending ending = run(wider);

  EXPECT_EQ(ending.status, 2);
  EXPECT_NE(ending.errors.find("was written with --hidden-units 64"), std::string::npos)
      << ending.errors;
}

TEST_F(FashionTrainer, RefusesADamagedCheckpoint) {
  const fs::path checkpoints = fresh("checkpoints");
  run(few_epochs_in(checkpoints));
  const fs::path file = checkpoints / "fashion-mnist.checkpoint";
  fs::resize_file(file, fs::file_size(file) - 1);

  const Ending ending = run(few_epochs_in(checkpoints));

  EXPECT_EQ(ending.status, 2);
  EXPECT_NE(ending.errors.find("is damaged"), std::string::npos) << ending.errors;
}

TEST_F(FashionTrainer, NamesThePackageWhereTheDataAreMissing) {
  const Ending ending = run({"--data", "/nowhere"});

  EXPECT_EQ(ending.status, 2);
  EXPECT_EQ(ending.output, "");
  EXPECT_NE(ending.errors.find("/nowhere/train-labels-idx1-ubyte"), std::string::npos);
  EXPECT_NE(ending.errors.find("dataset-fashion-mnist"), std::string::npos) << ending.errors;
}

TEST_F(FashionTrainer, SaysWhichDataAreTooFew) {
  std::vector<std::string> options = few_epochs();
  options[3] = "5000";

  const Ending ending = run(options);

  EXPECT_EQ(ending.status, 2);
  EXPECT_NE(ending.errors.find("has 900 labels, but 5000 are asked for"), std::string::npos)
      << ending.errors;
}

TEST_F(FashionTrainer, RefusesSettingsOutsideTheirRange) {
  std::vector<std::string> options = few_epochs();
  options[13] = "1.0";

  const Ending ending = run(options);

  EXPECT_EQ(ending.status, 2);
  EXPECT_NE(ending.errors.find("--dropout must be at least 0 and below 1"), std::string::npos)
      << ending.errors;
}

}  // namespace
