/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Standard output as the place of reports: all reports of one moment go there together. On a
 * terminal tall enough, text takes the place of the text before it; elsewhere it follows it.
 */
#ifndef RCODEWATCH_SCREEN_H
#define RCODEWATCH_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "report.h"
#include "settings.h"
#include "sink.h"

struct screen {
	enum output output;
	bool repaint;
	int interrupt_fd; /* readable when it is time to end; -1, of screen_init(): none */
	char *text;       /* the moment being put together, or shown; of open_memstream() */
	size_t size;
	size_t shown;    /* how much of it has been written */
	size_t expected; /* reports of a moment, which share the terminal's lines */
	FILE *page;
	struct sink_text to_text;
	struct sink_json to_json;
};

void screen_init(struct screen *screen, enum output output);
/* Add a report to the moment. 0 or a negative errno. */
int screen_add(struct screen *screen, const struct report *report);
/*
 * Begin to show the moment, without waiting for a reader. 0 when all is written; -EAGAIN when the
 * reader does not take it: screen_go_on() when standard output is writable again, and no
 * screen_add() before that; another negative errno as of screen_show().
 */
int screen_begin(struct screen *screen);
int screen_go_on(struct screen *screen);
/* Is there a moment that has begun to be shown? */
bool screen_busy(const struct screen *screen);
/* Wait until it has been shown. As screen_show(). */
int screen_finish(struct screen *screen);
/*
 * All in one: show the moment. 0, or a negative errno when standard output cannot be written: -EPIPE if its
 * reader has gone, -EINTR if it does not read and it is time to end, or a signal came.
 */
int screen_show(struct screen *screen);
void screen_free(struct screen *screen);

#endif
