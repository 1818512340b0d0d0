// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/manifest.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "collectors/crc32c.hpp"
#include "driver/launchers/slurm/durable_file.hpp"
#include "driver/launchers/supervisor/environment.hpp"

namespace diwan::slurm {
namespace {

constexpr std::string_view magic{"DIWANM\x01\x00", 8};
constexpr std::size_t head_bytes = 16;
constexpr std::size_t longest_row = std::size_t{1} << 20;

void put_number(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) {
    out.push_back(static_cast<char>((value >> (8 * i)) & 0xffU));
  }
}

void put_text(std::string& out, std::string_view text) {
  out += text;
  out.push_back('\0');
}

std::string row_of(std::uint32_t row, const RunSettings& settings, const Launch& launch) {
  std::string content;
  put_number(content, row, 4);
  put_number(content, launch.run.trial, 4);
  put_number(content, launch.run.attempt, 4);
  put_text(content, parameters_json(launch.parameters));
  RunPlace place;
  place.paths = run_paths(settings.directory, launch.trial_name, launch.run.attempt);
  for (const std::string& variable : trial_environment({}, settings, launch, place)) {
    put_text(content, variable);
  }
  if (content.size() > longest_row) {
    throw std::length_error{"the parameters and the environment of " + launch.trial_name +
                            " are longer together than a Slurm task can be given (1 MiB)"};
  }
  std::string frame;
  put_number(frame, content.size(), 4);
  put_number(frame, crc32c(content), 4);
  return frame + content;
}

}  // namespace

void write_manifest(const std::filesystem::path& path, const RunSettings& settings,
                    std::span<const Launch> launches) {
  std::string text{magic};
  put_number(text, launches.size(), 4);
  put_number(text, crc32c(text), 4);
  std::string rows;
  const std::size_t rows_at = head_bytes + 8 * launches.size();
  for (std::uint32_t i = 0; i < launches.size(); ++i) {
    put_number(text, rows_at + rows.size(), 8);
    rows += row_of(i, settings, launches[i]);
  }
  write_durably(path, text + rows);
}

}  // namespace diwan::slurm
