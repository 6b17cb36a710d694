// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/attacks.h"

#include <errno.h>
#include <stdlib.h>

#include "dns_wire.h"
#include "util/log.h"

void attack_settings_init(struct attack_settings *settings)
{
	*settings = (struct attack_settings){.rate_min = (unsigned long)SUBDOMAIN_RATE_DEFAULT};
}

void attack_settings_free(struct attack_settings *settings)
{
	attack_ignore_free(&settings->ignore);
}

/* Below the root and public suffixes each name belongs to someone else: typos, not one flood. */
bool attacks_exempt(void *context, const uint8_t *zone, size_t length)
{
	struct attacks *attacks = context;

	return attack_ignored(attacks->ignore, zone, length) ||
	       suffixes_is_public(attacks->suffixes, zone, length);
}

int attacks_open(struct attacks *attacks, struct attack_settings *settings, unsigned long rate_min,
		 bool nodata, struct suffixes *suffixes, size_t points)
{
	*attacks = (struct attacks){
		.points = calloc(points, sizeof(*attacks->points)),
		.count = points,
		.settings =
			{
				.rate_min = (double)rate_min,
				.nodata = nodata,
				.exempt = attacks_exempt,
				.context = attacks,
			},
		.ignore = &settings->ignore,
		.suffixes = suffixes,
	};
	if (attacks->points && attack_ignore_ready(&settings->ignore) == 0)
		return 0;
	log_error("out of memory");
	return -ENOMEM;
}

void attacks_free(struct attacks *attacks)
{
	for (size_t i = 0; attacks->points && i < attacks->count; i++)
		subdomain_free(&attacks->points[i]);
	free(attacks->points);
	*attacks = (struct attacks){0};
}

int attacks_see(struct attacks *attacks, struct alert_engine *engine, uint32_t place,
		const struct report *report)
{
	const struct subdomain_view view = {
		.settings = &attacks->settings,
		.engine = engine,
		.place = place,
		.lists = report->top,
		.report = report,
	};

	return report->top && place < attacks->count
		       ? subdomain_feed(&attacks->points[place], &view)
		       : 0;
}
