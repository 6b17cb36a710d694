// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/state_header.h"

#include <string.h>
#include <zlib.h>

#define MAGIC_SIZE 8u

static void put_little(char *to, uint64_t number, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		to[i] = (char)(uint8_t)(number >> 8 * i);
}

static uint64_t get_little(const uint8_t *from, size_t bytes)
{
	uint64_t number = 0;

	for (size_t i = 0; i < bytes; i++)
		number |= (uint64_t)from[i] << 8 * i;
	return number;
}

static uint32_t checksum(const uint8_t *data, size_t size)
{
	return (uint32_t)crc32_z(0, data + STATE_HEADER_SIZE, size - STATE_HEADER_SIZE);
}

void state_header_put(char *data, size_t size, const char *magic, uint32_t version)
{
	memcpy(data, magic, MAGIC_SIZE);
	put_little(data + 8, version, 4);
	put_little(data + 12, checksum((const uint8_t *)data, size), 4);
	put_little(data + 16, size - STATE_HEADER_SIZE, 8);
}

bool state_header_is_right(const uint8_t *data, size_t size, const char *magic, uint32_t version)
{
	return size >= STATE_HEADER_SIZE && memcmp(data, magic, MAGIC_SIZE) == 0 &&
	       get_little(data + 8, 4) == version &&
	       get_little(data + 16, 8) == size - STATE_HEADER_SIZE &&
	       get_little(data + 12, 4) == checksum(data, size);
}
