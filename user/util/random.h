/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_RANDOM_H
#define RCODEWATCH_RANDOM_H

#include <stddef.h>

/* Fill @bytes with @size random ones, at most 256. 0 or a negative errno, which was logged. */
int random_bytes(void *bytes, size_t size);

#endif
