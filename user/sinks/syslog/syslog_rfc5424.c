// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/syslog/syslog_rfc5424.h"

#include <stdbool.h>
#include <string.h>
#include <sys/timex.h>

#include "util/timestamp.h"

#define BOM "\xef\xbb\xbf"

/* Section 6.3.3. */
static bool needs_escape(unsigned char byte)
{
	return byte == '"' || byte == '\\' || byte == ']';
}

static size_t byte_cost(unsigned char byte)
{
	return needs_escape(byte) ? 2 : 1;
}

static void put_param(FILE *out, const char *name, struct syslog_piece piece)
{
	fprintf(out, " %s=\"", name);
	for (size_t i = 0; i < piece.length; i++) {
		if (needs_escape((unsigned char)piece.value[i]))
			fputc('\\', out);
		fputc(piece.value[i], out);
	}
	fputc('"', out);
}

/* Section 7.1. Asking for the clock's state needs no privilege, but a sandbox may forbid it. */
static void put_time_quality(FILE *out)
{
	struct timex clock = {0};
	int state = adjtimex(&clock);
	bool synced = state >= 0 && state != TIME_ERROR && !(clock.status & STA_UNSYNC);

	fprintf(out, "[timeQuality tzKnown=\"1\" isSynced=\"%d\"", synced);
	if (synced && clock.maxerror >= 0)
		fprintf(out, " syncAccuracy=\"%ld\"", clock.maxerror);
	fputc(']', out);
}

static void put_record(FILE *out, const struct syslog_record *record,
		       const struct syslog_part *part)
{
	size_t end = syslog_part_end(record, part);

	fprintf(out, "[%s", record->sd_id);
	for (size_t i = 0; i < record->heads; i++) {
		const struct syslog_field *head = &record->field[i];

		put_param(out, head->name,
			  (struct syslog_piece){record->values + head->at, head->length});
	}
	if (part->parts > 1)
		fprintf(out, " part=\"%u\" parts=\"%u\"", part->number, part->parts);
	for (size_t i = part->from.field; i < end; i++)
		put_param(out, record->field[i].name, syslog_piece(record, part, i));
	fputc(']', out);
}

static void put_text(FILE *out, const char *text, size_t length)
{
	bool ascii = true;

	for (size_t i = 0; i < length; i++)
		ascii = ascii && (unsigned char)text[i] < 0x80;
	if (length)
		fprintf(out, " %s", ascii ? "" : BOM);
	fwrite(text, 1, length, out);
}

static void write_message(FILE *out, const struct syslog_record *record,
			  const struct syslog_origin *origin, const struct syslog_part *part)
{
	char stamp[TIMESTAMP_SIZE];

	fprintf(out, "<%u>1 %s %s %s %u %s ", origin->facility * 8 + (unsigned int)record->severity,
		timestamp_utc(stamp, record->time_ns), origin->hostname, origin->app_name,
		origin->pid, record->msgid);
	put_time_quality(out);
	fprintf(out, "[origin software=\"rcodewatch\" swVersion=\"%s\"][meta sequenceId=\"%u\"]",
		RCODEWATCH_VERSION, origin->sequence);
	put_record(out, record, part);
	put_text(out, record->text + part->from.text, part->to.text - part->from.text);
}

const struct syslog_format syslog_rfc5424 = {
	.write = write_message,
	.byte_cost = byte_cost,
	.field_cost = 4, /* a space, = and two quotes */
	.text_cost = sizeof(" " BOM) - 1,
};
