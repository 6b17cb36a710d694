// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_alerts.h"

#include <string.h>

#include "format/alert_text.h"
#include "util/text_format.h"
#include "util/timestamp.h"

#define INDENT 8u

static void put_parties(const struct page *page, const struct alert_parties *parties,
			const char *word)
{
	char text[TOP_TEXT_SIZE];
	size_t used;

	if (!parties->count)
		return;
	used = (size_t)fprintf(page->out, "%*s%s", (int)INDENT, "", word);
	for (size_t i = 0; i < parties->count; i++) {
		alert_party_text(parties, i, text);
		if (i && used + strlen(", ") + strlen(text) > page->width)
			break;
		used += (size_t)fprintf(page->out, "%s %s", i ? "," : "", text);
	}
	fputc('\n', page->out);
}

/* "! 02:31:06 eth0 tx: what it is". */
static void put_line(const struct page *page, const struct alert *alert)
{
	char line[ALERT_TEXT_SIZE], place[ALERT_PLACE_SIZE], stamp[TIMESTAMP_SIZE];
	char whole[ALERT_TEXT_SIZE + ALERT_PLACE_SIZE + TIMESTAMP_SIZE];

	timestamp_utc(stamp, alert->since_ns);
	alert_place_text(alert, place);
	snprintf(whole, sizeof(whole), "%s%s%s, since %.8s UTC%s", place, place[0] ? ": " : "",
		 alert_line(alert, line), stamp + sizeof("2026-11-23T") - 1,
		 alert->state == ALERT_ENDS ? ", ended" : "");
	page_colour(page, alert->state == ALERT_ENDS          ? GREEN
			  : alert->severity == ALERT_CRITICAL ? RED
							      : YELLOW);
	fprintf(page->out, "%-*s", (int)INDENT, "ALERT");
	page_plain(page);
	text_wrap(page->out, page->width, INDENT, INDENT, whole);
}

static void put_alert(const struct page *page, const struct alert *alert)
{
	char command[ALERT_TEXT_SIZE];

	put_line(page, alert);
	if (alert->state == ALERT_ENDS)
		return;
	if (alert->finding.blame[0]) {
		fprintf(page->out, "%*s", (int)INDENT, "");
		text_wrap(page->out, page->width, INDENT, INDENT, alert->finding.blame);
	}
	put_parties(page, &alert->finding.servers, "servers");
	put_parties(page, &alert->finding.clients, "clients");
	/* Never broken: it is there to be pasted. */
	fprintf(page->out, "%*stype: ", (int)INDENT, "");
	page_colour(page, BOLD);
	fputs(alert_command(alert, command), page->out);
	page_plain(page);
	fputc('\n', page->out);
}

void page_put_alerts(const struct page *page, const struct alert *alerts, size_t count)
{
	size_t shown = 0, more = 0;

	for (size_t i = 0; i < count; i++) {
		if (alerts[i].finding.rule >= RULE_ADVICE_FIRST)
			continue;
		if (shown == page->shown_max) {
			more++;
			continue;
		}
		put_alert(page, &alerts[i]);
		shown++;
	}
	if (more)
		fprintf(page->out, "ALERT   and %zu more\n", more);
	if (shown)
		page_gap(page);
}
