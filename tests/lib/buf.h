/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A growing buffer of bytes, for tests.
 *
 * Test code has no one to hand an error to: running out of memory or writing outside what is there
 * ends the program with a message on standard error (abort).
 */
#ifndef RCODEWATCH_TESTS_BUF_H
#define RCODEWATCH_TESTS_BUF_H

#include <stddef.h>
#include <stdint.h>

/* All zero is an empty buffer. The buffer owns @data; buf_free() gives it back. */
struct buf {
	uint8_t *data;
	size_t length; /* bytes in use */
	size_t capacity;
};

/* Print a line made by @format on standard error and abort. */
void build_failed(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

void buf_free(struct buf *buf);
/* Make it empty; the memory stays for reuse. */
void buf_reset(struct buf *buf);
/* Append @length bytes, or as many zero bytes if @bytes is NULL. */
void buf_put(struct buf *buf, const void *bytes, size_t length);
/* Append a number in network byte order. */
void buf_u8(struct buf *buf, unsigned int value);
void buf_u16(struct buf *buf, unsigned int value);
void buf_u32(struct buf *buf, uint32_t value);
/* Overwrite two bytes at @at, which must be there. */
void buf_set_u16(struct buf *buf, size_t at, unsigned int value);
/* The big-endian number at @at, which must be there. */
unsigned int buf_get_u16(const struct buf *buf, size_t at);

#endif
