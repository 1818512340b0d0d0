// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#ifndef DIWAN_SPANK_MANIFEST_H
#define DIWAN_SPANK_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

// Reads the file `manifest` of an array's folder; its format stands in
// driver/launchers/slurm/manifest.hpp, which writes it. Each row has its own checksum, so that a
// task reads its own row and no other. A damaged file gives a message.

/// Long enough for every message, which holds a path.
enum { diwan_message_bytes = 4096 + 512 };

/// What a task of a user's own batch script is told.
struct diwan_row {
  uint32_t trial;
  uint32_t attempt;
  const char* parameters;  ///< text of the file DIWAN_PARAMETERS
  const char* variables;   ///< "NAME=value", each ended by NUL
  const char* end;         ///< of the variables
  char* storage;           ///< of all these; freed by diwan_row_free
};

/// Is there a manifest in this folder of an array?
/// @return 0, or -1 with a message of at most diwan_message_bytes
int diwan_manifest_check(const char* directory, char* message);

/// @return 0, or -1 with a message; then there is nothing to free
int diwan_manifest_row(const char* directory, uint32_t row, struct diwan_row* out, char* message);

void diwan_row_free(struct diwan_row* row);

/// The value of a variable of the row; NULL where it has none.
const char* diwan_row_value(const struct diwan_row* row, const char* name);

#endif
