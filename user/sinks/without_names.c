// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/without_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void clear_report(struct report *report)
{
	report->top = NULL;
	report->advice = NULL;
	report->advice_count = 0;
	for (size_t i = 0; i < report->failing_count; i++)
		report->failing[i].largest = NULL;
	for (size_t i = 0; i < report->ede_count; i++)
		memset(&report->edes[i].text, 0, sizeof(report->edes[i].text));
}

/* What rows had is among the others. */
static uint64_t sum_rows(const struct txn_row *rows, size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += rows[i].unanswered;
	return sum;
}

static void clear_side(struct txn_report *side)
{
	side->other_servers += sum_rows(side->server, side->servers);
	side->other_zones += sum_rows(side->zone, side->zones);
	side->servers = side->zones = 0;
	memset(side->server, 0, sizeof(side->server));
	memset(side->zone, 0, sizeof(side->zone));
}

/* How many alerts of which rule there are stays, and of which RCODE. */
static void clear_alert(struct alert *alert)
{
	struct alert_finding *finding = &alert->finding;

	if (finding->subject.kind != ALERT_OF_RCODE)
		memset(&finding->subject, 0, sizeof(finding->subject));
	memset(&finding->other, 0, sizeof(finding->other));
	memset(&finding->servers, 0, sizeof(finding->servers));
	memset(&finding->clients, 0, sizeof(finding->clients));
	memset(finding->blame, 0, sizeof(finding->blame));
}

int batch_without_names(struct batch *to, const struct batch *from)
{
	struct batch_part *part = calloc(from->parts + 1, sizeof(*part));
	struct txn_report *sides = calloc(from->sides + 1, sizeof(*sides));
	struct alert *alerts = calloc(from->alert_count + 1, sizeof(*alerts));

	if (!part || !sides || !alerts) {
		free(part);
		free(sides);
		free(alerts);
		return -ENOMEM;
	}
	for (size_t i = 0; i < from->parts; i++) {
		part[i] = from->part[i];
		clear_report(&part[i].report);
	}
	for (size_t i = 0; i < from->sides; i++) {
		sides[i] = from->transactions[i];
		clear_side(&sides[i]);
	}
	for (size_t i = 0; i < from->alert_count; i++) {
		alerts[i] = from->alerts[i];
		clear_alert(&alerts[i]);
	}
	*to = *from;
	to->part = part;
	to->transactions = sides;
	to->alerts = alerts;
	return 0;
}

void batch_without_names_free(struct batch *batch)
{
	/* They are this file's own. */
	free((void *)(uintptr_t)batch->part);
	free((void *)(uintptr_t)batch->transactions);
	free((void *)(uintptr_t)batch->alerts);
	*batch = (struct batch){0};
}
