// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "screen.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "terminal.h"

/* ECMA-48: cursor to the top left, then erase from there to the end. */
#define HOME_AND_CLEAR "\033[H\033[J"

void screen_init(struct screen *screen, enum output output)
{
	*screen = (struct screen){.output = output};
	sink_text_init(&screen->to_text, stdout);
	screen->repaint = output == OUTPUT_TEXT && terminal_obeys(STDOUT_FILENO);
}

int screen_add(struct screen *screen, const struct report *report)
{
	if (!screen->page) {
		/* Once a moment, so that a window made wider is used. */
		sink_text_init(&screen->to_text, stdout);
		screen->page = open_memstream(&screen->text, &screen->size);
		if (!screen->page)
			return -errno;
	}
	if (screen->output == OUTPUT_JSON) {
		screen->to_json.out = screen->page;
		return sink_json_write(&screen->to_json, report);
	}
	screen->to_text.out = screen->page;
	return sink_text_write(&screen->to_text, report);
}

static bool fits_terminal(const struct screen *screen)
{
	struct winsize window;
	size_t lines = 0;

	/* Where lines are wrapped, nobody knows how many they are. */
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) < 0 || window.ws_col < SINK_TEXT_WIDTH_MIN)
		return false;
	for (size_t i = 0; i < screen->size; i++)
		lines += screen->text[i] == '\n';
	return lines < window.ws_row;
}

int screen_show(struct screen *screen)
{
	int err = 0;

	if (!screen->page)
		return 0;
	if (fclose(screen->page) != 0)
		err = -errno;
	screen->page = NULL;
	if (!err) {
		if (screen->repaint && fits_terminal(screen))
			fputs(HOME_AND_CLEAR, stdout);
		errno = 0;
		if (fwrite(screen->text, 1, screen->size, stdout) != screen->size ||
		    fflush(stdout) != 0)
			err = errno ? -errno : -EIO;
	}
	free(screen->text);
	screen->text = NULL;
	return err;
}

void screen_free(struct screen *screen)
{
	if (screen->page)
		fclose(screen->page);
	free(screen->text);
	*screen = (struct screen){0};
}
