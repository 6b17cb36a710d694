// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_problems.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/advice.h"
#include "format/advice_text.h"
#include "format/alert_text.h"
#include "format/problem.h"
#include "util/text_format.h"

/* Times of beginning that what is usual goes by: no more are wrong at a time. */
#define WRONG_MAX 64u

struct entry {
	struct problem is;
	const struct alert *alert;   /* NULL: advice */
	const struct advice *advice; /* in @report */
	const struct report *report;
	char subject[TOP_TEXT_SIZE];
};

/* ---- what there is ------------------------------------------------------------------------- */

static void add_alert(struct entry *entry, const struct alert *alert)
{
	entry->alert = alert;
	entry->is = (struct problem){
		.severity = alert->severity,
		.since_ns = alert->since_ns,
		.rule = alert->rule->name,
		.subject = entry->subject,
		.side = alert->direction ? alert->direction
			: alert->side    ? alert->side
					 : "",
	};
	if (!alert_subject_text(alert, entry->subject))
		entry->subject[0] = '\0';
}

static void add_advice(struct entry *entry, const struct report *report,
		       const struct advice *advice)
{
	entry->report = report;
	entry->advice = advice;
	entry->is = (struct problem){
		.severity = ALERT_NOTICE,
		.advice = true,
		.since_ns = advice->since_ns,
		.rule = advice->words->id,
		.subject = entry->subject,
		.side = report->direction,
		.share = advice->share,
	};
	if (!advice_zone(advice, entry->subject) && !advice_server(report, advice, entry->subject))
		entry->subject[0] = '\0';
}

/* The same of another interface or side, or what an alert says better. */
static bool is_said(const struct entry *entries, size_t count, const struct entry *entry)
{
	for (size_t i = 0; i < count; i++) {
		const struct entry *other = &entries[i];

		if (other == entry)
			continue;
		if (problem_covers(&other->is, &entry->is))
			return true;
		if (problem_same(&other->is, &entry->is) &&
		    (problem_before(&other->is, &entry->is) ||
		     (other < entry && !problem_before(&entry->is, &other->is))))
			return true;
	}
	return false;
}

static int compare(const void *a, const void *b)
{
	const struct entry *const *x = a, *const *y = b;

	return problem_compare(&(*x)->is, &(*y)->is);
}

/* ---- how it is said ---------------------------------------------------------------------------- */

static void put_parties(const struct page *page, const struct alert_parties *parties,
			const char *word)
{
	char text[TOP_TEXT_SIZE];
	size_t used;

	if (!parties->count)
		return;
	used = (size_t)fprintf(page->out, "%*s%s", PROBLEM_INDENT, "", word);
	for (size_t i = 0; i < parties->count; i++) {
		alert_party_text(parties, i, text);
		if (i && used + strlen(", ") + strlen(text) > page->width)
			break;
		used += (size_t)fprintf(page->out, "%s %s", i ? "," : "", text);
	}
	fputc('\n', page->out);
}

static void put_blame(const struct page *page, const struct alert_finding *finding)
{
	if (finding->blame[0]) {
		fprintf(page->out, "%*s", PROBLEM_INDENT, "");
		text_wrap(page->out, page->width, PROBLEM_INDENT, PROBLEM_INDENT, finding->blame);
	}
	put_parties(page, &finding->servers, "servers");
	put_parties(page, &finding->clients, "clients");
}

static void put_text(const struct page *page, const struct problem *is, enum tone tone,
		     const char *text)
{
	char begin[PROBLEM_INDENT + 1];

	problem_begin(begin, is);
	page_tone(page, tone);
	fputs(problem_mark(is), page->out);
	page_tone(page, TONE_PLAIN);
	fputs(begin + PROBLEM_MARK, page->out);
	page_tone(page, tone);
	text_wrap(page->out, page->width, PROBLEM_INDENT, PROBLEM_INDENT, text);
	page_tone(page, TONE_PLAIN);
}

