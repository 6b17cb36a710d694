/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the user is told, on standard error, a line each: what failed, why, what to do. */
#ifndef RCODEWATCH_LOG_H
#define RCODEWATCH_LOG_H

#define PRINTF_LIKE(string, first) __attribute__((format(printf, string, first)))

/* Exit statuses of every subcommand but check, which adds its own. */
enum exit_status { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* "rcodewatch: ..." */
void log_error(const char *format, ...) PRINTF_LIKE(1, 2);
/* "rcodewatch: warning: ..." */
void log_warning(const char *format, ...) PRINTF_LIKE(1, 2);
/* "rcodewatch: ...", for what is neither: how it attached, why it waits. */
void log_info(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
