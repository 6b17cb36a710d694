// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <ctype.h>
#include <stdio.h>

#include "sinks/syslog/syslog_local.h"
#include "util/journal_field.h"

#define PREFIX "RCODEWATCH_"

/* A name is A-Z, 0-9 and _. */
static void put_field(FILE *out, const char *name, const char *value, size_t length)
{
	char whole[JOURNAL_NAME_MAX + 1], head[JOURNAL_HEAD_MAX];
	size_t size;

	snprintf(whole, sizeof(whole), PREFIX "%s", name);
	for (char *c = whole; *c; c++)
		*c = isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_';
	size = journal_field_head(head, whole, value, length);
	fwrite(head, 1, size, out);
	fwrite(value, 1, length, out);
	fputc('\n', out);
}

static void write_message(FILE *out, const struct syslog_record *record,
			  const struct syslog_origin *origin, const struct syslog_part *part)
{
	(void)part;
	fprintf(out,
		"PRIORITY=%d\nSYSLOG_FACILITY=%u\nSYSLOG_IDENTIFIER=%s\nSYSLOG_PID=%u\n"
		"RCODEWATCH_MSGID=%s\nRCODEWATCH_SEQUENCE=%u\nMESSAGE=%.*s\n",
		record->severity, origin->facility, origin->app_name, origin->pid, record->msgid,
		origin->sequence, (int)record->text_length, record->text);
	for (size_t i = 0; i < record->count; i++)
		put_field(out, record->field[i].name, record->values + record->field[i].at,
			  record->field[i].length);
}

const struct syslog_format syslog_journal = {
	.write = write_message,
	.whole = true,
};
