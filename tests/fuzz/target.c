// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "target.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t fuzz_frames;

void fuzz_fail(const char *format, ...)
{
	va_list args;

	fputs("fuzz: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

/* A byte changed, put in or taken out. */
static size_t simple_bytes(uint8_t *data, size_t size, size_t max)
{
	static struct random random;
	size_t at = random_below(&random, size);

	switch (random_below(&random, 4)) {
	case 0:
		if (size >= max)
			break;
		memmove(data + at + 1, data + at, size - at);
		data[at] = (uint8_t)random_next(&random);
		return size + 1;
	case 1:
		if (size < 2)
			break;
		memmove(data + at, data + at + 1, size - at - 1);
		return size - 1;
	case 2:
		if (size)
			data[at] ^= (uint8_t)(1u << random_below(&random, 8));
		break;
	default:
		if (size)
			data[at] = (uint8_t)random_next(&random);
		break;
	}
	return size;
}

size_t (*fuzz_bytes)(uint8_t *data, size_t size, size_t max) = simple_bytes;
