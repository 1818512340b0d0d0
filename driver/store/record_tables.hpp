// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "driver/core/event.hpp"
#include "driver/store/checkpoint_layout.hpp"

namespace diwan {

/// Adds records to the growing tables of a checkpoint, with memory for one chunk of each.
class RecordTables {
 public:
  /// In a new file.
  static RecordTables create(h5::Output& output);
  /// In a new file, beginning with the rows that `old` has of records up to `until`; they are
  /// copied in their compressed form.
  static RecordTables continue_from(hid_t old, h5::Output& output, std::uint64_t until);

  /// @param payload  of the record's frame.
  void add(const Record& record, std::string_view payload);
  /// Writes what is still in memory.
  void finish();

 private:
  RecordTables(h5::Output& output, RecordDatasets datasets);

  void add_rows(const Record& record, const Observed& observed);
  void add_event(const Record& record, std::string_view payload);
  void put_observations();
  void put_events();
  void put_texts();
  h5::Handle widened(h5::Handle dataset, std::size_t text_bytes) const;
  void cut(std::uint64_t until);

  struct TextRow {
    TextRowHead head;
    std::string text;
  };

  h5::Output& output_;
  RecordDatasets datasets_;
  h5::Handle observation_type_;
  h5::Handle event_type_;
  std::vector<ObservationRow> observations_;
  std::vector<EventRow> events_;
  std::string events_long_;
  std::uint64_t events_long_bytes_ = 0;  ///< of the file and of events_long_
  std::vector<TextRow> texts_;
};

}  // namespace diwan
