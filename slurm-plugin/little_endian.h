// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#ifndef DIWAN_SPANK_LITTLE_ENDIAN_H
#define DIWAN_SPANK_LITTLE_ENDIAN_H

#include <stdint.h>

static inline uint32_t diwan_get32(const unsigned char* bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
         (uint32_t)bytes[3] << 24;
}

static inline uint64_t diwan_get64(const unsigned char* bytes) {
  return diwan_get32(bytes) | (uint64_t)diwan_get32(bytes + 4) << 32;
}

static inline void diwan_put32(unsigned char* bytes, uint32_t value) {
  for (int i = 0; i < 4; ++i) {
    bytes[i] = (unsigned char)(value >> (8 * i));
  }
}

static inline void diwan_put64(unsigned char* bytes, uint64_t value) {
  diwan_put32(bytes, (uint32_t)value);
  diwan_put32(bytes + 4, (uint32_t)(value >> 32));
}

#endif
