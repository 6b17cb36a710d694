// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <time.h>

#include "util/json_writer.h"
#include "sinks/syslog/syslog_local.h"
#include "util/clock.h"

/*
 * The most bytes of JSON that one byte of text can need. An escaped character of two or three bytes needs 6, one of
 * four bytes 12: 3 for each byte at most.
 */
static size_t byte_cost(unsigned char byte)
{
	if (byte == '"' || byte == '\\')
		return 2;
	if (byte < 0x20 || byte == 0x7f)
		return 6;
	return byte < 0x80 ? 1 : 3;
}

static void put_field(struct json *j, const struct syslog_field *field, struct syslog_piece piece)
{
	if (field->number)
		json_number(j, field->name, piece.value, piece.length);
	else
		json_string_n(j, field->name, piece.value, piece.length);
}

/* Mmm dd hh:mm:ss, in local time: RFC 3164 section 4.1.2. The program keeps the C locale for it. */
static void put_stamp(FILE *out, int64_t ns)
{
	time_t seconds = (time_t)(ns / NS_PER_S);
	char stamp[32];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &tm);
	fputs(stamp, out);
}

static void write_message(FILE *out, const struct syslog_record *record,
			  const struct syslog_origin *origin, const struct syslog_part *part)
{
	size_t end = syslog_part_end(record, part);
	struct json j;

	fprintf(out, "<%u>", origin->facility * 8 + (unsigned int)record->severity);
	put_stamp(out, record->time_ns);
	fprintf(out, " %s[%u]: @cee:", origin->app_name, origin->pid);
	json_init(&j, out);
	json_object_begin(&j, NULL);
	json_string(&j, "msgid", record->msgid);
	json_string_n(&j, "msg", record->text + part->from.text, part->to.text - part->from.text);
	json_u64(&j, "sequence", origin->sequence);
	for (size_t i = 0; i < record->heads; i++) {
		const struct syslog_field *head = &record->field[i];

		put_field(&j, head, (struct syslog_piece){record->values + head->at, head->length});
	}
	if (part->parts > 1) {
		json_u64(&j, "part", part->number);
		json_u64(&j, "parts", part->parts);
	}
	for (size_t i = part->from.field; i < end; i++)
		put_field(&j, &record->field[i], syslog_piece(record, part, i));
	json_object_end(&j);
}

const struct syslog_format syslog_cee = {
	.write = write_message,
	.byte_cost = byte_cost,
	.field_cost = 6, /* a comma, a colon and four quotes */
};
