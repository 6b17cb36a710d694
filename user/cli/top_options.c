// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/top_options.h"

#include "cli/settings.h"

int top_option_rows(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return top_set_rows(&settings->top, value, why);
}

int top_option_offending(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return top_set_offending(&settings->top, value, why);
}

int top_option_servers(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return top_set_prefix(&settings->top.servers, value, why);
}

int top_option_clients(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return top_set_prefix(&settings->top.clients, value, why);
}

int top_option_all_lists(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	(void)value;
	(void)why;
	settings->top.all = true;
	return 0;
}

int top_option_hll_key(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return top_set_hll_key(&settings->top, value, why);
}

int top_option_hll(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	(void)value;
	(void)why;
	settings->top.hll = true;
	return 0;
}
