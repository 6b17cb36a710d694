// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Keys and columns. */
#include <stdio.h>
#include <string.h>

#include "format/figure_text.h"
#include "top/page_lines.h"
#include "top/series.h"

#define COMPARED "VS 15m"

static const struct {
	const char *word, *text; /* without text: a heading */
} help[] = {
	{"KEYS", NULL},
	{"p", "pause: the page stays as it is; a capture: go on by itself, or stop"},
	{"left right", "an interval back and forth; Home and End: the oldest, the newest"},
	{"h", "into the history; again: back to now"},
	{"l or > <", "the next list: zones, names, servers, clients, codes"},
	{"up down", "another row; Space and Page keys by ten"},
	{"Enter", "all about that row; Backspace or Esc go back"},
	{"d or Tab", "direction: clients, upstream, both"},
	{"o", "order: failing and silent, silent, NXDOMAIN, response time, name"},
	{"/", "only rows whose name has the letters that follow"},
	{"a", "all rows and codes, also those without a failure"},
	{"e", "explain the code of the row, or of the first alert"},
	{"1 to 9", "all about that alert"},
	{"c", "copy the command to the clipboard (OSC 52)"},
	{"w", "write the interval that is shown into a file, as JSON, for a ticket"},
	{"q", "quit"},
	{"COLUMNS", NULL},
	{"!! ! -", "what is wrong: critical, a warning, a notice; since when, and what to type"},
	{"ASKED/S", "new queries a second; sent again ones are not among them"},
	{"ANSWERED/S",
	 "that got a response, whatever its code; of all interfaces, as all figures here"},
	{"NO ANSWER", "that got none before the timeout (5 s): a second, and of those that ended"},
	{"p50 / p95", "response times: half and 95 of 100 were faster. Clients: how long this host "
		      "took; upstream: the network and the server"},
	{"SERVFAIL", "the part of responses that have it"},
	{"15 min", "the 15 minutes before: low is none, a dot is not known"},
	{COMPARED,
	 "against the median of 15 minutes: those before the last one or, while something "
	 "is wrong, those before it began. = is within a tenth, x 9 is nine times as "
	 "much, new was none, - is not known: a minute of them must be. NOERROR is "
	 "compared together with NODATA"},
	{"WHY", "the Extended DNS Error that most of them have, and what part has it; without one "
		"the zone that most are of. And of how many zones they are, at least: one zone "
		"that fails, or all of them"},
	{"FAIL/S", "responses a second with a failure, any code but NOERROR and NXDOMAIN, and "
		   "queries without an answer. Of both sides: the higher figure of the two. A zone "
		   "of which only this host "
		   "leaves queries unanswered is not to blame: 'this host is silent'"},
	{"SILENT/S", "queries a second without an answer"},
	{"OF ASKED", "the part of about all queries asked there that was not answered, or with a "
		     "failure: a dead server has 100%, a lossy one a few. - is not known"},
	{"~NAMES", "about how many different names failed: many say that somebody asks for names "
		   "that he makes up, or that all of a zone is broken"},
	{"NXDOM/S", "NXDOMAIN a second: no failure by itself"},
	{"MEAN ms", "mean response time of that server or zone"},
	{"CLIENTS", "are prefixes, /24 and /56, unless --clients says otherwise"},
	{"blind", "packets that cannot be read: encrypted DNS, broken ones, and those that were "
		  "not counted"},
};

#define WORD 12

/* With which time the page that was left compares. */
static void put_compared(struct page_lines *lines, const struct page_input *input)
{
	const struct model *model = page_model(input);
	char from[TEXT_NUMBER_SIZE], to[TEXT_NUMBER_SIZE], since[TEXT_NUMBER_SIZE], text[160];
	struct usual_window window;

	if (!model)
		return;
	window = series_window(model);
	snprintf(text, sizeof(text), "Now: with %s to %s", figure_clock(from, window.from_ns),
		 figure_clock(to, window.to_ns));
	if (window.wrong_ns)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 ", as something has been wrong since %s",
			 figure_clock(since, window.wrong_ns));
	page_add_words(lines, WORD, STYLE_PLAIN, text);
}

static void content(struct page_lines *lines, const struct page_input *input)
{
	for (size_t i = 0; i < sizeof(help) / sizeof(help[0]); i++) {
		int line = lines->next;

		if (!help[i].text) {
			if (i)
				page_line(lines);
			page_add(lines, 0, STYLE_TITLE, "%s", help[i].word);
			continue;
		}
		page_add_words(lines, WORD, STYLE_PLAIN, help[i].text);
		if (strcmp(help[i].word, COMPARED) == 0)
			put_compared(lines, input);
		/* Beside its first line. */
		line += lines->top - lines->first;
		if (line >= lines->top && line < lines->bottom)
			canvas_put(lines->canvas, line, 0, WORD - 1, STYLE_BOLD, help[i].word);
	}
}

void page_help(struct canvas *canvas, const struct page_input *input)
{
	page_scroll(canvas, input, content);
}
