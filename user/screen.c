// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "screen.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "terminal.h"

/* ECMA-48: cursor to the top left, then erase from there to the end. */
#define HOME_AND_CLEAR "\033[H\033[J"
/* When it is time to end, what a slow reader gets for the last report. */
#define PATIENCE_MS 2000

void screen_init(struct screen *screen, enum output output)
{
	*screen = (struct screen){.output = output, .interrupt_fd = -1};
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

/* 0 once standard output takes something, -EINTR if it does not although it is time to end. */
static int wait_for_room(int interrupt_fd)
{
	struct pollfd files[] = {{.fd = STDOUT_FILENO, .events = POLLOUT},
				 {.fd = interrupt_fd, .events = POLLIN}};
	int ready;

	do
		ready = poll(files, 2, -1);
	while (ready < 0 && errno == EINTR && interrupt_fd >= 0); /* a signal for the other file */
	if (ready > 0 && !files[0].revents)
		ready = poll(files, 1, PATIENCE_MS);
	if (ready < 0)
		return -errno;
	return files[0].revents ? 0 : -EINTR;
}

/* How much can be written at once without waiting for a reader, when there is room at all. */
static size_t piece_max(void)
{
	struct stat file;

	/* A file takes all, so that lines of several writers do not mix; a pipe so much: pipe(7). */
	return fstat(STDOUT_FILENO, &file) == 0 && S_ISREG(file.st_mode) ? SSIZE_MAX : PIPE_BUF;
}

static bool has_room(void)
{
	struct pollfd file = {.fd = STDOUT_FILENO, .events = POLLOUT};

	return poll(&file, 1, 0) > 0;
}

bool screen_busy(const struct screen *screen)
{
	return !screen->page && screen->text;
}

/*
 * Not by stdio: a reader that does not read would hold up its writer, for which signals are but
 * another file to read, for ever.
 */
int screen_go_on(struct screen *screen)
{
	const size_t most = piece_max();
	int err = 0;

	while (!err && screen->shown < screen->size) {
		size_t left = screen->size - screen->shown;
		ssize_t written;

		if (!has_room())
			return -EAGAIN;
		written = write(STDOUT_FILENO, screen->text + screen->shown,
				left < most ? left : most);
		if (written > 0)
			screen->shown += (size_t)written;
		else if (written < 0 && errno != EINTR && errno != EAGAIN)
			err = -errno;
	}
	free(screen->text);
	screen->text = NULL;
	return err;
}

int screen_begin(struct screen *screen)
{
	FILE *page = screen->page;

	if (!page)
		return 0;
	screen->page = NULL;
	if (fclose(page) != 0) {
		int err = -errno;

		free(screen->text);
		screen->text = NULL;
		return err;
	}
	screen->shown = screen->repaint && !fits_terminal(screen) ? strlen(HOME_AND_CLEAR) : 0;
	return screen_go_on(screen);
}

int screen_finish(struct screen *screen)
{
	int err = 0;

	while (screen_busy(screen) && !err) {
		err = wait_for_room(screen->interrupt_fd);
		if (!err)
			err = screen_go_on(screen);
		if (err == -EAGAIN)
			err = 0;
	}
	return err;
}

int screen_show(struct screen *screen)
{
	int err = screen_begin(screen);

	return err == -EAGAIN ? screen_finish(screen) : err;
}

void screen_free(struct screen *screen)
{
	if (screen->page)
		fclose(screen->page);
	free(screen->text);
	*screen = (struct screen){0};
}
