// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/memory_buffer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

int memory_buffer_open(struct memory_buffer *buffer)
{
	*buffer = (struct memory_buffer){0};
	buffer->out = open_memstream(&buffer->data, &buffer->size);
	return buffer->out ? 0 : -ENOMEM;
}

int memory_buffer_write(struct memory_buffer *buffer, FILE *to)
{
	bool failed = ferror(buffer->out);
	int err = 0;

	if (fclose(buffer->out) || failed) {
		err = -ENOMEM;
	} else {
		/* The error flag of an earlier report must not condemn this one. */
		clearerr(to);
		errno = 0;
		if (fwrite(buffer->data, 1, buffer->size, to) != buffer->size || fflush(to))
			err = errno ? -errno : -EIO;
	}
	free(buffer->data);
	*buffer = (struct memory_buffer){0};
	return err;
}

void memory_buffer_drop(struct memory_buffer *buffer)
{
	fclose(buffer->out);
	free(buffer->data);
	*buffer = (struct memory_buffer){0};
}
