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

/// A file that was renamed before it was opened.
bool TailedFile::older_waits() {
  if (!watch_) {
    return false;
  }
  watch_->update();
  while (const auto renamed = watch_->oldest()) {
    struct stat status {};
    if (stat(renamed->c_str(), &status) == 0 && !is_open(status)) {
      return true;
    }
    watch_->drop_oldest();  // gone, or the one that is open
  }
  return false;
}

/// The file after the one that is open, if there is one.
bool TailedFile::open_next() {
  while (older_waits()) {
    const bool opened = file_.open(*watch_->oldest());
    watch_->drop_oldest();
    if (opened) {
      return true;
    }
  }
  struct stat status {};
  if (stat(path_.c_str(), &status) != 0 || is_open(status) || !file_.open(path_)) {
    return false;
  }
  // One that was renamed just now, so that its successor was opened, comes first.
  return !older_waits() || open_next();
}

bool TailedFile::read(const TakeBytes& take, std::size_t limit_bytes) {
  while (true) {
    if (file_.was_cut()) {
      end_line(take);
      file_.rewind();
    }
    if (read_on(take, limit_bytes)) {
      return true;
    }
    if (!open_next()) {
      return false;
    }
    end_line(take);
  }
}

}  // namespace diwan
