// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/standard_output.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/terminal.h"
#include "util/write_now.h"

/* ECMA-48: cursor to the top left, then erase from there to the end. */
#define HOME_AND_CLEAR "\033[H\033[J"

/* For a reader that does not read, after a signal: as long as sinks get at the end of run. */
#define PATIENCE_NS (3 * NS_PER_S)
/* How often to look whether a signal came, while waiting. */
#define LOOK_MS 200

void standard_output_init(struct standard_output *standard_output, enum output output)
{
	*standard_output = (struct standard_output){.output = output};
	text_report_init(&standard_output->to_text, stdout);
	standard_output->repaint = output == OUTPUT_TEXT && terminal_obeys(STDOUT_FILENO);
}

/* How many lines of the terminal a batch may take: all but the one that the cursor ends on; 0: unknown. */
static size_t lines_of_terminal(void)
{
	struct winsize window;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) < 0 || window.ws_row < 2)
		return 0;
	return window.ws_row - 1u;
}

static int add_text(struct standard_output *standard_output, const struct output_batch *batch)
{
	struct text_formatter *to_text = &standard_output->to_text;

	/* For each batch, so that a window made wider is used. */
	text_report_init(to_text, stdout);
	to_text->lines = lines_of_terminal();
	to_text->transactions = batch->transactions;
	to_text->sides = batch->sides;
	to_text->alerts = batch->alerts;
	to_text->alert_count = batch->alert_count;
	to_text->history = batch->history;
	to_text->out = standard_output->page;
	if (standard_output->repaint && to_text->lines)
		fputs(HOME_AND_CLEAR, standard_output->page);
	return text_report_write_all(to_text, batch->reports, batch->count);
}

/* The memory that the batch is put together in. 0 or a negative errno. */
static int open_page(struct standard_output *standard_output)
{
	if (!standard_output->page)
		standard_output->page = open_memstream(&standard_output->text,
						       &standard_output->size);
	standard_output->to_json.out = standard_output->page;
	return standard_output->page ? 0 : -errno;
}

int standard_output_add(struct standard_output *standard_output, const struct output_batch *batch)
{
	int err = open_page(standard_output);

	if (err)
		return err;
	if (standard_output->output == OUTPUT_TEXT)
		return add_text(standard_output, batch);
	for (size_t i = 0; i < batch->count && !err; i++)
		err = json_report_write(&standard_output->to_json, batch->reports[i]);
	for (size_t i = 0; i < batch->sides && !err; i++)
		err = json_transactions_write(&standard_output->to_json, &batch->transactions[i]);
	return err;
}

int standard_output_alert(struct standard_output *standard_output, const struct alert *alert)
{
	int err = standard_output->output == OUTPUT_JSON ? open_page(standard_output) : 0;

	if (!err && standard_output->output == OUTPUT_JSON)
		err = json_alert_write(&standard_output->to_json, alert);
	return err;
}

int standard_output_release(struct standard_output *standard_output, char **text, size_t *size)
{
	FILE *page = standard_output->page;

	*text = NULL;
	*size = 0;
	if (!page)
		return 0;
	standard_output->page = NULL;
	if (fclose(page) != 0) {
		int err = -errno;

		free(standard_output->text);
		standard_output->text = NULL;
		return err;
	}
	*size = standard_output->size;
	*text = standard_output->text;
	standard_output->text = NULL;
	return 0;
}

/*
 * Wait until there may be room. 0, or a negative errno: -ETIMEDOUT once a reader that does not read has had its
 * time after the signal.
 */
static int wait_for_reader(struct standard_output *standard_output, int fd)
{
	struct pollfd file = {.fd = fd, .events = POLLOUT};
	int64_t now = clock_mono_ns();

	if (standard_output->stopped && *standard_output->stopped && !standard_output->until_ns)
		standard_output->until_ns = now + PATIENCE_NS;
	if (standard_output->until_ns && now >= standard_output->until_ns)
		return -ETIMEDOUT;
	/* Not for long: the signal may come just before. */
	return poll(&file, 1, LOOK_MS) < 0 && errno != EINTR ? -errno : 0;
}

/* Not by stdio, which could not stop after a signal. 0, or a negative errno. */
static int write_all(struct standard_output *standard_output, const char *text, size_t size)
{
	int fd = write_now_fd(STDOUT_FILENO), err = 0;

	while (size && !err) {
		ssize_t written = write_now(fd, text, size);

		if (written == -EAGAIN) {
			err = wait_for_reader(standard_output, fd);
		} else if (written < 0) {
			err = (int)written;
		} else {
			text += written;
			size -= (size_t)written;
		}
	}
	return err;
}

int standard_output_show(struct standard_output *standard_output)
{
	char *text;
	size_t size;
	int err = standard_output_release(standard_output, &text, &size);

	if (!err)
		err = write_all(standard_output, text, size);
	free(text);
	return err;
}

void standard_output_free(struct standard_output *standard_output)
{
	if (standard_output->page)
		fclose(standard_output->page);
	free(standard_output->text);
	*standard_output = (struct standard_output){0};
}
