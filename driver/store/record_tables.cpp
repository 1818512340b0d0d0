// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/record_tables.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "driver/store/codec.hpp"
#include "driver/store/table_columns.hpp"

namespace diwan {
namespace {

constexpr std::size_t observation_rows = 8192;
constexpr std::size_t event_rows = 512;
constexpr std::size_t text_rows = 512;
constexpr std::size_t narrowest_text = 32;

std::int64_t microseconds(Time time) { return time.time_since_epoch().count(); }

void copy_dataset(hid_t from, h5::Output& to, const char* name) {
  const h5::Handle dataset = h5::open_dataset(from, name, "checkpoint");
  to.need(H5Dget_storage_size(dataset));
  h5::check(H5Ocopy(from, name, to.file(), name, H5P_DEFAULT, H5P_DEFAULT), "H5Ocopy", name);
}

/// Rows of a table whose record, in ascending order, is at most `until`.
std::uint64_t rows_until(hid_t dataset, const char* column, std::uint64_t until) {
  const h5::Handle type(H5Tcreate(H5T_COMPOUND, sizeof(std::uint64_t)), H5Tclose, "H5Tcreate",
                        column);
  h5::check(H5Tinsert(type, column, 0, H5T_NATIVE_UINT64), "H5Tinsert", column);
  std::uint64_t low = 0;
  std::uint64_t high = h5::row_count(dataset, column);
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    std::uint64_t record = 0;
    h5::read(dataset, type, middle, 1, &record, column);
    (record <= until ? low : high) = record <= until ? middle + 1 : middle;
  }
  return low;
}

void cut_dataset(hid_t dataset, const char* column, std::uint64_t until) {
  const std::uint64_t rows = rows_until(dataset, column, until);
  if (rows < h5::row_count(dataset, column)) {
    h5::resize(dataset, rows, column);
  }
}

}  // namespace

RecordTables::RecordTables(h5::Output& output, RecordDatasets datasets)
    : output_(output),
      datasets_(std::move(datasets)),
      observation_type_(observation_type()),
      event_type_(event_type()),
      events_long_bytes_(h5::row_count(datasets_.events_long, "events_long")) {}

RecordTables RecordTables::create(h5::Output& output) {
  const h5::Lock lock;
  create_text_dataset(output.file(), text_dataset, narrowest_text);
  return RecordTables(output, create_record_datasets(output.file()));
}

RecordTables RecordTables::continue_from(hid_t old, h5::Output& output, std::uint64_t until) {
  const h5::Lock lock;
  for (const char* name : {"observations", "events", "events_long", text_dataset}) {
    copy_dataset(old, output, name);
  }
  RecordTables tables(output, open_record_datasets(output.file(), "copy"));
  tables.cut(until);
  return tables;
}

/// Only a stale owner's checkpoint has rows to cut.
void RecordTables::cut(std::uint64_t until) {
  cut_dataset(datasets_.observations, "record", until);
  cut_dataset(datasets_.events, "number", until);
  cut_dataset(h5::open_dataset(output_.file(), text_dataset, "copy"), "record", until);
}

void RecordTables::add(const Record& record, std::string_view payload) {
  const auto* observed = std::get_if<Observed>(&record.event);
  if (observed != nullptr) {
    add_rows(record, *observed);
  }
  if (observed == nullptr || observed->values.empty() || !observed->texts.empty()) {
    add_event(record, payload);
  }
}

void RecordTables::add_rows(const Record& record, const Observed& observed) {
  ObservationRow row;
  row.trial = observed.run.trial;
  row.metric = observed.metric;
  row.attempt = observed.run.attempt;
  row.source = static_cast<std::uint8_t>(observed.source);
  row.own_steps = observed.own_steps ? 1 : 0;
  row.record = record.number;
  row.written = microseconds(record.time);
  for (std::size_t i = 0; i < observed.values.size(); ++i) {
    row.step = observed.steps[i];
    row.time = microseconds(observed.times[i]);
    row.value = observed.values[i];
    row.place = observed.first + i;
    observations_.push_back(row);
    if (observations_.size() == observation_rows) {
      put_observations();
    }
  }
  for (const auto& [place, text] : observed.texts) {
    texts_.push_back({{record.number, observed.steps[place], microseconds(observed.times[place]),
                       row.trial, row.metric, row.attempt, 0},
                      column_text(text)});
  }
  if (texts_.size() >= text_rows) {
    put_texts();
  }
}

