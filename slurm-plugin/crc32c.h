// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#ifndef DIWAN_SPANK_CRC32C_H
#define DIWAN_SPANK_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli), as collectors/crc32c.hpp computes it.
uint32_t diwan_crc32c(const void* bytes, size_t size);

#endif
