// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/table_columns.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "driver/store/json_writer.hpp"

namespace diwan {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{256} << 10;
constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

/// The texts as one block of fixed width.
struct Block {
  std::size_t width = 1;
  std::string bytes;
};

Block block_of(const std::vector<std::string>& values) {
  std::vector<std::string> fit;
  fit.reserve(values.size());
  Block block;
  for (const std::string& value : values) {
    fit.push_back(column_text(value));
    block.width = std::max(block.width, fit.back().size());
  }
  block.bytes.assign(fit.size() * block.width, '\0');
  for (std::size_t i = 0; i < fit.size(); ++i) {
    fit[i].copy(block.bytes.data() + i * block.width, fit[i].size());
  }
  return block;
}

std::size_t chunk_rows(std::size_t rows, std::size_t row_bytes) {
  const std::size_t most =
      std::max<std::size_t>(chunk_bytes / std::max<std::size_t>(row_bytes, 1), 1);
  return std::clamp<std::size_t>(rows, 1, most);
}

void write_block(h5::Output& output, const char* name, hid_t type, std::size_t bytes,
                 std::size_t rows, std::size_t columns, const char* data) {
  const std::size_t width = std::max<std::size_t>(columns, 1);
  output.need(rows * columns * bytes);
  const h5::Handle dataset =
      h5::create_dataset(output.file(), name, type, chunk_rows(rows, bytes * width), width);
  h5::resize(dataset, rows, name);
  if (rows > 0 && columns > 0) {
    h5::check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "H5Dwrite", name);
  }
}

}  // namespace

std::string column_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = text.front() == '\0' ? 0 : utf8_length(text);
    const std::string_view next = length > 0 ? text.substr(0, length) : replacement;
    text.remove_prefix(std::max<std::size_t>(length, 1));
    const std::size_t room = text.empty() ? widest_text : widest_text - ellipsis.size();
    if (out.size() + next.size() > room) {
      return out.append(ellipsis);
    }
    out += next;
  }
  return out;
}

void TableColumns::add(const char* name, std::size_t rows, std::size_t bytes, h5::Handle type,
                       const char* data) {
  assert(columns_.empty() || rows == rows_);
  rows_ = rows;
  columns_.push_back({name, bytes, std::move(type), std::string(data, rows * bytes)});
}

void TableColumns::texts(const char* name, const std::vector<std::string>& values) {
  const Block block = block_of(values);
  add(name, values.size(), block.width, h5::text_type(block.width), block.bytes.data());
}

h5::Handle TableColumns::number_type(double /*value*/) {
  return {H5Tcopy(H5T_NATIVE_DOUBLE), H5Tclose, "H5Tcopy", "double"};
}
h5::Handle TableColumns::number_type(std::int32_t /*value*/) {
  return {H5Tcopy(H5T_NATIVE_INT32), H5Tclose, "H5Tcopy", "int32"};
}
h5::Handle TableColumns::number_type(std::uint32_t /*value*/) {
  return {H5Tcopy(H5T_NATIVE_UINT32), H5Tclose, "H5Tcopy", "uint32"};
}
h5::Handle TableColumns::number_type(std::int64_t /*value*/) {
  return {H5Tcopy(H5T_NATIVE_INT64), H5Tclose, "H5Tcopy", "int64"};
}
h5::Handle TableColumns::number_type(std::uint64_t /*value*/) {
  return {H5Tcopy(H5T_NATIVE_UINT64), H5Tclose, "H5Tcopy", "uint64"};
}

void TableColumns::write(h5::Output& output, const char* dataset) const {
  std::size_t row_bytes = 0;
  for (const Column& column : columns_) {
    row_bytes += column.bytes;
  }
  const h5::Handle type(H5Tcreate(H5T_COMPOUND, row_bytes), H5Tclose, "H5Tcreate", dataset);
  std::string rows(rows_ * row_bytes, '\0');
  std::size_t offset = 0;
  for (const Column& column : columns_) {
    h5::check(H5Tinsert(type, column.name.c_str(), offset, column.type), "H5Tinsert", column.name);
    for (std::size_t i = 0; i < rows_; ++i) {
      column.data.copy(rows.data() + i * row_bytes + offset, column.bytes, i * column.bytes);
    }
    offset += column.bytes;
  }
  output.need(rows.size());
  const h5::Handle table =
      h5::create_dataset(output.file(), dataset, type, chunk_rows(rows_, row_bytes));
  h5::append(table, type, rows_, rows.data(), dataset);
}

void write_matrix(h5::Output& output, const char* dataset, std::size_t columns,
                  const std::vector<double>& values) {
  const std::size_t rows = columns == 0 ? 0 : values.size() / columns;
  write_block(output, dataset, H5T_NATIVE_DOUBLE, sizeof(double), rows, columns,
              reinterpret_cast<const char*>(values.data()));
}

void write_matrix(h5::Output& output, const char* dataset, std::size_t columns,
                  const std::vector<std::string>& values) {
  const std::size_t rows = columns == 0 ? 0 : values.size() / columns;
  const Block block = block_of(values);
  const h5::Handle type = h5::text_type(block.width);
  write_block(output, dataset, type, block.width, rows, columns, block.bytes.data());
}

}  // namespace diwan
