// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/syslog/syslog_record.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/utf8.h"

void record_begin(struct syslog_record *record, const char *msgid, const char *sd_id,
		  enum syslog_severity severity, int64_t time_ns)
{
	record->msgid = msgid;
	record->sd_id = sd_id;
	record->severity = severity;
	record->time_ns = time_ns;
	record->full = false;
	record->count = record->heads = 0;
	record->used = record->text_length = 0;
}

void record_heads_end(struct syslog_record *record)
{
	record->heads = record->count;
}

/* A field without a value yet, or NULL. */
static struct syslog_field *add_field(struct syslog_record *record, const char *prefix,
				      const char *rest)
{
	struct syslog_field *field = &record->field[record->count];
	int length;

	if (record->count == SYSLOG_FIELDS_MAX) {
		record->full = true;
		return NULL;
	}
	length = snprintf(field->name, sizeof(field->name), "%s%s", prefix, rest);
	if (length < 1 || (size_t)length >= sizeof(field->name)) {
		record->full = true;
		return NULL;
	}
	for (char *c = field->name; *c; c++)
		if (!isascii(*c) || !(isalnum((unsigned char)*c) || strchr("_-.", *c)))
			*c = '_';
	field->number = false;
	field->at = record->used;
	field->length = 0;
	record->count++;
	return field;
}

/* Append to what grows at @to; false if there is no room. */
static bool append(char *to, size_t size, size_t *used, const char *bytes, size_t length)
{
	if (length > size - *used)
		return false;
	memcpy(to + *used, bytes, length);
	*used += length;
	return true;
}

static bool append_escaped(char *to, size_t size, size_t *used, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length;) {
		size_t n = utf8_length(bytes + i, length - i);
		bool plain = n && utf8_harmless(utf8_code_point(bytes + i, n));
		char escape[8];

		if (!plain) {
			snprintf(escape, sizeof(escape), "\\%03u", (unsigned char)bytes[i]);
			if (!append(to, size, used, escape, 4))
				return false;
			i++;
			continue;
		}
		if (bytes[i] == '\\' && !append(to, size, used, "\\", 1))
			return false;
		if (!append(to, size, used, bytes + i, n))
			return false;
		i += n;
	}
	return true;
}

static void end_field(struct syslog_record *record, struct syslog_field *field, bool fitted)
{
	if (!fitted)
		record->full = true;
	field->length = record->used - field->at;
}

void record_string(struct syslog_record *record, const char *prefix, const char *rest,
		   const char *value)
{
	struct syslog_field *field = add_field(record, prefix, rest);

	if (field)
		end_field(record, field,
			  append(record->values, sizeof(record->values), &record->used, value,
				 strlen(value)));
}

void record_bytes(struct syslog_record *record, const char *prefix, const char *rest,
		  const char *value, size_t length)
{
	struct syslog_field *field = add_field(record, prefix, rest);

	if (field)
		end_field(record, field,
			  append_escaped(record->values, sizeof(record->values), &record->used,
					 value, length));
}

static void put_number(struct syslog_record *record, const char *prefix, const char *rest,
		       const char *value)
{
	size_t before = record->count;

	record_string(record, prefix, rest, value);
	if (record->count > before)
		record->field[before].number = true;
}

void record_u64(struct syslog_record *record, const char *prefix, const char *rest, uint64_t value)
{
	char number[32];

	snprintf(number, sizeof(number), "%" PRIu64, value);
	put_number(record, prefix, rest, number);
}

void record_double(struct syslog_record *record, const char *prefix, const char *rest, double value)
{
	char number[352]; /* the largest double has 309 digits */

	snprintf(number, sizeof(number), "%.3f", value);
	put_number(record, prefix, rest, number);
}

void record_text(struct syslog_record *record, const char *format, ...)
{
	size_t room = sizeof(record->text) - record->text_length;
	va_list values;
	int length;

	va_start(values, format);
	length = vsnprintf(record->text + record->text_length, room, format, values);
	va_end(values);
	if (length < 0 || (size_t)length >= room)
		record->full = true;
	else
		record->text_length += (size_t)length;
}

void record_text_bytes(struct syslog_record *record, const char *bytes, size_t length)
{
	if (!append_escaped(record->text, sizeof(record->text), &record->text_length, bytes,
			    length))
		record->full = true;
}
