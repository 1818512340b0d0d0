// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/h5.hpp"

#include <algorithm>
#include <array>

namespace diwan::h5 {
namespace {

std::recursive_mutex& library_mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

/// Takes the first description, that of the innermost function.
herr_t first_reason(unsigned /*place*/, const H5E_error2_t* error, void* text) {
  auto& reason = *static_cast<std::string*>(text);
  if (reason.empty() && error->desc != nullptr) {
    reason = error->desc;
  }
  return 0;
}

Handle simple_space(int rank, const hsize_t* size, const hsize_t* limit, const std::string& where) {
  return {H5Screate_simple(rank, size, limit), H5Sclose, "H5Screate_simple", where};
}

Handle rows_of(hid_t dataset, std::uint64_t first, std::uint64_t rows, const std::string& where) {
  Handle space(H5Dget_space(dataset), H5Sclose, "H5Dget_space", where);
  const hsize_t start = first;
  const hsize_t count = rows;
  check(H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, nullptr, &count, nullptr),
        "H5Sselect_hyperslab", where);
  return space;
}

void put(hid_t object, const char* name, hid_t type, const void* value) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "H5Screate", name);
  const Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         "H5Acreate2", name);
  check(H5Awrite(attribute, type, value), "H5Awrite", name);
}

}  // namespace

Lock::Lock() : lock_(library_mutex()) {
  // All is closed by its owner; at the end of the program the library would stumble over a file
  // that it could not close.
  static const herr_t once = H5dont_atexit();
  static_cast<void>(once);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

void fail(const char* call, const std::string& where) {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, first_reason, &reason);
  throw Failure(where + ": " + call + " failed (" + (reason.empty() ? "no reason given" : reason) +
                ")");
}

Handle::~Handle() {
  if (id_ >= 0) {
    const Lock lock;
    close_(id_);
  }
}

void Handle::close(const char* call, const std::string& where) {
  const Lock lock;
  check(close_(std::exchange(id_, -1)), call, where);
}

Handle access_list(const std::string& where) {
  Handle list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "H5Pcreate", where);
#if H5_VERSION_GE(1, 13, 0) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0)) || \
    (H5_VERSION_GE(1, 12, 1) && !H5_VERSION_GE(1, 13, 0))
  check(H5Pset_file_locking(list, false, true), "H5Pset_file_locking", where);
#endif
  // A dataset left open would silently put off what H5Fclose has to write.
  check(H5Pset_fclose_degree(list, H5F_CLOSE_SEMI), "H5Pset_fclose_degree", where);
  return list;
}

Handle open_file(const std::filesystem::path& path) {
  const Handle access = access_list(path.string());
  return {H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose, "H5Fopen", path.string()};
}

Handle open_dataset(hid_t file, const char* name, const std::string& where) {
  return {H5Dopen2(file, name, H5P_DEFAULT), H5Dclose, "H5Dopen2", where + ": /" + name};
}

Handle text_type(std::size_t width) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "H5Tcopy", "text");
  check(H5Tset_size(type, std::max<std::size_t>(width, 1)), "H5Tset_size", "text");
  check(H5Tset_strpad(type, H5T_STR_NULLPAD), "H5Tset_strpad", "text");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "H5Tset_cset", "text");
  return type;
}

Handle create_dataset(hid_t file, const char* name, hid_t type, std::size_t chunk_rows,
                      std::size_t columns) {
  const int rank = columns == 0 ? 1 : 2;
  const std::array<hsize_t, 2> size{0, columns};
  const std::array<hsize_t, 2> limit{H5S_UNLIMITED, columns};
  const std::array<hsize_t, 2> chunk{std::max<std::size_t>(chunk_rows, 1), columns};
  const Handle space = simple_space(rank, size.data(), limit.data(), name);
  const Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "H5Pcreate", name);
  check(H5Pset_chunk(list, rank, chunk.data()), "H5Pset_chunk", name);
  check(H5Pset_shuffle(list), "H5Pset_shuffle", name);
  check(H5Pset_deflate(list, 1), "H5Pset_deflate", name);
  return {H5Dcreate2(file, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT), H5Dclose,
          "H5Dcreate2", name};
}

std::uint64_t row_count(hid_t dataset, const std::string& where) {
  const Handle space(H5Dget_space(dataset), H5Sclose, "H5Dget_space", where);
  std::array<hsize_t, H5S_MAX_RANK> size{};
  check(H5Sget_simple_extent_dims(space, size.data(), nullptr), "H5Sget_simple_extent_dims", where);
  return size[0];
}

void resize(hid_t dataset, std::uint64_t rows, const std::string& where) {
  const Handle space(H5Dget_space(dataset), H5Sclose, "H5Dget_space", where);
  std::array<hsize_t, H5S_MAX_RANK> size{};
  check(H5Sget_simple_extent_dims(space, size.data(), nullptr), "H5Sget_simple_extent_dims", where);
  size[0] = rows;
  check(H5Dset_extent(dataset, size.data()), "H5Dset_extent", where);
}

void append(hid_t dataset, hid_t type, std::uint64_t rows, const void* data,
            const std::string& where) {
  if (rows == 0) {
    return;
  }
  const std::uint64_t before = row_count(dataset, where);
  resize(dataset, before + rows, where);
  const Handle place = rows_of(dataset, before, rows, where);
  const hsize_t count = rows;
  const Handle memory = simple_space(1, &count, nullptr, where);
  check(H5Dwrite(dataset, type, memory, place, H5P_DEFAULT, data), "H5Dwrite", where);
}

void read(hid_t dataset, hid_t type, std::uint64_t first, std::uint64_t rows, void* data,
          const std::string& where) {
  if (rows == 0) {
    return;
  }
  const Handle place = rows_of(dataset, first, rows, where);
  const hsize_t count = rows;
  const Handle memory = simple_space(1, &count, nullptr, where);
  check(H5Dread(dataset, type, memory, place, H5P_DEFAULT, data), "H5Dread", where);
}

void put_attribute(hid_t object, const char* name, std::int64_t value) {
  put(object, name, H5T_NATIVE_INT64, &value);
}

void put_attribute(hid_t object, const char* name, std::uint64_t value) {
  put(object, name, H5T_NATIVE_UINT64, &value);
}

void put_attribute(hid_t object, const char* name, const std::string& value) {
  const Handle type = text_type(value.size());
  put(object, name, type, value.c_str());
}

std::uint64_t number_attribute(hid_t object, const char* name, const std::string& where) {
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "H5Aopen", where);
  std::uint64_t value = 0;
  check(H5Aread(attribute, H5T_NATIVE_UINT64, &value), "H5Aread", where);
  return value;
}

}  // namespace diwan::h5
