/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Pages of `top` from files of JSON lines in tests/top, for the folder of the sources. For a build with libjansson. */
#ifndef RCODEWATCH_TESTS_TOP_PAGES_H
#define RCODEWATCH_TESTS_TOP_PAGES_H

#include "top/page.h"

#define TOP_PAGES_FOLDER "tests/top/"

/* A quarter of an hour of healthy.json, then the interval of NAME.json. 0 or a negative errno. */
int top_pages_ring(struct ring *ring, const char *name);

/*
 * The page of @view, a second after its newest interval, of a monitor that has been up for 12 days. 0 or -ENOMEM;
 * canvas_free() in any case.
 */
int top_pages_draw(struct canvas *canvas, const struct ring *ring, const struct view *view,
		   int lines, int columns, bool utf8);

#endif
