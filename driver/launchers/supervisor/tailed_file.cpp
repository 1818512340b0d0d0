// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/tailed_file.hpp"

namespace diwan {

void TailedFile::end_line(const TakeBytes& take) {
  if (inside_line_) {
    take("\n");
    inside_line_ = false;
  }
}

bool TailedFile::read_on(const TakeBytes& take, std::size_t limit_bytes) {
  return file_.read(
      [&](std::string_view bytes) {
        take(bytes);
        inside_line_ = bytes.back() != '\n';
      },
      limit_bytes);
}

bool TailedFile::read(const TakeBytes& take, std::size_t limit_bytes) {
  if (!file_.is_open() && !file_.open(path_)) {
    return false;
  }
  if (read_on(take, limit_bytes)) {
    return true;
  }
  if (file_.was_cut()) {
    end_line(take);
    file_.rewind();
    return read_on(take, limit_bytes);
  }
  struct stat status {};
  if (stat(path_.c_str(), &status) == 0 && !file_.is(status)) {
    end_line(take);
    return file_.open(path_) && read_on(take, limit_bytes);
  }
  return false;
}

}  // namespace diwan