void RecordTables::add_event(const Record& record, std::string_view payload) {
  EventRow row;
  row.number = record.number;
  row.time = microseconds(record.time);
  const RunKey run = run_of(record.event);
  row.trial = run.trial;
  row.attempt = run.attempt;
  std::string_view(event_name(record.event)).copy(row.event.data(), row.event.size());
  if (payload.size() <= row.json.size()) {
    payload.copy(row.json.data(), row.json.size());
  } else {
    row.offset = events_long_bytes_;
    row.length = static_cast<std::uint32_t>(payload.size());
    events_long_ += payload;
    events_long_bytes_ += payload.size();
  }
  events_.push_back(row);
  if (events_.size() == event_rows) {
    put_events();
  }
}

void RecordTables::put_observations() {
  const h5::Lock lock;
  output_.need(observations_.size() * sizeof(ObservationRow));
  h5::append(datasets_.observations, observation_type_, observations_.size(), observations_.data(),
             "observations");
  observations_.clear();
}

void RecordTables::put_events() {
  const h5::Lock lock;
  output_.need(events_long_.size() + events_.size() * sizeof(EventRow));
  h5::append(datasets_.events_long, H5T_NATIVE_UINT8, events_long_.size(), events_long_.data(),
             "events_long");
  h5::append(datasets_.events, event_type_, events_.size(), events_.data(), "events");
  events_long_.clear();
  events_.clear();
}

/// The dataset with room for longer texts: made anew, its rows copied.
h5::Handle RecordTables::widened(h5::Handle dataset, std::size_t text_bytes) const {
  constexpr const char* temporary = "observations_text.wider";
  h5::Handle wider = create_text_dataset(output_.file(), temporary, text_bytes);
  const h5::Handle type = text_row_type(text_bytes);
  const std::uint64_t rows = h5::row_count(dataset, text_dataset);
  std::string block;
  for (std::uint64_t first = 0; first < rows; first += text_rows) {
    const std::uint64_t count = std::min<std::uint64_t>(text_rows, rows - first);
    block.assign(static_cast<std::size_t>(count) * (sizeof(TextRowHead) + text_bytes), '\0');
    h5::read(dataset, type, first, count, block.data(), text_dataset);
    output_.need(block.size());
    h5::append(wider, type, count, block.data(), temporary);
  }
  dataset = h5::Handle();
  h5::check(H5Ldelete(output_.file(), text_dataset, H5P_DEFAULT), "H5Ldelete", text_dataset);
  h5::check(
      H5Lmove(output_.file(), temporary, output_.file(), text_dataset, H5P_DEFAULT, H5P_DEFAULT),
      "H5Lmove", text_dataset);
  return wider;
}

void RecordTables::put_texts() {
  if (texts_.empty()) {
    return;
  }
  const h5::Lock lock;
  h5::Handle dataset = h5::open_dataset(output_.file(), text_dataset, "checkpoint");
  std::size_t width = text_bytes_of(dataset, text_dataset);
  std::size_t longest = 0;
  for (const TextRow& row : texts_) {
    longest = std::max(longest, row.text.size());
  }
  if (longest > width) {
    width = std::min(std::max(longest, 2 * width), widest_text);
    dataset = widened(std::move(dataset), width);
  }
  std::string block;
  for (const TextRow& row : texts_) {
    block.append(reinterpret_cast<const char*>(&row.head), sizeof row.head);
    block += row.text;
    block.append(width - row.text.size(), '\0');
  }
  output_.need(block.size());
  h5::append(dataset, text_row_type(width), texts_.size(), block.data(), text_dataset);
  texts_.clear();
}

void RecordTables::finish() {
  put_observations();
  put_events();
  put_texts();
  const h5::Lock lock;
  datasets_ = {};
}

}  // namespace diwan
