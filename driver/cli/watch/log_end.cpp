// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/watch/log_end.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/view/log_lines.hpp"

namespace diwan {

void LogEnd::look(const std::filesystem::path& file) {
  constexpr std::uint64_t most_bytes = 256 << 10;
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    if (descriptor >= 0) {
      ::close(descriptor);
    }
    *this = {};
    return;
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::int64_t changed = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
  if (file != file_ || size != size_ || changed != changed_) {
    const std::uint64_t from = size > most_bytes ? size - most_bytes : 0;
    std::string bytes(static_cast<std::size_t>(size - from), '\0');
    const ssize_t count = ::pread(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(from));
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    // The first line may be half a one.
    cut_ = from > 0;
    const std::size_t first = cut_ ? std::min(bytes.find('\n'), bytes.size() - 1) + 1 : 0;
    lines_ = view::log_lines(std::string_view(bytes).substr(first));
    file_ = file;
    size_ = size;
    changed_ = changed;
  }
  ::close(descriptor);
}

}  // namespace diwan
