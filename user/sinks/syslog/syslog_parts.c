// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/syslog/syslog_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/utf8.h"

/* meta.sequenceId: RFC 5424 section 7.3.1. */
#define SEQUENCE_MAX 2147483647u
/* What is reckoned with before the number of parts is known; more than there can be. */
#define PARTS_MAX 999u

struct syslog_piece syslog_piece(const struct syslog_record *record, const struct syslog_part *part,
				 size_t i)
{
	const struct syslog_field *field = &record->field[i];
	size_t from = i == part->from.field ? part->from.offset : 0;
	size_t to = i == part->to.field ? part->to.offset : field->length;

	return (struct syslog_piece){record->values + field->at + from, to - from};
}

size_t syslog_part_end(const struct syslog_record *record, const struct syslog_part *part)
{
	size_t end = part->to.field + (part->to.offset > 0);

	return end < record->count ? end : record->count;
}

static int render(const struct syslog_format *format, const struct syslog_record *record,
		  const struct syslog_origin *origin, const struct syslog_part *part,
		  char **message, size_t *size)
{
	FILE *out = open_memstream(message, size);
	bool failed;

	if (!out)
		return -ENOMEM;
	format->write(out, record, origin, part);
	failed = ferror(out);
	if (fclose(out) == 0 && !failed)
		return 0;
	free(*message);
	return -ENOMEM;
}

/* How many of the @length bytes at @bytes, whole characters, there is @room for; takes from that. */
static size_t fit(const struct syslog_format *format, const char *bytes, size_t length,
		  size_t *room)
{
	size_t used = 0;

	while (used < length) {
		size_t n = utf8_length(bytes + used, length - used), cost = 0;

		n = n ? n : 1;
		for (size_t i = 0; i < n; i++)
			cost += format->byte_cost((unsigned char)bytes[used + i]);
		if (cost > *room)
			break;
		*room -= cost;
		used += n;
	}
	return used;
}

static bool at_end(const struct syslog_record *record, const struct syslog_place *place)
{
	return place->field == record->count && place->text == record->text_length;
}

/* As far as one gets from @from with @room bytes. */
static struct syslog_place advance(const struct syslog_format *format,
				   const struct syslog_record *record, struct syslog_place from,
				   size_t room)
{
	struct syslog_place to = from;

	to.text += fit(format, record->text + to.text, record->text_length - to.text, &room);
	while (to.field < record->count) {
		const struct syslog_field *field = &record->field[to.field];
		size_t name = strlen(field->name) + format->field_cost;
		size_t left = field->length - to.offset, fitted;

		if (name > room)
			break;
		room -= name;
		fitted = fit(format, record->values + field->at + to.offset, left, &room);
		if (fitted < left) {
			/* Only where a part of its own is too short for it is a value split. */
			if (memcmp(&from, &to, sizeof(to)) == 0)
				to.offset += fitted;
			break;
		}
		to.field++;
		to.offset = 0;
	}
	return to;
}

/* Parts from the beginning to the end into @part, if there is room for them. How many, or 0. */
static unsigned int divide(const struct syslog_format *format, const struct syslog_record *record,
			   size_t room, struct syslog_part part[PARTS_MAX])
{
	struct syslog_place at = {.field = record->heads};
	unsigned int parts = 0;

	do {
		struct syslog_place to = advance(format, record, at, room);

		if (parts == PARTS_MAX ||
		    (memcmp(&at, &to, sizeof(to)) == 0 && !at_end(record, &at)))
			return 0;
		part[parts] = (struct syslog_part){.from = at, .to = to, .number = parts + 1};
		parts++;
		at = to;
	} while (!at_end(record, &at));
	for (unsigned int i = 0; i < parts; i++)
		part[i].parts = parts;
	return parts;
}

static int put_part(const struct syslog_format *format, const struct syslog_record *record,
		    struct syslog_origin *origin, const struct syslog_part *part, size_t max,
		    void (*put)(void *to, const char *message, size_t size), void *to)
{
	char *message = NULL;
	size_t size = 0;
	int err;

	origin->sequence = origin->sequence % SEQUENCE_MAX + 1;
	err = render(format, record, origin, part, &message, &size);
	if (err)
		return err;
	if (format->whole || size <= max)
		put(to, message, size);
	else
		err = -EMSGSIZE;
	free(message);
	return err;
}

/* The bytes of a message that has nothing but heads, with the longest numbers of everything. */
static int measure(const struct syslog_format *format, const struct syslog_record *record,
		   const struct syslog_origin *origin, size_t *size)
{
	const struct syslog_part none = {
		.from = {.field = record->heads},
		.to = {.field = record->heads},
		.number = PARTS_MAX,
		.parts = PARTS_MAX,
	};
	struct syslog_origin longest = *origin;
	char *message = NULL;
	int err;

	longest.sequence = SEQUENCE_MAX;
	err = render(format, record, &longest, &none, &message, size);
	if (!err)
		free(message);
	*size += format->text_cost;
	return err;
}

int syslog_write(const struct syslog_format *format, const struct syslog_record *record,
		 struct syslog_origin *origin, size_t max,
		 void (*put)(void *to, const char *message, size_t size), void *to)
{
	struct syslog_part whole = {
		.from = {.field = record->heads},
		.to = {.field = record->count, .text = record->text_length},
		.number = 1,
		.parts = 1,
	};
	struct syslog_part *part;
	unsigned int parts;
	size_t heads = 0;
	int err;

	if (record->full)
		return -EMSGSIZE;
	if (format->whole)
		return put_part(format, record, origin, &whole, max, put, to);
	err = measure(format, record, origin, &heads);
	if (err)
		return err;
	part = calloc(PARTS_MAX, sizeof(*part));
	if (!part)
		return -ENOMEM;
	parts = heads < max ? divide(format, record, max - heads, part) : 0;
	if (!parts)
		err = -EMSGSIZE;
	for (unsigned int i = 0; i < parts && !err; i++)
		err = put_part(format, record, origin, &part[i], max, put, to);
	free(part);
	return err;
}
