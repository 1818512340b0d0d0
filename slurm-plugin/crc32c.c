// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "slurm-plugin/crc32c.h"

uint32_t diwan_crc32c(const void* bytes, size_t size) {
  // Four bits at a time: the remainders of 0 to 15 by the reflected polynomial 0x82f63b78.
  static const uint32_t remainders[16] = {0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
                                          0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
                                          0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
                                          0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75};
  const unsigned char* byte = bytes;
  uint32_t sum = 0xffffffff;
  for (size_t i = 0; i < size; ++i) {
    sum ^= byte[i];
    sum = (sum >> 4) ^ remainders[sum & 15];
    sum = (sum >> 4) ^ remainders[sum & 15];
  }
  return sum ^ 0xffffffff;
}
