// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "driver/store/h5.hpp"

namespace diwan {

// docs/hdf5.md: the tables that grow. The others are made anew in checkpoint_tables.cpp.

constexpr std::uint64_t checkpoint_version = 1;
constexpr const char* checkpoint_file = "experiment.h5";

struct ObservationRow {
  std::uint32_t trial = 0;
  std::uint32_t metric = 0;
  std::uint32_t attempt = 0;
  std::uint8_t source = 0;
  std::uint8_t own_steps = 0;
  std::uint16_t unused = 0;
  std::int64_t step = 0;
  std::int64_t time = 0;
  double value = 0;
  std::uint64_t place = 0;
  std::uint64_t record = 0;
  std::int64_t written = 0;
};

struct EventRow {
  static constexpr std::size_t json_bytes = 512;
  std::uint64_t number = 0;
  std::int64_t time = 0;
  std::uint32_t trial = 0;
  std::uint32_t attempt = 0;
  std::array<char, 12> event{};
  std::uint32_t length = 0;
  std::uint64_t offset = 0;
  std::array<char, json_bytes> json{};
};

/// Types in memory and, at creation, in the file.
h5::Handle observation_type();
h5::Handle event_type();

/// A row of /observations_text: this and the text, in as many bytes as the dataset's type has.
struct TextRowHead {
  std::uint64_t record = 0;
  std::int64_t step = 0;
  std::int64_t time = 0;
  std::uint32_t trial = 0;
  std::uint32_t metric = 0;
  std::uint32_t attempt = 0;
  std::uint32_t unused = 0;
};
h5::Handle text_row_type(std::size_t text_bytes);
constexpr const char* text_dataset = "observations_text";
h5::Handle create_text_dataset(hid_t file, const char* name, std::size_t text_bytes);
/// Bytes of the text in the rows of this dataset.
std::size_t text_bytes_of(hid_t dataset, const std::string& where);

/// The datasets of records, as they are open in one file.
struct RecordDatasets {
  h5::Handle observations;
  h5::Handle events;
  h5::Handle events_long;
};
RecordDatasets create_record_datasets(hid_t file);
/// @throws StoreError if one is missing or has other columns.
RecordDatasets open_record_datasets(hid_t file, const std::string& where);

}  // namespace diwan
