/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is known of a rare value; rare_read.h reads it. */
#ifndef RCODEWATCH_RARE_ENTRY_H
#define RCODEWATCH_RARE_ENTRY_H

#include <stdint.h>

#include "abi.h"

/*
 * Of retired values one sum is kept for each class that metrics tell apart: RCODEs below RCODE_DIRECT and info codes
 * below EDE_DIRECT by themselves, and of the others those of private use and the rest.
 */
#define RARE_CLASSES ((RCODE_DIRECT + 2u) * (EDE_DIRECT + 2u))

/* A value that is in the kernel's table, of one epoch or both. */
struct rare_entry {
	uint64_t order; /* point, kind and value: what entries are sorted by */
	uint64_t count; /* since it was born */
	uint64_t last
		[2]; /* by epoch: the kernel's count when it was last read; 0 where it has none */
	uint32_t born;
	uint32_t in_kernel; /* a bit for each epoch */
};

#endif
