// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What all pages have: the first line and the last two. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "top/page.h"
#include "format/figure_text.h"
#include "util/clock.h"

#define MIB (1024.0 * 1024.0)
/* Figures are old after so many intervals and seconds. */
#define OLD_INTERVALS 2.5
#define OLD_S         2.0
/* So long are words and messages shown. */
#define WORDS_NS (10 * NS_PER_S)

const struct model *page_model(const struct page_input *input)
{
	return ring_get(input->ring, input->view->number);
}

/* How old the shown interval is, in seconds, if it should be younger; else 0. */
static double old_by(const struct page_input *input, const struct model *model)
{
	double age = clock_seconds(input->now_ns - model->end_ns);

	if (input->view->capture || input->view->paused)
		return 0;
	return age > OLD_INTERVALS * model->interval_s + OLD_S ? age : 0;
}

/* The word that says how things are, and its style. */
static enum canvas_style state_of(const struct page_input *input, const struct model *model,
				  char text[static 48])
{
	const struct view *view = input->view;
	const struct ring *ring = input->ring;
	char span[TEXT_NUMBER_SIZE];
	double old = model ? old_by(input, model) : 0;

	if (view->capture && model)
		snprintf(text, 48, "CAPTURE %" PRIu64 "/%" PRIu64 "%s",
			 view->number - ring->first + 1, ring->end - ring->first,
			 view->paused ? "" : " >");
	else if (view->paused && model && view->number + 1 < ring->end)
		snprintf(text, 48, "HISTORY -%s",
			 figure_span(span, clock_seconds(ring_get(ring, ring->end - 1)->end_ns -
							 model->end_ns)));
	else if (view->paused && model)
		snprintf(text, 48, "PAUSED");
	else if (input->feed->state == FEED_LOST)
		snprintf(text, 48, "NO ANSWER");
	else if (input->feed->state == FEED_ENDED)
		snprintf(text, 48, "ENDED");
	else if (old > 0)
		snprintf(text, 48, "OLD BY %s", figure_span(span, old));
	else if (!model)
		snprintf(text, 48, "WAITING");
	else
		snprintf(text, 48, "LIVE");
	if (view->paused && !view->capture)
		return STYLE_WARNING;
	if (old > 0 || input->feed->state == FEED_LOST ||
	    (input->feed->state == FEED_ENDED && !view->capture))
		return STYLE_BAD;
	return STYLE_GOOD;
}

void page_head(struct canvas *canvas, const struct page_input *input, int end)
{
	char clock[TEXT_NUMBER_SIZE], interval[TEXT_NUMBER_SIZE + 2] = "  ";
	const struct model *model = page_model(input);
	int column = 0;

	if (!model || end < 12)
		return;
	/* The time is what must be there, then the host, then the rest. */
	figure_interval(interval + 2, model->interval_s);
	figure_clock(clock, model->end_ns);
	if (end > (int)strlen(clock) + 12) {
		int room = end - 2 - (int)strlen(clock) - 2;

		if (room > 40)
			room -= (int)strlen(interval);
		column = canvas_put(canvas, 0, 0, room < 30 ? room : 30, STYLE_BOLD, model->host);
		if (column + 2 < room)
			column += 1 + canvas_put(canvas, 0, column + 1, room - column - 1,
						 STYLE_PLAIN, model->interfaces);
		column += 2;
	}
	column += canvas_put(canvas, 0, column, end - 1 - column, STYLE_BOLD, clock);
	if (column + (int)strlen(interval) < end)
		canvas_put(canvas, 0, column, end - 1 - column, STYLE_DIM, interval);
}

void page_title(struct canvas *canvas, const struct page_input *input)
{
	static const char keys[] = "[?] help  [q] quit";
	const struct model *model = page_model(input);
	int keys_at = canvas->columns - (int)sizeof(keys) + 1, at;
	char state[48];
	enum canvas_style style = state_of(input, model, state);
	int state_columns = (int)strlen(state);

	if (canvas->columns >= 60)
		canvas_put(canvas, 0, keys_at, (int)sizeof(keys), STYLE_DIM, keys);
	else
		keys_at = canvas->columns + 1;
	at = keys_at - 2 - state_columns;
	canvas_put(canvas, 0, at < 0 ? 0 : at, state_columns, style, state);
	page_head(canvas, input, at);
}

void page_keys(struct canvas *canvas, const struct page_input *input, const char *keys)
{
	const struct view *view = input->view;
	int line = canvas->lines - 1;

	if (view->typing)
		canvas_print(canvas, line, 0, canvas->columns, STYLE_BOLD,
			     "/%s_   only names with this in them; Enter keeps it, Esc ends it",
			     view->filter);
	else if (view->message[0] && input->now_ns - view->message_ns < WORDS_NS)
		canvas_put(canvas, line, 0, canvas->columns, STYLE_BOLD, view->message);
	else if (input->feed->words[0] && input->now_ns - input->feed->words_ns < WORDS_NS)
		canvas_put(canvas, line, 0, canvas->columns, STYLE_WARNING, input->feed->words);
	else if (input->feed->text[0] && input->feed->state != FEED_RUNNING)
		canvas_put(canvas, line, 0, canvas->columns, STYLE_WARNING, input->feed->text);
	else
		canvas_put(canvas, line, 0, canvas->columns, STYLE_DIM, keys);
}

void page_blind(struct canvas *canvas, const struct page_input *input, int line)
{
	const struct model *model = page_model(input);
	double encrypted = 0, unparsed = 0;
	char text[200], a[TEXT_NUMBER_SIZE], b[TEXT_NUMBER_SIZE];
	uint64_t lost = 0;
	int used;

	if (!model)
		return;
	for (size_t i = 0; i < MODEL_SIDES; i++) {
		encrypted += model->side[i].encrypted;
		unparsed += model->side[i].unparsed;
		lost += model->side[i].lost;
	}
	snprintf(text, sizeof(text), "blind: %s/s encrypted, %s/s unparsed, ",
		 text_rate(a, encrypted), text_rate(b, unparsed));
	used = canvas_put(canvas, line, 0, canvas->columns, STYLE_DIM, text);
	snprintf(text, sizeof(text), "%s lost", text_count(a, lost));
	used += canvas_put(canvas, line, used, canvas->columns - used,
			   lost ? STYLE_WARNING : STYLE_DIM, text);
	text[0] = '\0';
	if (input->feed->started_ns && input->now_ns > input->feed->started_ns)
		snprintf(text, sizeof(text), "monitor up %s, %.0f MiB",
			 figure_span(a, clock_seconds(input->now_ns - input->feed->started_ns)),
			 (double)input->feed->kernel_bytes / MIB);
	if (text[0] && canvas->columns - used - 2 >= (int)strlen(text))
		canvas_put(canvas, line, canvas->columns - (int)strlen(text), (int)strlen(text),
			   STYLE_DIM, text);
}
