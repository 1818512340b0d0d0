// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/checkpoint_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "driver/store/codec.hpp"
#include "driver/store/disk.hpp"

namespace diwan {
namespace {

/// The rows of one table, a block at a time.
template <typename Row>
class Rows {
 public:
  Rows(hid_t dataset, h5::Handle type, std::string where, std::size_t block)
      : dataset_(dataset), type_(std::move(type)), where_(std::move(where)), block_(block) {
    const h5::Lock lock;
    count_ = h5::row_count(dataset_, where_);
  }

  /// The row that is due; nothing at the end.
  const Row* peek() {
    if (place_ >= count_) {
      return nullptr;
    }
    if (place_ >= first_ + rows_.size()) {
      const h5::Lock lock;
      first_ = place_;
      rows_.assign(static_cast<std::size_t>(std::min<std::uint64_t>(block_, count_ - place_)),
                   Row{});
      h5::read(dataset_, type_, first_, rows_.size(), rows_.data(), where_);
    }
    return &rows_[static_cast<std::size_t>(place_ - first_)];
  }
  void pass() { ++place_; }

 private:
  hid_t dataset_;
  h5::Handle type_;
  std::string where_;
  std::size_t block_;
  std::uint64_t count_ = 0;
  std::uint64_t place_ = 0;
  std::uint64_t first_ = 0;
  std::vector<Row> rows_;
};

constexpr std::uint64_t no_record = std::numeric_limits<std::uint64_t>::max();

Time time_of(std::int64_t microseconds) { return Time(std::chrono::microseconds(microseconds)); }

/// docs/hdf5.md, section 3: the records, from both tables in order of their numbers.
class Records {
 public:
  Records(const RecordDatasets& datasets, std::string where)
      : observations_(datasets.observations, observation_type(), where + ": /observations",
                      observation_block_rows),
        events_(datasets.events, event_type(), where + ": /events", event_block_rows),
        events_long_(datasets.events_long),
        where_(std::move(where)) {}

  /// Number of the next record; no_record at the end.
  std::uint64_t due() {
    const ObservationRow* observation = observations_.peek();
    const EventRow* event = events_.peek();
    return std::min(observation != nullptr ? observation->record : no_record,
                    event != nullptr ? event->number : no_record);
  }
  Record next(std::uint64_t number) {
    const EventRow* event = events_.peek();
    if (event == nullptr || event->number != number) {
      return batch(number);
    }
    Record record{number, time_of(event->time), event_of(*event)};
    events_.pass();
    pass_batch(number);
    return record;
  }
  void skip(std::uint64_t number) {
    if (const EventRow* event = events_.peek(); event != nullptr && event->number == number) {
      events_.pass();
    }
    pass_batch(number);
  }

 private:
  static constexpr std::size_t observation_block_rows = 32768;
  static constexpr std::size_t event_block_rows = 2048;

  void pass_batch(std::uint64_t number) {
    const ObservationRow* row = observations_.peek();
    while (row != nullptr && row->record == number) {
      observations_.pass();
      row = observations_.peek();
    }
  }

  Record batch(std::uint64_t number) {
    const ObservationRow* row = observations_.peek();
    if (row->source > static_cast<std::uint8_t>(Source::push)) {
      throw StoreError(where_ + ": /observations: record " + std::to_string(number) +
                       " has an unknown source (" + std::to_string(row->source) + ")");
    }
    Observed observed;
    observed.run = {row->trial, row->attempt};
    observed.metric = row->metric;
    observed.source = static_cast<Source>(row->source);
    observed.first = row->place;
    observed.own_steps = row->own_steps != 0;
    const Time written = time_of(row->written);
    while (row != nullptr && row->record == number) {
      observed.steps.push_back(row->step);
      observed.values.push_back(row->value);
      observed.times.push_back(time_of(row->time));
      observations_.pass();
      row = observations_.peek();
    }
    return {number, written, std::move(observed)};
  }

  Event event_of(const EventRow& row) {
    try {
      if (row.length == 0) {
        return decode_event({row.json.data(), ::strnlen(row.json.data(), row.json.size())});
      }
      const h5::Lock lock;
      const std::string where = where_ + ": /events_long";
      const std::uint64_t size = h5::row_count(events_long_, where);
      if (row.length > size || row.offset > size - row.length) {
        throw CodecError("its text lies beyond the end of /events_long");
      }
      std::string json(row.length, '\0');
      h5::read(events_long_, H5T_NATIVE_UINT8, row.offset, row.length, json.data(), where);
      return decode_event(json);
    } catch (const CodecError& error) {
      throw StoreError(where_ + ": record " + std::to_string(row.number) + " cannot be read (" +
                       error.what() + "); restore the file from a copy");
    }
  }

  Rows<ObservationRow> observations_;
  Rows<EventRow> events_;
  hid_t events_long_;
  std::string where_;
};

/// What `read` gives; where the library fails in it, the error says how to mend the file.
template <class Read>
auto readable(Read read) {
  try {
    return read();
  } catch (const h5::Failure& error) {
    throw StoreError(std::string(error.what()) +
                     ": the file is damaged; restore it from a copy, or take another directory");
  }
}

}  // namespace

std::optional<CheckpointReader> CheckpointReader::open(const std::filesystem::path& path) {
  if (!disk::open_to_read(path)) {
    return std::nullopt;
  }
  return readable([&] { return open_there(path); });
}

CheckpointReader CheckpointReader::open_there(const std::filesystem::path& path) {
  const h5::Lock lock;
  CheckpointReader reader;
  reader.path_ = path;
  if (H5Fis_hdf5(path.c_str()) <= 0) {
    throw StoreError(path.string() +
                     ": is no HDF5 file; restore it from a copy, or take another directory");
  }
  reader.file_ = h5::open_file(path);
  if (H5Aexists(reader.file_, "format_version") <= 0) {
    throw StoreError(path.string() +
                     ": is an HDF5 file, but none of Diwan; take another directory");
  }
  const std::uint64_t version = h5::number_attribute(reader.file_, "format_version", path.string());
  if (version != checkpoint_version) {
    throw StoreError(path.string() + ": has version " + std::to_string(version) +
                     " of the format, this Diwan reads " + std::to_string(checkpoint_version) +
                     "; use the Diwan that wrote it");
  }
  const std::string where = path.string() + ": /experiment";
  const h5::Handle group(H5Gopen2(reader.file_, "experiment", H5P_DEFAULT), H5Gclose, "H5Gopen2",
                         where);
  reader.head_.epoch = h5::number_attribute(group, "epoch", where);
  reader.head_.last_record = h5::number_attribute(group, "last_record", where);
  reader.datasets_ = open_record_datasets(reader.file_, path.string());
  return reader;
}

void CheckpointReader::records(std::uint64_t after, std::uint64_t until,
                               const std::function<void(Record&&)>& visit) const {
  std::optional<Records> records;
  readable([&] { records.emplace(datasets_, path_.string()); });
  for (std::uint64_t number = 1; number <= until; ++number) {
    std::optional<Record> record = readable([&]() -> std::optional<Record> {
      if (records->due() != number) {
        throw StoreError(path_.string() + ": record " + std::to_string(number) +
                         " is missing; restore the file from a copy");
      }
      if (number <= after) {
        records->skip(number);
        return std::nullopt;
      }
      return records->next(number);
    });
    if (record) {
      visit(*std::move(record));
    }
  }
}

}  // namespace diwan
