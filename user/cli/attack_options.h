/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The options about attacks and public suffixes, for the tables of `run` and `read`. */
#ifndef RCODEWATCH_ATTACK_OPTIONS_H
#define RCODEWATCH_ATTACK_OPTIONS_H

#include "util/options.h"

/* set() of these: @settings is a struct settings. */
int attack_option_rate(void *settings, const char *value, char why[OPTION_WHY_MAX]);
int attack_option_ignore(void *settings, const char *value, char why[OPTION_WHY_MAX]);
int attack_option_suffixes(void *settings, const char *value, char why[OPTION_WHY_MAX]);

#define OPTIONS_ATTACK                                                                            \
	{"attack-rate", 0, "N",                                                                   \
	 "different names a second below a zone, denied, under\nwhich nothing is an attack with " \
	 "random subdomains\n(default 50; 0: look for none)",                                     \
	 attack_option_rate},                                                                     \
		{"attack-ignore", 0, "ZONE|FILE",                                                 \
		 "never call that an attack, nor anything below it;\na FILE, with a / in its "    \
		 "path, has a zone a line; any\nnumber of times",                                 \
		 attack_option_ignore},                                                           \
	{                                                                                         \
		"suffix-list", 0, "FILE",                                                         \
			"the public suffix list (default: the one that is\ninstalled, if any)",   \
			attack_option_suffixes                                                    \
	}

#endif
