// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/checkpoint_layout.hpp"

#include <algorithm>
#include <initializer_list>

#include "driver/store/store.hpp"

namespace diwan {
namespace {

constexpr std::size_t observation_chunk_rows = 8192;
constexpr std::size_t event_chunk_rows = 512;
constexpr std::size_t long_chunk_bytes = 65536;
constexpr std::size_t text_chunk_bytes = 65536;

struct Column {
  const char* name;
  std::size_t offset;
  hid_t type;
};

h5::Handle compound(std::size_t bytes, std::initializer_list<Column> columns) {
  h5::Handle type(H5Tcreate(H5T_COMPOUND, bytes), H5Tclose, "H5Tcreate", "row");
  for (const Column& column : columns) {
    h5::check(H5Tinsert(type, column.name, column.offset, column.type), "H5Tinsert", column.name);
  }
  return type;
}

/// HDF5 leaves memory as it is where the file has no such column, and trusts what a damaged file
/// says of the others; neither must pass.
void need_table(hid_t dataset, hid_t wanted, const std::string& where) {
  const h5::Handle space(H5Dget_space(dataset), H5Sclose, "H5Dget_space", where);
  const h5::Handle type(H5Dget_type(dataset), H5Tclose, "H5Dget_type", where);
  if (H5Sget_simple_extent_ndims(space) != 1 || H5Tequal(type, wanted) <= 0) {
    throw StoreError(std::string(where).append(
        ": its columns are not those that are written there; restore the file from a copy, or use "
        "the Diwan that wrote it"));
  }
}

}  // namespace

h5::Handle observation_type() {
  using Row = ObservationRow;
  return compound(sizeof(Row), {{"trial", offsetof(Row, trial), H5T_NATIVE_UINT32},
                                {"metric", offsetof(Row, metric), H5T_NATIVE_UINT32},
                                {"attempt", offsetof(Row, attempt), H5T_NATIVE_UINT32},
                                {"source", offsetof(Row, source), H5T_NATIVE_UINT8},
                                {"own_steps", offsetof(Row, own_steps), H5T_NATIVE_UINT8},
                                {"step", offsetof(Row, step), H5T_NATIVE_INT64},
                                {"time", offsetof(Row, time), H5T_NATIVE_INT64},
                                {"value", offsetof(Row, value), H5T_NATIVE_DOUBLE},
                                {"place", offsetof(Row, place), H5T_NATIVE_UINT64},
                                {"record", offsetof(Row, record), H5T_NATIVE_UINT64},
                                {"written", offsetof(Row, written), H5T_NATIVE_INT64}});
}

h5::Handle event_type() {
  using Row = EventRow;
  const h5::Handle name = h5::text_type(sizeof(Row::event));
  const h5::Handle json = h5::text_type(Row::json_bytes);
  return compound(sizeof(Row), {{"number", offsetof(Row, number), H5T_NATIVE_UINT64},
                                {"time", offsetof(Row, time), H5T_NATIVE_INT64},
                                {"trial", offsetof(Row, trial), H5T_NATIVE_UINT32},
                                {"attempt", offsetof(Row, attempt), H5T_NATIVE_UINT32},
                                {"event", offsetof(Row, event), name},
                                {"json", offsetof(Row, json), json},
                                {"offset", offsetof(Row, offset), H5T_NATIVE_UINT64},
                                {"length", offsetof(Row, length), H5T_NATIVE_UINT32}});
}

h5::Handle text_row_type(std::size_t text_bytes) {
  using Row = TextRowHead;
  const h5::Handle text = h5::text_type(text_bytes);
  return compound(sizeof(Row) + text_bytes, {{"trial", offsetof(Row, trial), H5T_NATIVE_UINT32},
                                             {"metric", offsetof(Row, metric), H5T_NATIVE_UINT32},
                                             {"attempt", offsetof(Row, attempt), H5T_NATIVE_UINT32},
                                             {"step", offsetof(Row, step), H5T_NATIVE_INT64},
                                             {"time", offsetof(Row, time), H5T_NATIVE_INT64},
                                             {"record", offsetof(Row, record), H5T_NATIVE_UINT64},
                                             {"text", sizeof(Row), text}});
}

h5::Handle create_text_dataset(hid_t file, const char* name, std::size_t text_bytes) {
  const std::size_t rows =
      std::max<std::size_t>(text_chunk_bytes / (sizeof(TextRowHead) + text_bytes), 1);
  return h5::create_dataset(file, name, text_row_type(text_bytes), rows);
}

std::size_t text_bytes_of(hid_t dataset, const std::string& where) {
  const h5::Handle type(H5Dget_type(dataset), H5Tclose, "H5Dget_type", where);
  const std::size_t row_bytes = H5Tget_size(type);
  const std::size_t text_bytes =
      row_bytes > sizeof(TextRowHead) ? row_bytes - sizeof(TextRowHead) : 1;
  need_table(dataset, text_row_type(text_bytes), where);
  return text_bytes;
}

RecordDatasets create_record_datasets(hid_t file) {
  const h5::Handle observation = observation_type();
  const h5::Handle event = event_type();
  return {h5::create_dataset(file, "observations", observation, observation_chunk_rows),
          h5::create_dataset(file, "events", event, event_chunk_rows),
          h5::create_dataset(file, "events_long", H5T_NATIVE_UINT8, long_chunk_bytes)};
}

RecordDatasets open_record_datasets(hid_t file, const std::string& where) {
  RecordDatasets datasets{h5::open_dataset(file, "observations", where),
                          h5::open_dataset(file, "events", where),
                          h5::open_dataset(file, "events_long", where)};
  need_table(datasets.observations, observation_type(), where + ": /observations");
  need_table(datasets.events, event_type(), where + ": /events");
  need_table(datasets.events_long, H5T_NATIVE_UINT8, where + ": /events_long");
  const std::string text = where + ": /" + text_dataset;
  text_bytes_of(h5::open_dataset(file, text_dataset, where), text);
  return datasets;
}

}  // namespace diwan
