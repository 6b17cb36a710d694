/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A part of a BPF array (BPF_F_MMAPABLE, kernel 5.5), mapped while it is read. All pages of a mapping are
 * resident at once, and a system call for each element takes as long as mapping three pages.
 */
#ifndef RCODEWATCH_MAP_MMAP_H
#define RCODEWATCH_MAP_MMAP_H

#include <stddef.h>
#include <stdint.h>

struct map_mmap {
	void *memory; /* NULL: closed */
	size_t size;
	const void *first; /* the first element asked for */
};

/*
 * Map for reading the @count elements from @first on of the array @fd, of @element bytes each, a multiple
 * of 8. 0 or a negative errno, with @window closed; on success close with map_mmap_close().
 */
int map_mmap_open(struct map_mmap *window, int fd, size_t element, uint32_t first, uint32_t count);
/* Nothing if it is closed. */
void map_mmap_close(struct map_mmap *window);

#endif
