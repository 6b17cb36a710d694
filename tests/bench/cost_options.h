/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The command line of programs that measure what a packet costs. */
#ifndef RCODEWATCH_BENCH_COST_OPTIONS_H
#define RCODEWATCH_BENCH_COST_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "hook.h"
#include "rows.h"

#define OBJECTS_MAX 4u

struct cost_options {
	const char *row, *limits, *metrics;
	bool kind[HOOK_KINDS];
	enum warmth warmth;
	bool slow_path;
	bool in_place;
	unsigned long rounds;
	char **object;
	size_t objects;
};

/*
 * Parse @argv by @letters, as of getopt(3): any of "xtckpsTr:n:l:m:". Where it is wrong, print @usage and end with status 2.
 * The strings stay @argv's.
 */
void cost_options_parse(struct cost_options *options, int argc, char **argv, const char *letters,
			const char *usage);

#endif
