// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "dataset.hpp"

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include <zlib.h>

namespace fashion {
namespace {

// Mean and spread of the training pictures' brightness, 0 to 1.
constexpr float mean_brightness = 0.2860F;
constexpr float brightness_spread = 0.3530F;

// An idx file: a magic number, the sizes of its dimensions, then one byte for each value. zlib
// reads it whether it is compressed or not.
class IdxFile {
 public:
  IdxFile(const std::filesystem::path& directory, const std::string& name)
      : path_(directory / (name + ".gz")) {
    if (!exists(path_)) {
      path_ = directory / name;
    }
    file_.reset(gzopen(path_.c_str(), "rb"));
    if (!file_) {
      throw std::runtime_error(
          (directory / name).string() + "[.gz]: cannot be opened; install Debian's package " +
          "dataset-fashion-mnist, or name the directory that has the files with --data");
    }
    gzbuffer(file_.get(), 1U << 18U);
  }

  // The big-endian number at the reading place.
  std::uint32_t number() {
    std::array<std::uint8_t, 4> bytes{};
    read(bytes.data(), bytes.size());
    return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U |
           std::uint32_t{bytes[2]} << 8U | bytes[3];
  }

  void expect(std::uint32_t wanted, const std::string& what) {
    if (const std::uint32_t found = number(); found != wanted) {
      fail(what + " is " + std::to_string(found) + ", not " + std::to_string(wanted));
    }
  }

  void expect_at_least(int wanted, const std::string& what) {
    if (const std::uint32_t found = number(); found < static_cast<std::uint32_t>(wanted)) {
      fail("has " + std::to_string(found) + " " + what + ", but " + std::to_string(wanted) +
           " are asked for; lower --train-images or --validation-images");
    }
  }

  void skip(std::size_t bytes) {
    if (gzseek(file_.get(), static_cast<z_off_t>(bytes), SEEK_CUR) < 0) {
      fail("ends too early");
    }
  }

  void read(std::uint8_t* into, std::size_t bytes) {
    if (gzread(file_.get(), into, static_cast<unsigned>(bytes)) != static_cast<int>(bytes)) {
      fail("ends too early");
    }
  }

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose_r(file); }
  };

  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(path_.string() + ": " + what);
  }

  std::filesystem::path path_;
  std::unique_ptr<gzFile_s, Close> file_;
};

}  // namespace

Images load_training_images(const std::filesystem::path& directory, Range range) {
  constexpr std::uint32_t image_magic = 2051;
  constexpr std::uint32_t label_magic = 2049;
  IdxFile labels(directory, "train-labels-idx1-ubyte");
  labels.expect(label_magic, "magic number");
  labels.expect_at_least(range.first + range.count, "labels");
  IdxFile pixels(directory, "train-images-idx3-ubyte");
  pixels.expect(image_magic, "magic number");
  pixels.expect_at_least(range.first + range.count, "images");
  pixels.expect(28, "image height");
  pixels.expect(28, "image width");

  const auto first = static_cast<std::size_t>(range.first);
  const auto count = static_cast<std::size_t>(range.count);
  Images images{.pixels = Eigen::MatrixXf(pixel_count, range.count),
                .labels = std::vector<std::uint8_t>(count)};
  labels.skip(first);
  labels.read(images.labels.data(), count);
  pixels.skip(first * pixel_count);
  std::array<std::uint8_t, pixel_count> image{};
  for (int column = 0; column < range.count; ++column) {
    pixels.read(image.data(), image.size());
    for (int row = 0; row < pixel_count; ++row) {
      const float brightness = static_cast<float>(image[static_cast<std::size_t>(row)]) / 255.0F;
      images.pixels(row, column) = (brightness - mean_brightness) / brightness_spread;
    }
  }
  for (const std::uint8_t label : images.labels) {
    if (label >= class_count) {
      throw std::runtime_error((directory / "train-labels-idx1-ubyte").string() + ": label " +
                               std::to_string(label) + " is not one of 0 to 9");
    }
  }
  return images;
}

}  // namespace fashion
