// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/standard_output.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/terminal.h"
#include "util/write_now.h"

/* ECMA-48: cursor to the top left, then erase from there to the end. */
#define HOME_AND_CLEAR "\033[H\033[J"

void screen_init(struct screen *screen, enum output output)
{
	*screen = (struct screen){.output = output};
	sink_text_init(&screen->to_text, stdout);
	screen->repaint = output == OUTPUT_TEXT && terminal_obeys(STDOUT_FILENO);
}

/* How much of the terminal a moment may take: all but the line where the cursor comes to stand; 0: unknown. */
static size_t lines_of_terminal(void)
{
	struct winsize window;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) < 0 || window.ws_row < 2)
		return 0;
	return window.ws_row - 1u;
}

static int add_text(struct screen *screen, const struct report *const *reports, size_t count)
{
	/* Once a moment, so that a window made wider is used. */
	sink_text_init(&screen->to_text, stdout);
	screen->to_text.lines = lines_of_terminal();
	screen->to_text.out = screen->page;
	if (screen->repaint && screen->to_text.lines)
		fputs(HOME_AND_CLEAR, screen->page);
	return sink_text_write_all(&screen->to_text, reports, count);
}

int screen_add(struct screen *screen, const struct report *const *reports, size_t count)
{
	int err = 0;

	if (!screen->page) {
		screen->page = open_memstream(&screen->text, &screen->size);
		if (!screen->page)
			return -errno;
	}
	if (screen->output == OUTPUT_TEXT)
		return add_text(screen, reports, count);
	screen->to_json.out = screen->page;
	for (size_t i = 0; i < count && !err; i++)
		err = sink_json_write(&screen->to_json, reports[i]);
	return err;
}

int screen_take(struct screen *screen, char **text, size_t *size)
{
	FILE *page = screen->page;

	*text = NULL;
	*size = 0;
	if (!page)
		return 0;
	screen->page = NULL;
	if (fclose(page) != 0) {
		int err = -errno;

		free(screen->text);
		screen->text = NULL;
		return err;
	}
	*size = screen->size;
	*text = screen->text;
	screen->text = NULL;
	return 0;
}

/* Not by stdio, which would go on after a signal. 0, or a negative errno. */
static int write_all(const char *text, size_t size)
{
	struct pollfd file = {.fd = STDOUT_FILENO, .events = POLLOUT};

	while (size) {
		ssize_t written = write_now(STDOUT_FILENO, text, size);

		if (written == -EAGAIN) {
			if (poll(&file, 1, -1) < 0)
				return -errno;
			continue;
		}
		if (written < 0)
			return (int)written;
		text += written;
		size -= (size_t)written;
	}
	return 0;
}

int screen_show(struct screen *screen)
{
	char *text;
	size_t size;
	int err = screen_take(screen, &text, &size);

	if (!err)
		err = write_all(text, size);
	free(text);
	return err;
}

void screen_free(struct screen *screen)
{
	if (screen->page)
		fclose(screen->page);
	free(screen->text);
	*screen = (struct screen){0};
}
