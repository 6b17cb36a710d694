/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From the zones of a report to the attacks in it: subdomain.h for each interface and direction, with
 * what is to be left alone.
 */
#ifndef RCODEWATCH_ATTACKS_H
#define RCODEWATCH_ATTACKS_H

#include <limits.h>

#include "analysis/attack_ignore.h"
#include "report/report.h"
#include "analysis/subdomain.h"
#include "analysis/suffixes.h"

/* What the user chooses. */
struct attack_settings {
	unsigned long rate_min; /* names a second; 0: look for none */
	struct attack_ignore ignore;
	char suffix_list[PATH_MAX]; /* "": the installed one */
};

struct attacks {
	struct subdomain *points;
	size_t count;
	struct subdomain_settings settings;
	const struct attack_ignore *ignore;
	struct suffixes *suffixes;
};

void attack_settings_init(struct attack_settings *settings);
void attack_settings_free(struct attack_settings *settings);

/*
 * For @points interfaces and directions. @rate_min: the settings' rate, or 0 where there are no
 * lists to look for attacks in;
 * @nodata: rows with NOERROR are of NODATA and nothing else. @settings and @suffixes, which is open, stay the
 * caller's. 0 or -ENOMEM, logged. Free with attacks_free() in any case.
 */
int attacks_open(struct attacks *attacks, struct attack_settings *settings, unsigned long rate_min,
		 bool nodata, struct suffixes *suffixes, size_t points);
void attacks_free(struct attacks *attacks);

/*
 * Whether the zone, as in a packet, is one below which names of many kinds are expected. @context: a
 * struct attacks that is open.
 */
bool attacks_exempt(void *context, const uint8_t *zone, size_t length);

/* Hand @engine, in an evaluation, the zones in the lists of @report, the next of the observation point @place. 0 or -ENOMEM. */
int attacks_see(struct attacks *attacks, struct alert_engine *engine, uint32_t place,
		const struct report *report);

#endif
