// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/environment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

/*
 * The C library removes its own (LD_*, GCONV_PATH and the like), other libraries do not: Cyrus SASL loads
 * plugins from SASL_PATH, OpenSSL engines and providers by OPENSSL_CONF, OPENSSL_MODULES and
 * OPENSSL_ENGINES, MIT Kerberos plugins by KRB5_CONFIG, p11-kit modules by its own. A list of these would
 * never be whole, so this is a list of what stays: what the screen, the locale and the clock's zone need.
 * The C library accepts no paths in TZ and LC_* in this case.
 */
static const char *const harmless[] = {
	"COLORTERM", "COLUMNS", "LANG",     "LANGUAGE", "LC_ALL", "LC_CTYPE",
	"LINES",     "LOGNAME", "NO_COLOR", "TERM",     "TZ",     "USER",
};

#define HARMLESS (sizeof(harmless) / sizeof(harmless[0]))

static bool given_up;

bool environment_untrusted(void)
{
	return getauxval(AT_SECURE) != 0 && !given_up;
}

void environment_given_up(void)
{
	given_up = true;
}

bool environment_refuses_file(char why[OPTION_WHY_MAX])
{
	if (!environment_untrusted())
		return false;
	snprintf(why, OPTION_WHY_MAX,
		 "no file is read for it while rcodewatch has more privileges than its user: start "
		 "it as root or as a service");
	return true;
}

int environment_clean(void)
{
	char *kept[HARMLESS] = {0};
	int err = 0;

	for (size_t i = 0; i < HARMLESS; i++) {
		const char *value = getenv(harmless[i]);

		kept[i] = value ? strdup(value) : NULL;
		if (value && !kept[i])
			err = -ENOMEM;
	}
	clearenv();
	for (size_t i = 0; i < HARMLESS; i++) {
		if (kept[i] && !err && setenv(harmless[i], kept[i], 1) < 0)
			err = -ENOMEM;
		free(kept[i]);
	}
	if (err)
		clearenv();
	return err;
}
