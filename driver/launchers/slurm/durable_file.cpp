// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/durable_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace diwan::slurm {
namespace {

[[noreturn]] void fail(int error, const std::filesystem::path& path) {
  throw std::system_error{error, std::generic_category(), "cannot write " + path.native()};
}

/// A full disk or quota, a server that is away, a ticket that ran out.
constexpr std::array passing = {ENOSPC, EDQUOT, EIO,    ESTALE, EROFS,     EACCES,
                                EAGAIN, ENOMEM, ENFILE, EMFILE, ETIMEDOUT, EREMOTEIO};

}  // namespace

bool may_pass(const std::error_code& error) {
  return std::ranges::find(passing, error.value()) != passing.end();
}

void write_durably(const std::filesystem::path& path, std::string_view text) {
  const std::string temporary = path.native() + ".tmp";
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) {
    fail(errno, path);
  }
  int error = 0;
  while (!text.empty() && error == 0) {
    const ssize_t count = write(file, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (error == 0 && fsync(file) != 0) {
    error = errno;
  }
  close(file);
  if (error == 0 && rename(temporary.c_str(), path.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    unlink(temporary.c_str());
    fail(error, path);
  }
  const int directory = open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    fsync(directory);
    close(directory);
  }
}

}  // namespace diwan::slurm
