// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <ctype.h>

#include "sinks/syslog/syslog_local.h"

#define PREFIX "RCODEWATCH_"

/* Values have no newline: each is a line. A name is A-Z, 0-9 and _, 64 bytes at most. */
static void put_field(FILE *out, const char *name, const char *value, size_t length)
{
	fputs(PREFIX, out);
	for (; *name; name++)
		fputc(isalnum((unsigned char)*name) ? toupper((unsigned char)*name) : '_', out);
	fputc('=', out);
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
