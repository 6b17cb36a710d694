// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cost_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS_MAX 1001ul

void cost_options_parse(struct cost_options *options, int argc, char **argv, const char *letters,
			const char *usage)
{
	int c;

	*options = (struct cost_options){.rounds = 101, .limits = "tests/bench/limits"};
	while ((c = getopt(argc, argv, letters)) != -1)
		switch (c) {
		case 'x': options->kind[HOOK_KIND_XDP] = true; break;
		case 't': options->kind[HOOK_KIND_TC] = true; break;
		case 'c': options->warmth = COLD; break;
		case 's':
			options->slow_path = true;
			bench_slow_path();
			break;
		case 'k': bench_locks(); break;
		case 'p': options->in_place = true; break;
		case 'T': bench_transactions(true); break;
		case 'r': options->rounds = strtoul(optarg, NULL, 10); break;
		case 'n': options->row = optarg; break;
		case 'l': options->limits = optarg; break;
		case 'm': options->metrics = optarg; break;
		default: fputs(usage, stderr); exit(2);
		}
	options->object = argv + optind;
	options->objects = (size_t)(argc - optind);
	if (!options->kind[HOOK_KIND_XDP] && !options->kind[HOOK_KIND_TC] && !options->objects)
		options->kind[HOOK_KIND_XDP] = options->kind[HOOK_KIND_TC] = true;
	if (options->objects > OBJECTS_MAX || !options->rounds || options->rounds > ROUNDS_MAX ||
	    (options->objects && options->kind[HOOK_KIND_XDP] == options->kind[HOOK_KIND_TC])) {
		fputs(usage, stderr);
		exit(2);
	}
}
