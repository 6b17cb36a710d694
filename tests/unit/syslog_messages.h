/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* For the tests of syslog messages: a record, who sends it, and the messages that it became. */
#ifndef RCODEWATCH_SYSLOG_MESSAGES_H
#define RCODEWATCH_SYSLOG_MESSAGES_H

#include <stdlib.h>
#include <string.h>

#include "sinks/syslog/syslog_content.h"
#include "sinks/syslog/syslog_local.h"
#include "sinks/syslog/syslog_rfc5424.h"
#include "util/clock.h"

#define MESSAGES_MAX 400

static struct syslog_record record;
static struct syslog_origin origin;
static char *message[MESSAGES_MAX];
static size_t size[MESSAGES_MAX], messages;

static inline void keep(void *to, const char *text, size_t length)
{
	(void)to;
	assert_true(messages < MESSAGES_MAX);
	message[messages] = malloc(length + 1);
	assert_non_null(message[messages]);
	memcpy(message[messages], text, length);
	message[messages][length] = '\0';
	size[messages++] = length;
}

static inline int clear_messages(void **state)
{
	(void)state;
	while (messages)
		free(message[--messages]);
	origin = (struct syslog_origin){
		.facility = 3, .hostname = "res1.example", .app_name = "rcodewatch", .pid = 4711};
	return 0;
}

static inline int write_all(const struct syslog_format *format, size_t max)
{
	return syslog_write(format, &record, &origin, max, keep, NULL);
}

/* The only message, without timeQuality, which depends on the clock of the machine. */
static inline const char *only_rfc5424(void)
{
	char *begin, *end;

	assert_int_equal(write_all(&syslog_rfc5424, 8192), 0);
	assert_int_equal(messages, 1);
	assert_int_equal(size[0], strlen(message[0]));
	begin = strstr(message[0], "[timeQuality tzKnown=\"1\" isSynced=\"");
	assert_non_null(begin);
	end = strstr(begin, "\"][origin software=\"rcodewatch\" swVersion=\"");
	assert_non_null(end);
	memmove(begin, end + 2, strlen(end + 2) + 1);
	return message[0];
}

/* date -u -d @1795401070 */
#define STAMP "2026-11-23T02:31:10.000123Z"
#define TIME  (1795401070 * NS_PER_S + 123999)

#define ORIGIN "[origin software=\"rcodewatch\" swVersion=\"" RCODEWATCH_VERSION "\"]"

#endif
