// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/attack_options.h"

#include <errno.h>

#include "cli/settings.h"
#include "util/environment.h"

#define RATE_MAX 1000000000

int attack_option_rate(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;
	unsigned long rate;
	int err = option_number(value, 0, RATE_MAX, &rate, why);

	if (!err)
		settings->attack.rate_min = (double)rate;
	return err;
}

int attack_option_ignore(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return attack_ignore_add(&settings->attack.ignore, value, why);
}

int attack_option_suffixes(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	if (environment_refuses_file(why))
		return -EINVAL;
	settings->attack.suffix_list = value;
	return 0;
}
