/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a syslog message says, before any format: a line for people and named values. Formats are
 * syslog_rfc5424.h and syslog_local.h.
 */
#ifndef RCODEWATCH_SYSLOG_RECORD_H
#define RCODEWATCH_SYSLOG_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/log.h"

/* RFC 5424 section 6.2.1, table 2. */
enum syslog_severity {
	SYSLOG_ERR = 3,
	SYSLOG_WARNING = 4,
	SYSLOG_NOTICE = 5,
	SYSLOG_INFO = 6,
};

/* RFC 5424 section 6.3.3: SD-NAME = 1*32PRINTUSASCII but =, space, ] and ". */
#define SYSLOG_NAME_MAX 32
/* Room for the worst report; tests/unit/test_syslog_content.c holds it to that. */
#define SYSLOG_FIELDS_MAX 512
#define SYSLOG_VALUES_MAX (64u * 1024u)
#define SYSLOG_TEXT_MAX   4096

struct syslog_field {
	char name[SYSLOG_NAME_MAX + 1];
	bool number; /* its value is a JSON number */
	size_t at, length;
};

/*
 * Values and text are well-formed UTF-8 of characters that utf8_harmless() accepts. Large: not for the stack.
 */
struct syslog_record {
	const char *msgid; /* "REPORT" */
	const char *sd_id; /* "report@32473" */
	enum syslog_severity severity;
	int64_t time_ns; /* since 1970-01-01 UTC */
	bool full;       /* something found no room: not to be sent */

	struct syslog_field field[SYSLOG_FIELDS_MAX];
	size_t count;
	size_t heads; /* the first so many say what the message is about, and are in each part of it */
	char values[SYSLOG_VALUES_MAX];
	size_t used;
	char text[SYSLOG_TEXT_MAX];
	size_t text_length;
};

void record_begin(struct syslog_record *record, const char *msgid, const char *sd_id,
		  enum syslog_severity severity, int64_t time_ns);
/* The fields until here are heads. */
void record_heads_end(struct syslog_record *record);

/*
 * @name is @prefix and @rest; what a name cannot hold (SYSLOG_NAME_MAX) becomes _. Value: a string
 * that is as it must be.
 */
void record_string(struct syslog_record *record, const char *prefix, const char *rest,
		   const char *value);
/*
 * @length bytes from elsewhere. Control characters and what is no UTF-8 become \DDD each byte (RFC
 * 1035 section 5.1), a backslash becomes two: nothing is lost, nothing can be mistaken.
 */
void record_bytes(struct syslog_record *record, const char *prefix, const char *rest,
		  const char *value, size_t length);
void record_u64(struct syslog_record *record, const char *prefix, const char *rest, uint64_t value);
/* With three decimals. */
void record_double(struct syslog_record *record, const char *prefix, const char *rest,
		   double value);

/* More of the text. @format and what it prints are as they must be; */
void record_text(struct syslog_record *record, const char *format, ...) PRINTF_LIKE(2, 3);
/* this is escaped as in record_bytes(). */
void record_text_bytes(struct syslog_record *record, const char *bytes, size_t length);

#endif
