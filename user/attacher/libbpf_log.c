// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/libbpf_log.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"

static bool show;
static _Thread_local char last[LIBBPF_LOG_SIZE];

static int print(enum libbpf_print_level level, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

static int print(enum libbpf_print_level level, const char *format, va_list args)
{
	char line[sizeof(last)], *text;
	va_list again;
	int size;

	va_copy(again, args);
	vsnprintf(line, sizeof(line), format, again);
	va_end(again);
	line[strcspn(line, "\n")] = '\0';
	/* The first warning names the cause; those after it are what failed in turn. */
	if (level == LIBBPF_WARN && !last[0])
		memcpy(last, line, sizeof(last));
	if (!show)
		return 0;
	size = vasprintf(&text, format, args);
	if (size < 0)
		return size;
	log_text(level == LIBBPF_WARN   ? LOG_LEVEL_WARNING
		 : level == LIBBPF_INFO ? LOG_LEVEL_INFO
					: LOG_LEVEL_DEBUG,
		 text);
	free(text);
	return size;
}

void libbpf_log_init(bool verbose)
{
	show = verbose;
	libbpf_set_print(print);
}

const char *libbpf_log_last(void)
{
	return last;
}

void libbpf_log_reset(void)
{
	last[0] = '\0';
}
