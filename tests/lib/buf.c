// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void build_failed(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("packet builder: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	abort();
}

void buf_free(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){0};
}

void buf_reset(struct buf *buf)
{
	buf->length = 0;
}

static void reserve(struct buf *buf, size_t more)
{
	size_t capacity = buf->capacity ? buf->capacity : 256;
	uint8_t *data;

	if (more > SIZE_MAX / 4 - buf->length)
		build_failed("%zu bytes more are too many", more);
	while (capacity < buf->length + more)
		capacity *= 2;
	if (capacity == buf->capacity)
		return;
	data = realloc(buf->data, capacity);
	if (!data)
		build_failed("no memory for %zu bytes", capacity);
	buf->data = data;
	buf->capacity = capacity;
}

void buf_put(struct buf *buf, const void *bytes, size_t length)
{
	if (!length)
		return;
	reserve(buf, length);
	if (bytes)
		memcpy(buf->data + buf->length, bytes, length);
	else
		memset(buf->data + buf->length, 0, length);
	buf->length += length;
}

void buf_u8(struct buf *buf, unsigned int value)
{
	uint8_t byte = (uint8_t)value;

	if (value > 0xff)
		build_failed("%u does not fit 8 bits", value);
	buf_put(buf, &byte, sizeof(byte));
}

void buf_u16(struct buf *buf, unsigned int value)
{
	if (value > 0xffff)
		build_failed("%u does not fit 16 bits", value);
	buf_u8(buf, value >> 8);
	buf_u8(buf, value & 0xff);
}

void buf_u32(struct buf *buf, uint32_t value)
{
	buf_u16(buf, value >> 16);
	buf_u16(buf, value & 0xffff);
}

void buf_set_u16(struct buf *buf, size_t at, unsigned int value)
{
	if (value > 0xffff || buf->length < 2 || at > buf->length - 2)
		build_failed("cannot set 16 bits at %zu of %zu to %u", at, buf->length, value);
	buf->data[at] = (uint8_t)(value >> 8);
	buf->data[at + 1] = (uint8_t)(value & 0xff);
}

unsigned int buf_get_u16(const struct buf *buf, size_t at)
{
	if (buf->length < 2 || at > buf->length - 2)
		build_failed("no 16 bits at %zu of %zu", at, buf->length);
	return (unsigned int)buf->data[at] << 8 | buf->data[at + 1];
}
