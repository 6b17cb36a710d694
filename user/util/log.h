/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Messages for the user on standard error, a line each: what failed, why, what to do. */
#ifndef RCODEWATCH_LOG_H
#define RCODEWATCH_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRINTF_LIKE(string, first) __attribute__((format(printf, string, first)))

/* Exit statuses of every subcommand but check, which adds its own. */
enum exit_status { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* As PRIORITY of the journal and syslog(3) have them. */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

/* "rcodewatch: ..." */
void log_error(const char *format, ...) PRINTF_LIKE(1, 2);
/* "rcodewatch: warning: ..." */
void log_warning(const char *format, ...) PRINTF_LIKE(1, 2);
/* "rcodewatch: ...", for what is neither: how it attached, why it waits. */
void log_info(const char *format, ...) PRINTF_LIKE(1, 2);

/*
 * "rcodewatch: debug: ...", once log_debug_enable() was called: a step that was taken or decided, for
 * those who look for the cause of trouble. Never for each packet.
 */
void log_debug(const char *format, ...) PRINTF_LIKE(1, 2);
/* For good; before there are other threads. */
void log_debug_enable(void);

/* What a library says, in lines, each a message as it is but for its characters. Overwrites @text. */
void log_text(enum log_level level, char *text);

/* What a message is about, for those who look for it by fields: names, or NULL. */
struct log_about {
	const char *event, *event_id; /* one that sinks are told, too */
	const char *interface, *direction, *sink;
};

/* log_error() to log_info(), by @level, with that. */
void log_about(enum log_level level, const struct log_about *about, const char *format, ...)
	PRINTF_LIKE(3, 4);

/*
 * From here on nobody waits for standard error, but for a second once: what it does not take is dropped,
 * counted, and said as soon as it takes something. Until then a message may wait for ever, as a program
 * that is read by a pager should. After write_now_open().
 */
void log_never_wait(void);

/* Gets each message, with its newline, in the thread that logs it, and must not wait. */
typedef void log_handler(enum log_level level, const char *text, size_t size);
/* Have @handler get all messages instead of standard error; NULL: no more. */
void log_redirect(log_handler *handler);

/*
 * Gets each message first, with its newline, in the thread that logs it, and must not wait. @about may be NULL. False: it has not got
 * rid of it, which then goes on as without this.
 */
typedef bool log_native(enum log_level level, const struct log_about *about, const char *text,
			size_t size);
/* For good; before there are other threads. */
void log_to_native(log_native *native);

/* For a handler: messages that were dropped and not logged yet, of all threads. The second one reads and zeroes the number. */
void log_dropped_add(uint64_t messages);
uint64_t log_dropped_reset(void);
#define LOG_NOTICE_SIZE 96
/* The line that says so. Gives its length. */
size_t log_dropped_notice(char notice[LOG_NOTICE_SIZE], uint64_t messages);

#endif
