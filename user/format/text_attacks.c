// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_attacks.h"

#include <string.h>

#include "format/attack_text.h"
#include "dns_wire.h"
#include "util/text_format.h"
#include "util/timestamp.h"
#include "report/report_names.h"

#define PARTIES_MAX 3u /* of each kind, as far as there is room */
#define WIDE        80u
#define INDENT      "        "

static void put_parties(const struct page *page, const struct attack *attack,
			enum top_dimension dimension, const char *word)
{
	const struct report *report = page->report;
	const struct top_row *rows[PARTIES_MAX];
	size_t count = attack_parties(report, attack, dimension, rows, PARTIES_MAX), used;
	char text[TOP_TEXT_SIZE];

	if (!count)
		return;
	used = (size_t)fprintf(page->out, INDENT "%s", word);
	for (size_t i = 0; i < count; i++) {
		top_row_text(rows[i], dimension, report->top_bits[dimension], text);
		if (i && used + strlen(", ") + strlen(text) > page->width)
			break;
		used += (size_t)fprintf(page->out, "%s %s", i ? "," : "", text);
	}
	fputc('\n', page->out);
}

/* Of a zone too long for the line its end says most. */
static void put_zone(const struct page *page, const struct attack *attack)
{
	char text[TOP_TEXT_SIZE];
	size_t length = strlen(attack_zone_text(attack, text)), room = page->width - 10;

	if (length > room)
		fprintf(page->out, "...%s", text + length - (room - 3));
	else
		fputs(text, page->out);
}

static void put_attack(const struct page *page, const struct attack *attack)
{
	char names[TEXT_NUMBER_SIZE], threshold[TEXT_NUMBER_SIZE], rate[TEXT_NUMBER_SIZE];
	double seconds = page->report->interval_s;
	char number[CATALOG_UNNAMED_MAX];
	char stamp[TIMESTAMP_SIZE];

	timestamp_utc(stamp, attack->since_ns);
	page_colour(page, attack->state == ATTACK_ENDS ? GREEN : RED);
	fputs("ATTACK  ", page->out);
	put_zone(page, attack);
	page_plain(page);
	fprintf(page->out, "\n" INDENT "random subdomains since %.8s UTC%s\n",
		stamp + sizeof("2026-11-23T") - 1, attack->state == ATTACK_ENDS ? ", ended" : "");
	if (attack->state == ATTACK_ENDS || seconds <= 0)
		return;
	fprintf(page->out, INDENT "~%s names/s in %s denials/s, most %s%salarm from %s/s\n",
		text_rate(names, attack->value), text_rate(rate, (double)attack->count / seconds),
		/* Only NODATA is a denial among NOERROR. */
		attack->rcode == DNS_RCODE_NOERROR
			? "NODATA"
			: rcode_text(attack->rcode_name, attack->rcode, number),
		page->width < WIDE ? "\n" INDENT : "; ", text_rate(threshold, attack->threshold));
	put_parties(page, attack, TOP_SERVER, "servers");
	put_parties(page, attack, TOP_CLIENT, "clients");
}

void page_put_attacks(const struct page *page)
{
	const struct report *report = page->report;

	if (!report->attack_count)
		return;
	for (size_t i = 0; i < report->attack_count && i < page->shown_max; i++)
		put_attack(page, &report->attacks[i]);
	if (report->attack_count > page->shown_max)
		fprintf(page->out, "ATTACK  and %zu more\n",
			report->attack_count - page->shown_max);
	page_gap(page);
}
