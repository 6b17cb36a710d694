/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A report is put together in memory and written in one go: half a report helps nobody. */
#ifndef RCODEWATCH_MEMORY_BUFFER_H
#define RCODEWATCH_MEMORY_BUFFER_H

#include <stddef.h>
#include <stdio.h>

struct memory_buffer {
	FILE *out; /* write here */
	char *data;
	size_t size;
};

/* 0, or -ENOMEM with nothing to free. */
int memory_buffer_open(struct memory_buffer *buffer);
/* Free it unwritten. */
void memory_buffer_drop(struct memory_buffer *buffer);
/*
 * Write what was gathered to @to, flush it, and free the buffer. 0, -ENOMEM if gathering failed
 * (@to is untouched then), or the negative errno of the write.
 */
int memory_buffer_write(struct memory_buffer *buffer, FILE *to);

#endif
