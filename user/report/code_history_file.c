// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The header is that of state_header.h, of "rcwhist\n". The rest, in numbers of seven bits a byte, the lowest first (LEB128): how many points; of each the
 * length of its name, the name, the direction, and for each resolution how many rows; of each the start as the
 * difference to that of the row before (its sign in the lowest bit), the length, packets, a mask of the codes that
 * came, and their counts.
 */
#include "report/code_history_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/state_bytes.h"
#include "util/state_header.h"

#define MAGIC   "rcwhist\n"
#define NUMBER  10u /* bytes of a number, at most */
#define ROW_MAX (NUMBER * (4 + CODE_HISTORY_CODES))

_Static_assert(CODE_HISTORY_CODES < 64, "a bit of the mask for each code");

/* ---- writing ------------------------------------------------------------------------ */

static uint8_t *put_number(uint8_t *to, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		*to++ = (uint8_t)(0x80 | (number & 0x7f));
	*to++ = (uint8_t)number;
	return to;
}

static uint8_t *put_row(uint8_t *to, const struct code_history_row *row, int64_t before_ns)
{
	uint64_t change = (uint64_t)row->start_ns - (uint64_t)before_ns, mask = 0;

	for (size_t i = 0; i < CODE_HISTORY_CODES; i++)
		mask |= (uint64_t)(row->codes[i] != 0) << i;
	to = put_number(to, change << 1 ^ (change >> 63 ? UINT64_MAX : 0));
	to = put_number(to, (uint64_t)row->length_ns);
	to = put_number(to, row->packets);
	to = put_number(to, mask);
	for (size_t i = 0; i < CODE_HISTORY_CODES; i++)
		if (row->codes[i])
			to = put_number(to, row->codes[i]);
	return to;
}

static void write_number(FILE *out, uint64_t number)
{
	uint8_t bytes[NUMBER];
	size_t length = (size_t)(put_number(bytes, number) - bytes);

	fwrite(bytes, 1, length, out);
}

static void write_point(FILE *out, const struct code_history *history, size_t point)
{
	const struct code_history_point *of = &history->point[point];

	write_number(out, strlen(of->interface));
	fputs(of->interface, out);
	write_number(out, of->direction);
	for (size_t r = 0; r < CODE_HISTORY_RESOLUTIONS; r++) {
		const struct code_history_row *row;
		int64_t before_ns = 0;
		size_t at = 0;

		write_number(out, of->ring[r].count);
		while ((row = code_history_next(history, point, (enum code_history_resolution)r,
						INT64_MIN, &at)) != NULL) {
			uint8_t bytes[ROW_MAX];
			size_t length = (size_t)(put_row(bytes, row, before_ns) - bytes);

			fwrite(bytes, 1, length, out);
			before_ns = row->start_ns;
		}
	}
}

int code_history_encode(const struct code_history *history, char **data, size_t *size)
{
	FILE *out = state_bytes_begin(data, size);
	size_t points = 0;

	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < POINTS_MAX; i++)
		points += history->point[i].interface[0] != '\0';
	write_number(out, points);
	for (size_t i = 0; i < POINTS_MAX; i++)
		if (history->point[i].interface[0])
			write_point(out, history, i);
	return state_bytes_end(out, data, size, MAGIC, CODE_HISTORY_VERSION);
}

/* ---- reading ------------------------------------------------------------------------ */

/* Once something is wrong, all that is read is 0. */
struct cursor {
	const uint8_t *at, *end;
	bool wrong;
};

static uint64_t get_number(struct cursor *c, uint64_t max)
{
	uint64_t number = 0;

	for (unsigned int shift = 0; c->at < c->end && shift < 64 && !c->wrong; shift += 7) {
		uint64_t bits = *c->at & 0x7f;

		if (shift == 63 && bits > 1)
			break;
		number |= bits << shift;
		if (*c->at++ < 0x80) {
			if (number <= max)
				return number;
			break;
		}
	}
	c->wrong = true;
	return 0;
}

static void get_row(struct cursor *c, struct code_history_row *row, int64_t before_ns)
{
	uint64_t change = get_number(c, UINT64_MAX), mask;

	*row = (struct code_history_row){
		.start_ns = (int64_t)((uint64_t)before_ns +
				      (change >> 1 ^ (change & 1 ? UINT64_MAX : 0))),
		.length_ns = (int64_t)get_number(c, (uint64_t)CODE_HISTORY_LENGTH_MAX),
		.packets = get_number(c, UINT64_MAX),
	};
	mask = get_number(c, (UINT64_C(1) << CODE_HISTORY_CODES) - 1);
	for (size_t i = 0; i < CODE_HISTORY_CODES; i++) {
		if (!(mask >> i & 1))
			continue;
		row->codes[i] = get_number(c, UINT64_MAX);
		c->wrong |= !row->codes[i] ||
			    __builtin_add_overflow(row->responses, row->codes[i], &row->responses);
	}
	/* Of before 1970, or of a time that no clock of this kind comes to. */
	c->wrong |= row->start_ns < 0 || row->start_ns > INT64_MAX / 2;
}

static void get_rows(struct cursor *c, struct code_history *history, size_t point)
{
	static const uint64_t most[CODE_HISTORY_RESOLUTIONS] = {
		CODE_HISTORY_FULL_MAX,
		CODE_HISTORY_MINUTES_ROWS,
		CODE_HISTORY_HOURS_ROWS,
	};

	for (size_t r = 0; r < CODE_HISTORY_RESOLUTIONS; r++) {
		struct code_history_row row = {.start_ns = 0};

		for (uint64_t n = get_number(c, most[r]); n && !c->wrong; n--) {
			get_row(c, &row, row.start_ns);
			if (!c->wrong)
				code_history_append(history, point, (enum code_history_resolution)r,
						    &row);
		}
	}
}

static void get_name(struct cursor *c, char name[CODE_HISTORY_NAME_MAX])
{
	size_t length = get_number(c, CODE_HISTORY_NAME_MAX - 1);

	if (length > (size_t)(c->end - c->at) || !state_is_interface((const char *)c->at, length))
		c->wrong = true;
	if (!c->wrong)
		memcpy(name, c->at, length);
	name[c->wrong ? 0 : length] = '\0';
	c->at += c->wrong ? 0 : length;
}

static int get_point(struct cursor *c, struct code_history *history)
{
	char name[CODE_HISTORY_NAME_MAX];
	enum direction direction;
	int point;

	get_name(c, name);
	direction = (enum direction)get_number(c, DIRECTION_COUNT - 1);
	if (c->wrong || code_history_find(history, name, direction) >= 0)
		return -EBADMSG;
	point = code_history_place(history, name, direction);
	if (point < 0)
		return point;
	get_rows(c, history, (size_t)point);
	return c->wrong ? -EBADMSG : 0;
}

int code_history_decode_rows(struct code_history *history, const uint8_t *data, size_t size)
{
	struct cursor c = {.at = data, .end = data + size};
	uint64_t points = get_number(&c, POINTS_MAX);
	int err = c.wrong ? -EBADMSG : 0;

	for (; points && !err; points--)
		err = get_point(&c, history);
	if (!err && c.at != c.end)
		err = -EBADMSG;
	if (err)
		code_history_free(history);
	return err;
}

int code_history_decode(struct code_history *history, const uint8_t *data, size_t size)
{
	if (!state_header_is_right(data, size, MAGIC, CODE_HISTORY_VERSION))
		return -EBADMSG;
	return code_history_decode_rows(history, data + STATE_HEADER_SIZE,
					size - STATE_HEADER_SIZE);
}
