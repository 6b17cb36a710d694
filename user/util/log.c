// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/log.h"

#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/utf8.h"
#include "util/write_now.h"

/* What all waits for standard error together may take, where lines are written to it at once. */
#define PATIENCE_NS NS_PER_S

static _Atomic(log_handler *) handler;
static log_native *native;
static atomic_bool impatient;
static bool debug;
static atomic_llong waited_ns;
static atomic_ullong dropped;

/* Wait until @fd takes something, or there is no patience left: false. */
static bool wait_for_room(int fd)
{
	struct pollfd file = {.fd = fd, .events = POLLOUT};
	int64_t from = clock_mono_ns(), left = PATIENCE_NS - atomic_load(&waited_ns);
	int ready = left > 0 ? poll(&file, 1, (int)(left / NS_PER_MS) + 1) : 0;

	atomic_fetch_add(&waited_ns, clock_mono_ns() - from);
	return ready > 0;
}

/*
 * False if it was not written, or not all of it. Another thread may take the room that one has waited for: then
 * write_now() gives -EAGAIN, and this one waits again.
 */
static bool write_soon(const char *text, size_t size)
{
	int fd = write_now_fd(STDERR_FILENO);

	while (size) {
		ssize_t written = write_now(fd, text, size);

		if (written == -EAGAIN ? !wait_for_room(fd) : written < 0)
			return false;
		if (written > 0) {
			text += written;
			size -= (size_t)written;
		}
	}
	return true;
}

static void write_directly(const char *text, size_t size)
{
	char notice[LOG_NOTICE_SIZE];
	uint64_t missing;

	if (!atomic_load(&impatient)) {
		fwrite(text, 1, size, stderr);
		return;
	}
	missing = log_dropped_reset();
	if (missing && !write_soon(notice, log_dropped_notice(notice, missing)))
		log_dropped_add(missing);
	if (!write_soon(text, size))
		log_dropped_add(1);
}

/* @text is a whole line. */
static void hand_over(enum log_level level, const struct log_about *about, const char *text,
		      size_t size)
{
	log_handler *call = atomic_load(&handler);

	if (native && native(level, about, text, size))
		return;
	if (call)
		call(level, text, size);
	else
		write_directly(text, size);
}

void log_never_wait(void)
{
	atomic_store(&impatient, true);
}

void log_redirect(log_handler *new_handler)
{
	atomic_store(&handler, new_handler);
}

void log_to_native(log_native *new_native)
{
	native = new_native;
}

void log_dropped_add(uint64_t messages)
{
	atomic_fetch_add(&dropped, messages);
}

uint64_t log_dropped_reset(void)
{
	return atomic_exchange(&dropped, 0);
}

size_t log_dropped_notice(char notice[LOG_NOTICE_SIZE], uint64_t messages)
{
	return (size_t)snprintf(notice, LOG_NOTICE_SIZE,
				"rcodewatch: warning: %" PRIu64
				" message%s of the log %s dropped\n",
				messages, messages == 1 ? "" : "s", messages == 1 ? "was" : "were");
}

/* A terminal that does not know UTF-8 takes some of its bytes for controls (0x80 to 0x9f). */
static bool only_ascii(void)
{
	return isatty(STDERR_FILENO) && strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

/*
 * Names of files and interfaces are in there, and words of receivers, which may hold anything: what a
 * terminal would obey, or a reader be misled by, becomes a question mark. Each message comes through
 * here.
 */
static void disarm(char *line)
{
	size_t left = strlen(line);
	bool ascii = only_ascii();
	char *to = line;

	for (size_t n; left; line += n, left -= n) {
		bool good;

		n = utf8_length(line, left);
		good = n && utf8_harmless(utf8_code_point(line, n)) && (n == 1 || !ascii);
		n = n ? n : 1;
		if (good)
			memmove(to, line, n);
		else
			*to = '?';
		to += good ? n : 1;
	}
	*to = '\0';
}

static const char *prefix_of(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_WARNING: return "warning: ";
	case LOG_LEVEL_DEBUG: return "debug: ";
	case LOG_LEVEL_ERROR:
	case LOG_LEVEL_INFO:
	default: return "";
	}
}

/* One write for a line, so that lines of several processes do not mix. */
static void say(enum log_level level, const struct log_about *about, const char *format,
		va_list args) PRINTF_LIKE(3, 0);

static void say(enum log_level level, const struct log_about *about, const char *format,
		va_list args)
{
	char line[2048];
	int at = snprintf(line, sizeof(line), "rcodewatch: %s", prefix_of(level));
	size_t length;

	vsnprintf(line + at, sizeof(line) - (size_t)at, format, args);
	disarm(line);
	length = strlen(line);
	if (length + 1 == sizeof(line))
		length--;
	line[length++] = '\n';
	hand_over(level, about, line, length);
}

void log_text(enum log_level level, char *text)
{
	for (char *line = text, *next; line && *line; line = next) {
		size_t length;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		for (char *tab = line; (tab = strchr(tab, '\t'));)
			*tab = ' ';
		disarm(line);
		length = strlen(line);
		line[length] = '\n';
		hand_over(level, NULL, line, length + 1);
	}
}

void log_about(enum log_level level, const struct log_about *about, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(level, about, format, args);
	va_end(args);
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(LOG_LEVEL_ERROR, NULL, format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(LOG_LEVEL_WARNING, NULL, format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(LOG_LEVEL_INFO, NULL, format, args);
	va_end(args);
}

void log_debug_enable(void)
{
	debug = true;
}

void log_debug(const char *format, ...)
{
	va_list args;

	if (!debug)
		return;
	va_start(args, format);
	say(LOG_LEVEL_DEBUG, NULL, format, args);
	va_end(args);
}
