// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

/// Before a function with a loop: it is compiled for wider vectors too, and the widest that the
/// machine has is chosen when the program is loaded. No operation is fused or reordered, so the
/// bits are the same.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__GLIBC__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define DIWAN_WIDEST_VECTORS [[gnu::target_clones("avx512f", "avx2", "default")]]
#else
#define DIWAN_WIDEST_VECTORS
#endif
