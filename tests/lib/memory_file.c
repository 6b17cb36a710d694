// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "memory_file.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buf.h"

void memory_file_make(struct memory_file *file, const void *bytes, size_t length)
{
	const uint8_t *at = bytes;

	file->fd = memfd_create("test", MFD_CLOEXEC);
	if (file->fd < 0)
		build_failed("memfd_create: %s", strerror(errno));
	while (length > 0) {
		ssize_t wrote = write(file->fd, at, length);

		if (wrote <= 0)
			build_failed("cannot write a file in memory: %s", strerror(errno));
		at += wrote;
		length -= (size_t)wrote;
	}
	snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
}

void memory_file_close(struct memory_file *file)
{
	close(file->fd);
}
