// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/random.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "util/log.h"

int random_bytes(void *bytes, size_t size)
{
	/* Up to 256 bytes come whole or not at all: getrandom(2). */
	if (getrandom(bytes, size, 0) != (ssize_t)size) {
		int err = -errno;

		log_error("cannot get random bytes: %s", strerror(-err));
		return err;
	}
	return 0;
}
