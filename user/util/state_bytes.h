/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the files of the state directory are made of, behind their header (state_header.h): numbers in little-endian order, and
 * texts with their length before them (4 bytes) and a NUL behind. Nothing here opens a file; what is read may be damaged or made by
 * an enemy.
 */
#ifndef RCODEWATCH_STATE_BYTES_H
#define RCODEWATCH_STATE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Once something is wrong, all that is read is nothing. */
struct state_cursor {
	const uint8_t *at, *end;
	bool wrong;
};

uint64_t state_get_number(struct state_cursor *c, size_t bytes);
/* A number of @bytes that is not larger than @max. */
uint64_t state_get_upto(struct state_cursor *c, size_t bytes, uint64_t max);
/* As IEEE 754 has it, from 0 on and finite. */
double state_get_double(struct state_cursor *c);
/* Of @max bytes at most, where the data is. */
const char *state_get_text(struct state_cursor *c, size_t max, size_t *size);
/* The same with one byte at least, and none of them a NUL. */
const char *state_get_name(struct state_cursor *c, size_t max);
/* Whether the kernel takes it for an interface's name (dev_valid_name()), and it is of printable characters. */
bool state_is_interface(const char *name, size_t length);

void state_put_number(FILE *out, uint64_t number, size_t bytes);
void state_put_double(FILE *out, double number);
void state_put_text(FILE *out, const char *text, size_t size);

/* A stream for the bytes of a file, with room for its header; NULL: no memory. */
FILE *state_bytes_begin(char **data, size_t *size);
/* Close @out, which gave *@data of *@size bytes, and fill in the header. 0 or -ENOMEM, with *@data freed. */
int state_bytes_end(FILE *out, char **data, const size_t *size, const char *magic,
		    uint32_t version);

#endif
