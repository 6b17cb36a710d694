// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/state_bytes.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/state_header.h"

#define LENGTH_SIZE 4u

/* ---- reading ------------------------------------------------------------------------ */

uint64_t state_get_number(struct state_cursor *c, size_t bytes)
{
	uint64_t number = 0;

	if (c->wrong || (size_t)(c->end - c->at) < bytes) {
		c->wrong = true;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		number |= (uint64_t)*c->at++ << 8 * i;
	return number;
}

uint64_t state_get_upto(struct state_cursor *c, size_t bytes, uint64_t max)
{
	uint64_t number = state_get_number(c, bytes);

	c->wrong |= number > max;
	return c->wrong ? 0 : number;
}

double state_get_double(struct state_cursor *c)
{
	uint64_t bits = state_get_number(c, sizeof(bits));
	double number;

	memcpy(&number, &bits, sizeof(number));
	c->wrong |= !isfinite(number) || number < 0;
	return c->wrong ? 0 : number;
}

const char *state_get_text(struct state_cursor *c, size_t max, size_t *size)
{
	const char *text;

	*size = state_get_number(c, LENGTH_SIZE);
	if (c->wrong || *size > max || (size_t)(c->end - c->at) <= *size || c->at[*size] != '\0') {
		c->wrong = true;
		*size = 0;
		return "";
	}
	text = (const char *)c->at;
	c->at += *size + 1;
	return text;
}

const char *state_get_name(struct state_cursor *c, size_t max)
{
	size_t size;
	const char *name = state_get_text(c, max, &size);

	c->wrong |= !size || strlen(name) != size;
	return name;
}

bool state_is_interface(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == '/' || name[i] == ':')
			return false;
	return length > 0;
}

/* ---- writing ------------------------------------------------------------------------ */

void state_put_number(FILE *out, uint64_t number, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		fputc((int)(number >> 8 * i & 0xff), out);
}

void state_put_double(FILE *out, double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	state_put_number(out, bits, sizeof(bits));
}

void state_put_text(FILE *out, const char *text, size_t size)
{
	state_put_number(out, size, LENGTH_SIZE);
	fwrite(text, 1, size, out);
	fputc('\0', out);
}

FILE *state_bytes_begin(char **data, size_t *size)
{
	static const char header[STATE_HEADER_SIZE];
	FILE *out = open_memstream(data, size);

	if (out)
		fwrite(header, 1, sizeof(header), out);
	return out;
}

int state_bytes_end(FILE *out, char **data, const size_t *size, const char *magic, uint32_t version)
{
	bool failed = ferror(out) != 0;

	if (fclose(out) != 0 || failed) {
		free(*data);
		*data = NULL;
		return -ENOMEM;
	}
	state_header_put(*data, *size, magic, version);
	return 0;
}
