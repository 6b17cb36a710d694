/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The options about top lists, for the tables of `run` and `read`. */
#ifndef RCODEWATCH_TOP_OPTIONS_H
#define RCODEWATCH_TOP_OPTIONS_H

#include "util/options.h"

/* set() of these: @settings is a struct settings. */
int top_option_rows(void *settings, const char *value, char why[OPTION_WHY_MAX]);
int top_option_offending(void *settings, const char *value, char why[OPTION_WHY_MAX]);
int top_option_servers(void *settings, const char *value, char why[OPTION_WHY_MAX]);
int top_option_clients(void *settings, const char *value, char why[OPTION_WHY_MAX]);
int top_option_all_lists(void *settings, const char *value, char why[OPTION_WHY_MAX]);
int top_option_hll_key(void *settings, const char *value, char why[OPTION_WHY_MAX]);
int top_option_hll(void *settings, const char *value, char why[OPTION_WHY_MAX]);

#define OPTIONS_TOP                                                                                \
	{"top", 0, "N",                                                                            \
	 "rows of each list of zones, names, servers and clients\nwith offending responses, 0 to " \
	 "1000 (default 10;\n0: no lists)",                                                        \
	 top_option_rows},                                                                         \
		{"offending", 0, "LIST",                                                           \
		 "which responses these are: errors (every code but\nNOERROR; the default), "      \
		 "nodata (NOERROR "                                                                \
		 "without the\ntype asked for), ede (with an extended error), rare\n(codes from "  \
		 "32), all, codes "                                                                \
		 "by name or number",                                                              \
		 top_option_offending},                                                            \
		{"clients", 0, "HOW",                                                              \
		 "addresses of clients: prefix (default: /24 and /56),\nfull, off, or bits of "    \
		 "IPv4 and IPv6: 24,56",                                                           \
		 top_option_clients},                                                              \
		{"servers", 0, "HOW", "likewise of servers (default full)", top_option_servers},   \
		{"distinct-key", 0, "FILE",                                                        \
		 "264 bytes, the same on all hosts whose estimates of\ndistinct names are to be "  \
		 "merged",                                                                         \
		 top_option_hll_key},                                                              \
	{                                                                                          \
		"registers", 0, NULL, "put what to merge them by into JSON", top_option_hll        \
	}

#define OPTION_ALL_LISTS                                                                          \
	{                                                                                         \
		"all-lists", 0, NULL,                                                             \
			"servers and clients in both directions: for mirror\nports, routers and " \
			"bridges (with "                                                          \
			"--decap always)",                                                        \
			top_option_all_lists                                                      \
	}

#endif
