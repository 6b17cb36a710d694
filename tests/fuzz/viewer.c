// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What `top` makes of JSON: the first byte says whether the rest is lines, an answer to "report" or one to "history", and the second which
 * size the page has and which key is pressed. Models stay within their bounds, figures are numbers, and a page has only text.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"
#include "top/keys.h"
#include "top/model_read.h"
#include "top/page.h"
#include "util/clock.h"

#ifdef HAVE_JANSSON

#include <jansson.h>

static struct ring ring;

static void check_figure(double value)
{
	if (!(value >= 0) || isinf(value))
		fuzz_fail("a figure of %g", value);
}

static void add(struct model *model)
{
	if (!model)
		return;
	if (model_bytes(model) > MODEL_RAW_MAX + 3 * MODEL_BYTES_MAX)
		fuzz_fail("a model of %zu bytes", model_bytes(model));
	if (model->problems > MODEL_PROBLEMS)
		fuzz_fail("%zu problems", model->problems);
	for (size_t i = 0; i < MODEL_SIDES; i++) {
		const struct side_figures figures = model_side_figures(&model->side[i]);

		check_figure(side_unanswered_share(&figures));
		check_figure(model_servfail_share(&model->side[i]));
		check_figure(model_failing_share(&model->side[i]));
	}
	ring_add(&ring, model);
}

static void add_lines(const char *text, size_t size)
{
	struct model_builder builder = {0};
	const char *end;

	for (; (end = memchr(text, '\n', size)); size -= (size_t)(end + 1 - text), text = end + 1)
		add(model_builder_add(&builder, text, (size_t)(end - text)));
	add(model_builder_add(&builder, text, size));
	add(model_builder_finish(&builder));
	model_builder_free(&builder);
}

static void add_past(const json_t *answer)
{
	static struct model_past past;

	model_read_history(answer, &past);
	for (size_t i = 0; i < past.count; i++)
		add(past.model[i]);
}

static void draw(const struct view *view)
{
	const struct feed_status status = {.state = FEED_RUNNING};
	const struct page_input input = {.ring = &ring,
					 .view = view,
					 .feed = &status,
					 .now_ns = INT64_C(1795939210) * NS_PER_S};
	struct canvas canvas;

	if (canvas_init(&canvas, view->columns / 3, view->columns, false) < 0)
		fuzz_fail("no memory");
	page_draw(&canvas, &input);
	for (int line = 0; line < canvas.lines; line++)
		for (int column = 0; column < canvas.columns; column++)
			for (const char *c = canvas_at(&canvas, line, column)->text; *c; c++)
				if (*c < ' ' || *c > '~')
					fuzz_fail("byte %02x on a page", (unsigned char)*c);
	canvas_free(&canvas);
}

static void show(unsigned how)
{
	static const int keys[] = {'?', 'e', '1', VIEW_KEY_ENTER, '<', 'a', VIEW_KEY_LEFT, 'd'};
	static const int sizes[] = {1, 40, 80, 130};
	struct view view;

	view_init(&view, false);
	view.columns = sizes[how / 8 % 4];
	view_follow(&view, &ring);
	draw(&view);
	view_key(&view, &ring, keys[how % 8]);
	view_follow(&view, &ring);
	draw(&view);
}

static void run(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 2;
	json_t *answer;

	if (size < 3)
		return;
	ring_init(&ring);
	if (data[0] % 3 == 0) {
		add_lines(text, size - 2);
	} else {
		answer = json_loadb(text, size - 2, 0, NULL);
		if (answer && data[0] % 3 == 1)
			add(model_read_answer(answer));
		else if (answer)
			add_past(answer);
		json_decref(answer);
	}
	show(data[1]);
	ring_free(&ring);
}

#else

static void run(const uint8_t *data, size_t size)
{
	(void)data;
	(void)size;
}

#endif

const struct fuzz_target fuzz_viewer = {"viewer", run, NULL};
