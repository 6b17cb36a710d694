// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/log_journal.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/journal_field.h"
#include "util/log.h"

#define FIELDS_MAX 1024
#define FACILITY   "3" /* daemon */

static int journal = -1;

/* ---- what is said -------------------------------------------------------------------- */

struct fields {
	char text[FIELDS_MAX];
	size_t used;
};

/* One that finds no room is left out. */
static void put(struct fields *fields, const char *name, const char *value)
{
	char head[JOURNAL_HEAD_MAX];
	size_t length, before;

	if (!value)
		return;
	length = strlen(value);
	before = journal_field_head(head, name, value, length);
	if (before + length + 1 > sizeof(fields->text) - fields->used)
		return;
	memcpy(fields->text + fields->used, head, before);
	memcpy(fields->text + fields->used + before, value, length);
	fields->used += before + length + 1;
	fields->text[fields->used - 1] = '\n';
}

static void put_about(struct fields *fields, const struct log_about *about)
{
	if (!about)
		return;
	put(fields, "MESSAGE_ID", about->event_id);
	put(fields, "RCODEWATCH_EVENT", about->event);
	put(fields, "RCODEWATCH_INTERFACE", about->interface);
	put(fields, "RCODEWATCH_DIRECTION", about->direction);
	put(fields, "RCODEWATCH_SINK", about->sink);
}

static size_t skip(const char *text, size_t size, const char *prefix)
{
	size_t length = strlen(prefix);

	return size > length && memcmp(text, prefix, length) == 0 ? length : 0;
}

/* The journal has an identifier and a priority for what a line of standard error begins with. */
static size_t prefixes(enum log_level level, const char *text, size_t size)
{
	size_t at = skip(text, size, "rcodewatch: ");

	if (at && level == LOG_LEVEL_WARNING)
		at += skip(text + at, size - at, "warning: ");
	else if (at && level == LOG_LEVEL_DEBUG)
		at += skip(text + at, size - at, "debug: ");
	return at;
}

/* ---- and to whom --------------------------------------------------------------------- */

/* 0 or a negative errno. */
static int connect_journal(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = JOURNAL_SOCKET};

	return connect(journal, (const struct sockaddr *)&address, sizeof(address)) < 0 ? -errno
											: 0;
}

/* A journal that was started anew may have a new socket. */
static bool send_all(const struct msghdr *message)
{
	const int flags = MSG_DONTWAIT | MSG_NOSIGNAL;

	if (sendmsg(journal, message, flags) >= 0)
		return true;
	if (errno != ECONNREFUSED && errno != ENOTCONN && errno != EPIPE)
		return false;
	return connect_journal() == 0 && sendmsg(journal, message, flags) >= 0;
}

static bool send_message(enum log_level level, const struct log_about *about, const char *text,
			 size_t size)
{
	size_t at = prefixes(level, text, size), length = size - at - 1; /* without its newline */
	char priority[4], head[JOURNAL_HEAD_MAX];
	struct fields fields = {.used = 0};
	struct iovec parts[3];
	const struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};

	snprintf(priority, sizeof(priority), "%u", (unsigned int)level & 7);
	put(&fields, "PRIORITY", priority);
	put(&fields, "SYSLOG_FACILITY", FACILITY);
	put(&fields, "SYSLOG_IDENTIFIER", "rcodewatch");
	put_about(&fields, about);
	parts[0] = (struct iovec){fields.text, fields.used};
	parts[1] = (struct iovec){head, journal_field_head(head, "MESSAGE", text + at, length)};
	parts[2] = (struct iovec){(void *)(uintptr_t)(text + at), length + 1};
	return send_all(&message);
}

/* Whether standard error is the stream that the service manager has connected with the journal. */
static bool is_journal(void)
{
	const char *stream = secure_getenv("JOURNAL_STREAM");
	char is_stream[64];
	struct stat is;

	if (!stream || fstat(STDERR_FILENO, &is) < 0)
		return false;
	snprintf(is_stream, sizeof(is_stream), "%ju:%ju", (uintmax_t)is.st_dev,
		 (uintmax_t)is.st_ino);
	return strcmp(stream, is_stream) == 0;
}

void log_journal_open(void)
{
	int err;

	if (!is_journal())
		return;
	journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	err = journal < 0 ? -errno : connect_journal();
	if (!err) {
		log_to_native(send_message);
		return;
	}
	if (journal >= 0)
		close(journal);
	journal = -1;
	log_warning("messages go to standard error: cannot connect to " JOURNAL_SOCKET ": %s",
		    strerror(-err));
}
