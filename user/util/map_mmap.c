// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/map_mmap.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int map_mmap_open(struct map_mmap *window, int fd, size_t element, uint32_t first, uint32_t count)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t begin = first * element, end = begin + count * element;
	size_t from = begin / page * page, to = (end + page - 1) / page * page;
	void *memory = mmap(NULL, to - from, PROT_READ, MAP_SHARED, fd, (off_t)from);

	*window = (struct map_mmap){0};
	if (memory == MAP_FAILED)
		return -errno;
	*window = (struct map_mmap){
		.memory = memory,
		.size = to - from,
		.first = (const char *)memory + (begin - from),
	};
	return 0;
}

void map_mmap_close(struct map_mmap *window)
{
	if (window->memory)
		munmap(window->memory, window->size);
	*window = (struct map_mmap){0};
}
