/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A file in memory with a name to open it by: nothing stays behind, however a test ends. */
#ifndef RCODEWATCH_TESTS_MEMORY_FILE_H
#define RCODEWATCH_TESTS_MEMORY_FILE_H

#include <stddef.h>

#define MEMORY_FILE_NAME_MAX 64

struct memory_file {
	int fd;
	char path[MEMORY_FILE_NAME_MAX];
};

/* Make a file of the @length bytes at @bytes. Aborts if that fails. */
void memory_file_make(struct memory_file *file, const void *bytes, size_t length);
void memory_file_close(struct memory_file *file);

#endif
