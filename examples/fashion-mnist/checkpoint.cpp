// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "checkpoint.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace fashion {
namespace {

// The file: a first line of text that says what follows, then in this machine's byte order the
// epochs' results and the loss sum (double), the weights and the velocities (float).
constexpr const char* magic = "fashion-mnist-checkpoint-1";

struct Header {
  Fit fit;
  std::size_t finished = 0;
  int next_image = 0;
};

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
  throw std::runtime_error(file.string() + ": " + what);
}

template <class Weights, class Visitor>
void for_each_block(Weights& weights, Visitor&& visit) {
  visit(weights.hidden);
  visit(weights.hidden_bias);
  visit(weights.output);
  visit(weights.output_bias);
}

std::string encode(const Fit& fit, const Progress& progress) {
  std::ostringstream out;
  out << magic << " hidden-units " << fit.hidden_units << " train-images " << fit.train_images
      << " epochs-finished " << progress.finished.size() << " next-image " << progress.next_image
      << '\n';
  const auto write = [&out](const auto* values, std::size_t count) {
    out.write(reinterpret_cast<const char*>(values),
              static_cast<std::streamsize>(count * sizeof(*values)));
  };
  for (const EpochResult& result : progress.finished) {
    write(&result.validation_accuracy, 1);
    write(&result.loss, 1);
  }
  write(&progress.loss_sum, 1);
  const auto write_block = [&](const auto& block) {
    write(block.data(), static_cast<std::size_t>(block.size()));
  };
  for_each_block(progress.weights, write_block);
  for_each_block(progress.velocity, write_block);
  return out.str();
}

Header parse_header(const std::filesystem::path& file, const std::string& line) {
  std::istringstream text(line);
  Header header;
  std::string start;
  std::string word;
  text >> start >> word >> header.fit.hidden_units >> word >> header.fit.train_images >> word >>
      header.finished >> word >> header.next_image;
  if (!text || start != magic || header.next_image < 0 || header.finished > 1'000'000) {
    fail(file, "is no checkpoint of this program; remove it to start anew");
  }
  return header;
}

void check_fit(const std::filesystem::path& file, const Fit& saved, const Fit& wanted) {
  if (saved == wanted) {
    return;
  }
  const auto words = [](const Fit& fit) {
    return "--hidden-units " + std::to_string(fit.hidden_units) + " --train-images " +
           std::to_string(fit.train_images);
  };
  fail(file, "was written with " + words(saved) + ", but this run has " + words(wanted) +
                 "; remove it to start anew");
}

void write_durably(const std::filesystem::path& file, const std::string& bytes) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool good = descriptor >= 0;
  for (std::size_t done = 0; good && done < bytes.size();) {
    const ssize_t written = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    good = written > 0 || (written < 0 && errno == EINTR);
    done += written > 0 ? static_cast<std::size_t>(written) : 0;
  }
  good = good && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  if (!good) {
    fail(file, std::string("cannot be written: ") + std::strerror(error));
  }
}

}  // namespace

void save_checkpoint(const std::filesystem::path& file, const Fit& fit, const Progress& progress) {
  const std::filesystem::path beside = file.string() + ".new";
  write_durably(beside, encode(fit, progress));
  std::filesystem::rename(beside, file);
}

std::optional<Progress> load_checkpoint(const std::filesystem::path& file, const Fit& fit) {
  if (!exists(file)) {
    return std::nullopt;
  }
  std::ifstream in(file, std::ios::binary);
  std::string line;
  if (!std::getline(in, line)) {
    fail(file, "cannot be read; remove it to start anew");
  }
  const Header header = parse_header(file, line);
  check_fit(file, header.fit, fit);
  const auto read = [&in](auto* values, std::size_t count) {
    in.read(reinterpret_cast<char*>(values), static_cast<std::streamsize>(count * sizeof(*values)));
  };
  Progress progress;
  progress.weights = progress.velocity = Weights::zero(fit.hidden_units);
  progress.next_image = header.next_image;
  progress.finished.resize(header.finished);
  for (EpochResult& result : progress.finished) {
    read(&result.validation_accuracy, 1);
    read(&result.loss, 1);
  }
  read(&progress.loss_sum, 1);
  const auto read_block = [&](auto& block) {
    read(block.data(), static_cast<std::size_t>(block.size()));
  };
  for_each_block(progress.weights, read_block);
  for_each_block(progress.velocity, read_block);
  if (!in || in.peek() != std::ifstream::traits_type::eof()) {
    fail(file, "is damaged: its length is not what its first line says; remove it to start anew");
  }
  return progress;
}

}  // namespace fashion
