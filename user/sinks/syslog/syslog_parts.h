/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A record as one message or, where that would be longer than a receiver takes, as several: whole
 * messages all, with the record's heads and "part" and "parts" in each. Fields and text go on from
 * part to part in their order. A value that is too long for what room there is goes on under the same
 * name in the next part; nothing is cut off, and no character is split.
 */
#ifndef RCODEWATCH_SYSLOG_PARTS_H
#define RCODEWATCH_SYSLOG_PARTS_H

#include <stdio.h>

#include "sinks/syslog/syslog_record.h"

/* A stretch of a record. Fields begin behind the heads. */
struct syslog_place {
	size_t field, offset; /* a byte of that field's value */
	size_t text;          /* a byte of the text */
};

struct syslog_part {
	struct syslog_place from, to;
	unsigned int number, parts; /* 1 of 1: the record is whole */
};

/* Who sends. */
struct syslog_origin {
	unsigned int facility;
	char hostname[256]; /* 1 to 255 bytes of 0x21 to 0x7e: RFC 5424 section 6.2.4 */
	char app_name[49];  /* 1 to 48 likewise: section 6.2.5 */
	unsigned int pid;
	uint32_t sequence; /* of the last message: section 7.3.1 */
};

struct syslog_format {
	/* A whole message onto @out. Errors are the stream's. */
	void (*write)(FILE *out, const struct syslog_record *record,
		      const struct syslog_origin *origin, const struct syslog_part *part);
	size_t (*byte_cost)(
		unsigned char byte); /* what a byte of a value or the text takes at most */
	size_t field_cost;           /* what a field takes beside its name and value */
	size_t text_cost;            /* likewise the text, where there is some */
	bool whole;                  /* never in parts: the receiver takes any length */
};

/* A value's bytes in a part: those of field @i, from @from on, @length. */
struct syslog_piece {
	const char *value;
	size_t length;
};
/* What @part has of field @i, which is not a head and not before its beginning or behind its end. */
struct syslog_piece syslog_piece(const struct syslog_record *record, const struct syslog_part *part,
				 size_t i);
/* One behind the last field of which @part has something. */
size_t syslog_part_end(const struct syslog_record *record, const struct syslog_part *part);

/*
 * Give @put each message of @record, none longer than @max bytes. origin->sequence counts them. 0, or
 * a negative errno with the rest not put: -ENOMEM, -EMSGSIZE if @max has no room for heads or the
 * record is full.
 */
int syslog_write(const struct syslog_format *format, const struct syslog_record *record,
		 struct syslog_origin *origin, size_t max,
		 void (*put)(void *to, const char *message, size_t size), void *to);

#endif
