// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "screen.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "terminal.h"
#include "write_now.h"

/* ECMA-48: cursor to the top left, then erase from there to the end. */
#define HOME_AND_CLEAR "\033[H\033[J"

void screen_init(struct screen *screen, enum output output)
{
	*screen = (struct screen){.output = output};
	sink_text_init(&screen->to_text, stdout);
	screen->repaint = output == OUTPUT_TEXT && terminal_obeys(STDOUT_FILENO);
}

/* What a report may take of the terminal, so that all of a moment fit. */
static size_t lines_for_one(const struct screen *screen)
{
	struct winsize window;

	if (!screen->repaint || ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) < 0 || !window.ws_row)
		return 0;
	return (window.ws_row - 1u) / (screen->expected ? screen->expected : 1);
}

int screen_add(struct screen *screen, const struct report *report)
{
	if (!screen->page) {
		/* Once a moment, so that a window made wider is used. */
		sink_text_init(&screen->to_text, stdout);
		screen->to_text.lines = lines_for_one(screen);
		screen->page = open_memstream(&screen->text, &screen->size);
		if (!screen->page)
			return -errno;
		if (screen->repaint)
			fputs(HOME_AND_CLEAR, screen->page);
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
	size_t lines = 0, columns = 0;
	bool escape = false;

	/* Where all lines are wrapped, nobody knows how many they are. */
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) < 0 || window.ws_col < SINK_TEXT_WIDTH_MIN)
		return false;
	for (size_t i = 0; i < screen->size; i++) {
		unsigned char c = (unsigned char)screen->text[i];

		if (c == '\n') {
			/* Commands are as long as they are. */
			lines += 1 + (columns ? (columns - 1) / window.ws_col : 0);
			columns = 0;
		} else if (c == '\033') {
			escape = true;
		} else if (escape) {
			escape = !(c >= '@' && c <= '~' && c != '[');
		} else {
			columns += c < 0x80 || c >= 0xc0; /* once a character in UTF-8 */
		}
	}
	return lines < window.ws_row;
}

int screen_take(struct screen *screen, char **text, size_t *size)
{
	FILE *page = screen->page;
	size_t skip;

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
	skip = screen->repaint && !fits_terminal(screen) ? strlen(HOME_AND_CLEAR) : 0;
	*size = screen->size - skip;
	*text = screen->text;
	memmove(*text, *text + skip, *size);
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
