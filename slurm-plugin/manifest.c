// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "slurm-plugin/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "slurm-plugin/crc32c.h"
#include "slurm-plugin/little_endian.h"

static const unsigned char magic[8] = {'D', 'I', 'W', 'A', 'N', 'M', 1, 0};
enum {
  head_bytes = 16,      // magic, count, checksum of both
  place_bytes = 8,      // of a row's place
  frame_bytes = 8,      // before a row: its length, its checksum
  row_head_bytes = 12,  // row, trial, attempt
  longest_row = 1 << 20
};

static int fail(char* message, const char* directory, const char* what) {
  snprintf(message, diwan_message_bytes, "diwan: %s/manifest %s", directory, what);
  return -1;
}

static int read_at(int file, uint64_t place, unsigned char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t count = pread(file, bytes, size, (off_t)place);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return -1;
    }
    bytes += count;
    place += (uint64_t)count;
    size -= (size_t)count;
  }
  return 0;
}

/// @return the file, open at a header that is sound; or -1 with a message
static int open_manifest(const char* directory, uint32_t* rows, uint64_t* size, char* message) {
  char path[4096];
  const int length = snprintf(path, sizeof path, "%s/manifest", directory);
  if (length < 0 || (size_t)length >= sizeof path) {
    snprintf(message, diwan_message_bytes, "diwan: the array's folder has too long a path");
    return -1;
  }
  // Not to wait for whoever would write to a FIFO.
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) {
    char what[256];
    snprintf(what, sizeof what,
             "cannot be read: %s; name the folder that `diwan run` named (NAME.diwan/arrays/N), on "
             "a file system that every node sees",
             strerror(errno));
    return fail(message, directory, what);
  }
  struct stat status;
  unsigned char head[head_bytes];
  const char* what = NULL;
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    what = "is no file";
  } else if (read_at(file, 0, head, sizeof head) != 0 || memcmp(head, magic, sizeof magic) != 0) {
    what = "is no manifest of this version of diwan";
  } else if (diwan_crc32c(head, 12) != diwan_get32(head + 12)) {
    what = "is damaged; `diwan run` makes the array anew when its tasks are cancelled";
  }
  if (what != NULL) {
    close(file);
    return fail(message, directory, what);
  }
  *rows = diwan_get32(head + 8);
  *size = (uint64_t)status.st_size;
  return file;
}

int diwan_manifest_check(const char* directory, char* message) {
  uint32_t rows = 0;
  uint64_t size = 0;
  const int file = open_manifest(directory, &rows, &size, message);
  if (file < 0) {
    return -1;
  }
  close(file);
  return 0;
}

/// Points into the row's content; -1 where it is not what it should be.
static int take_apart(char* content, size_t size, uint32_t row, struct diwan_row* out) {
  const unsigned char* head = (const unsigned char*)content;
  if (size <= row_head_bytes || content[size - 1] != '\0' || diwan_get32(head) != row) {
    return -1;
  }
  out->trial = diwan_get32(head + 4);
  out->attempt = diwan_get32(head + 8);
  out->parameters = content + row_head_bytes;
  out->variables = out->parameters + strlen(out->parameters) + 1;
  out->end = content + size;
  for (const char* text = out->variables; text < out->end; text += strlen(text) + 1) {
    const char* sign = strchr(text, '=');
    if (sign == NULL || sign == text) {
      return -1;
    }
  }
  out->storage = content;
  return 0;
}

int diwan_manifest_row(const char* directory, uint32_t row, struct diwan_row* out, char* message) {
  uint32_t rows = 0;
  uint64_t size = 0;
  const int file = open_manifest(directory, &rows, &size, message);
  if (file < 0) {
    return -1;
  }
  if (row >= rows) {
    close(file);
    char what[128];
    snprintf(what, sizeof what,
             "has %lu rows, from 0, and none of number %lu; submit with --array=0-%lu",
             (unsigned long)rows, (unsigned long)row, rows == 0 ? 0UL : (unsigned long)rows - 1);
    return fail(message, directory, what);
  }
  unsigned char place[place_bytes];
  unsigned char frame[frame_bytes];
  char* content = NULL;
  int sound = read_at(file, head_bytes + (uint64_t)place_bytes * row, place, sizeof place) == 0;
  const uint64_t at = sound ? diwan_get64(place) : 0;
  sound = sound && at <= size && size - at >= frame_bytes &&
          read_at(file, at, frame, sizeof frame) == 0;
  const uint32_t length = sound ? diwan_get32(frame) : 0;
  sound = sound && length <= longest_row && length <= size - at - frame_bytes &&
          (content = malloc((size_t)length + 1)) != NULL &&
          read_at(file, at + frame_bytes, (unsigned char*)content, length) == 0 &&
          diwan_crc32c(content, length) == diwan_get32(frame + 4) &&
          take_apart(content, length, row, out) == 0;
  close(file);
  if (!sound) {
    free(content);
    return fail(message, directory,
                "is damaged; `diwan run` makes the array anew when its tasks are cancelled");
  }
  return 0;
}

void diwan_row_free(struct diwan_row* row) {
  free(row->storage);
  row->storage = NULL;
}

const char* diwan_row_value(const struct diwan_row* row, const char* name) {
  const size_t length = strlen(name);
  for (const char* text = row->variables; text < row->end; text += strlen(text) + 1) {
    if (strncmp(text, name, length) == 0 && text[length] == '=') {
      return text + length + 1;
    }
  }
  return NULL;
}
