// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "slurm-plugin/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { longest_path = 4096 };

static int fail(char* message, const char* what, const char* path, int error) {
  snprintf(message, diwan_message_bytes, "diwan: cannot %s %s: %s", what, path, strerror(error));
  return -1;
}

/// @return 0, or -1 with errno
static int write_all(int file, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t count = write(file, bytes, size);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return -1;
    }
    bytes += count;
    size -= (size_t)count;
  }
  return 0;
}

int diwan_trial_take(const char* directory, const struct diwan_place* place, char* message) {
  char path[longest_path];
  const int length =
      snprintf(path, sizeof path, "%s/taken.%lu", directory, (unsigned long)place->task);
  if (length < 0 || (size_t)length >= sizeof path) {
    return fail(message, "take", "a row", ENAMETOOLONG);
  }
  char owner[64] = "";
  const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file >= 0) {
    const int size = snprintf(owner, sizeof owner, "%lu %lu\n", (unsigned long)place->array,
                              (unsigned long)place->job);
    const int written = write_all(file, owner, (size_t)size);
    const int error = errno;
    close(file);
    return written == 0 ? 0 : fail(message, "write", path, error);
  }
  if (errno != EEXIST) {
    return fail(message, "make", path, errno);
  }
  const int other = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (other >= 0) {
    const ssize_t count = read(other, owner, sizeof owner - 1);
    owner[count > 0 ? count : 0] = '\0';
    owner[strcspn(owner, " \n")] = '\0';
    close(other);
  }
  snprintf(message, diwan_message_bytes,
           "diwan: row %lu of %s was taken by a task of job %s before; its trial is run once, and "
           "goes on in another task if that one was lost",
           (unsigned long)place->task, directory, owner[0] == '\0' ? "(unknown)" : owner);
  return -1;
}

/// Makes a folder and those above it that miss.
static int make_folders(const char* folder, char* message) {
  char path[longest_path];
  const size_t length = strlen(folder);
  if (length == 0 || length >= sizeof path || folder[0] != '/') {
    return fail(message, "make", folder, length == 0 ? ENOENT : ENAMETOOLONG);
  }
  if (mkdir(folder, 0700) == 0 || errno == EEXIST) {
    return 0;
  }
  memcpy(path, folder, length + 1);
  for (char* slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    // One that is there may answer otherwise than EEXIST (EROFS, EACCES): the last one tells.
    mkdir(path, 0700);
    *slash = '/';
  }
  if (mkdir(folder, 0700) == 0 || errno == EEXIST) {
    return 0;
  }
  return fail(message, "make", folder, errno);
}

int diwan_trial_prepare(const struct diwan_row* row, const char* temporary, char* message) {
  static const char* const folders[] = {"DIWAN_TRIAL_DIR", "DIWAN_CHECKPOINT_DIR"};
  for (size_t i = 0; i < sizeof folders / sizeof folders[0]; ++i) {
    const char* folder = diwan_row_value(row, folders[i]);
    if (folder != NULL && make_folders(folder, message) != 0) {
      return -1;
    }
  }
  if (make_folders(temporary, message) != 0) {
    return -1;
  }
  const char* path = diwan_row_value(row, "DIWAN_PARAMETERS");
  if (path == NULL) {
    return 0;
  }
  const int file =
      open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (file < 0) {
    return fail(message, "make", path, errno);
  }
  const int written = write_all(file, row->parameters, strlen(row->parameters));
  const int error = errno;
  close(file);
  return written == 0 ? 0 : fail(message, "write", path, error);
}

int diwan_trial_open_events(const char* directory, uid_t user, char* message) {
  char path[longest_path];
  const int length = snprintf(path, sizeof path, "%s/events", directory);
  if (length < 0 || (size_t)length >= sizeof path) {
    return fail(message, "open", "the file events", ENAMETOOLONG);
  }
  // O_NONBLOCK: a FIFO would let us wait for its reader.
  const int file = open(
      path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
  if (file < 0) {
    return fail(message, "open", path, errno);
  }
  struct stat status;
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != user) {
    close(file);
    return fail(message, "use", path, EPERM);
  }
  return file;
}
