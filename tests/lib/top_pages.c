// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_JANSSON

#include "top_pages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "top/model_read.h"
#include "util/clock.h"

/* Intervals of healthy.json in front of the one that is shown. */
#define BEFORE 90

/* The lines of a file as one model; NULL with errno. */
static struct model *read_model(const char *name)
{
	struct model_builder builder = {0};
	struct model *model;
	char path[64], *line = NULL;
	size_t room = 0;
	ssize_t size;
	FILE *in;

	snprintf(path, sizeof(path), TOP_PAGES_FOLDER "%s.json", name);
	in = fopen(path, "r");
	if (!in)
		return NULL;
	while ((size = getline(&line, &room, in)) > 0)
		model_free(model_builder_add(&builder, line, (size_t)size));
	free(line);
	fclose(in);
	model = model_builder_finish(&builder);
	model_builder_free(&builder);
	if (!model)
		errno = EINVAL;
	return model;
}

int top_pages_ring(struct ring *ring, const char *name)
{
	struct model *last = read_model(name);

	ring_init(ring);
	if (!last)
		return -errno;
	for (int i = BEFORE; i > 0; i--) {
		struct model *model = read_model("healthy");

		if (!model) {
			model_free(last);
			return -errno;
		}
		model->end_ns = last->end_ns - i * 10 * NS_PER_S;
		ring_add(ring, model);
	}
	ring_add(ring, last);
	return 0;
}

int top_pages_draw(struct canvas *canvas, const struct ring *ring, const struct view *view,
		   int lines, int columns, bool utf8)
{
	int64_t now = ring_get(ring, ring->end - 1)->end_ns + NS_PER_S;
	const struct feed_status status = {
		.state = FEED_RUNNING,
		.started_ns = now - 12 * 86400 * NS_PER_S,
		.kernel_bytes = 31u << 20,
	};
	const struct page_input input = {
		.ring = ring, .view = view, .feed = &status, .now_ns = now};
	int err = canvas_init(canvas, lines, columns, utf8);

	if (!err)
		page_draw(canvas, &input);
	return err;
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int top_pages_is_not_built_in;
#endif
