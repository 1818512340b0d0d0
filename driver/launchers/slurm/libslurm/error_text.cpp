// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/libslurm/error_text.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace diwan::slurm {

namespace {

// exit() runs what has no argument.
int real_stderr = -1;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

std::string taken() {
  std::string text;
  std::array<char, 4096> piece{};
  if (lseek(STDERR_FILENO, 0, SEEK_SET) != 0) {
    return text;
  }
  for (ssize_t size = 1; size > 0;) {
    size = read(STDERR_FILENO, piece.data(), piece.size());
    text.append(piece.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  }
  if (ftruncate(STDERR_FILENO, 0) == 0) {
    lseek(STDERR_FILENO, 0, SEEK_SET);
  }
  return text;
}

void pass_on() {
  const std::string text = taken();
  [[maybe_unused]] const ssize_t size = write(real_stderr, text.data(), text.size());
}

}  // namespace

ErrorText::ErrorText() {
  const int caught = memfd_create("stderr", MFD_CLOEXEC);
  real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (caught < 0 || real_stderr < 0 || dup2(caught, STDERR_FILENO) < 0) {
    throw std::system_error{errno, std::generic_category(), "cannot catch stderr"};
  }
  close(caught);
  std::atexit(pass_on);
}

std::string ErrorText::take() { return taken(); }

}  // namespace diwan::slurm