static void put_entry(const struct page *page, const struct entry *entry)
{
	char text[ADVICE_TEXT_SIZE];

	put_text(page, &entry->is, problem_tone(&entry->is),
		 entry->alert ? alert_line(entry->alert, text)
			      : advice_line(entry->report, entry->advice, text));
	if (entry->alert)
		put_blame(page, &entry->alert->finding);
	/* Never broken: it is there to be pasted. */
	fprintf(page->out, "%*s", PROBLEM_INDENT, "");
	page_colour(page, BOLD);
	fputs(entry->alert ? alert_command(entry->alert, text)
			   : advice_command(entry->report, entry->advice, text),
	      page->out);
	page_plain(page);
	fputc('\n', page->out);
}

static void put_ended(const struct page *page, const struct alert *alert)
{
	const struct problem is = {.since_ns = alert->since_ns};
	char line[ALERT_TEXT_SIZE], text[sizeof(line) + sizeof(", ended")];

	snprintf(text, sizeof(text), "%s, ended", alert_line(alert, line));
	put_text(page, &is, TONE_GOOD, text);
}

/* ---- all of it ------------------------------------------------------------------------------------ */

static size_t count_advice(const struct report *const *reports, size_t count)
{
	size_t advice = 0;

	for (size_t i = 0; i < count; i++)
		advice += reports[i]->advice_count;
	return advice;
}

/* All that goes on into @entries. Gives how many there are. */
static size_t gather(struct entry *entries, const struct text_formatter *formatter,
		     const struct report *const *reports, size_t count)
{
	size_t all = 0;

	for (size_t i = 0; i < formatter->alert_count; i++)
		if (formatter->alerts[i].state != ALERT_ENDS)
			add_alert(&entries[all++], &formatter->alerts[i]);
	for (size_t i = 0; i < count; i++)
		for (size_t a = 0; a < reports[i]->advice_count; a++)
			add_advice(&entries[all++], reports[i], &reports[i]->advice[a]);
	return all;
}

static size_t put_entries(const struct page *page, struct entry *entries, size_t all,
			  struct entry **order)
{
	size_t said = 0;

	for (size_t i = 0; i < all; i++)
		if (!is_said(entries, all, &entries[i]))
			order[said++] = &entries[i];
	qsort(order, said, sizeof(void *), compare);
	for (size_t i = 0; i < said && i < page->shown_max; i++)
		put_entry(page, order[i]);
	if (said > page->shown_max)
		fprintf(page->out, "! and %zu more\n", said - page->shown_max);
	return said;
}

int page_put_problems(const struct page *page, const struct text_formatter *formatter,
		      const struct report *const *reports, size_t count)
{
	size_t room = formatter->alert_count + count_advice(reports, count), put;
	struct entry *entries = calloc(room ? room : 1, sizeof(*entries));
	struct entry **order = calloc(room ? room : 1, sizeof(void *));
	int err = entries && order ? 0 : -ENOMEM;

	if (!err) {
		size_t all = gather(entries, formatter, reports, count);

		put = put_entries(page, entries, all, order);
		for (size_t i = 0; i < formatter->alert_count; i++)
			if (formatter->alerts[i].state == ALERT_ENDS) {
				put_ended(page, &formatter->alerts[i]);
				put++;
			}
		if (put)
			page_gap(page);
	}
	free(entries);
	free(order);
	return err;
}

struct usual_window text_window(const struct text_formatter *formatter,
				const struct report *const *reports, size_t count)
{
	int64_t wrong[WRONG_MAX], end_ns = 0;
	size_t known = 0;

	for (size_t i = 0; i < formatter->alert_count && known < WRONG_MAX; i++)
		if (formatter->alerts[i].state != ALERT_ENDS)
			wrong[known++] = formatter->alerts[i].since_ns;
	for (size_t i = 0; i < count; i++) {
		end_ns = reports[i]->end_ns;
		for (size_t a = 0; a < reports[i]->advice_count && known < WRONG_MAX; a++)
			wrong[known++] = reports[i]->advice[a].since_ns;
	}
	return usual_window(end_ns, wrong, known);
}
