// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/terminal.h"
#include "util/clock.h"

#define NAME_COLUMNS 24
#define LINE_COLUMNS 79
/* ECMA-48: erase to the end of the line. */
#define ERASE "\r\033[K"

void progress_init(struct progress *progress, bool quiet)
{
	*progress = (struct progress){0};
	progress->on = !quiet && terminal_obeys(STDERR_FILENO);
	progress->since_ns = clock_mono_ns();
	progress->due_ns = progress->since_ns + NS_PER_S;
}

/* The end of a path says more than its beginning; what a terminal could take for orders is not sent. */
static void put_name(char to[NAME_COLUMNS + 1], const char *name)
{
	size_t length = strlen(name), skip = length > NAME_COLUMNS ? length - NAME_COLUMNS : 0, i;

	for (i = 0; name[skip + i]; i++)
		to[i] = name[skip + i] >= 0x20 && name[skip + i] < 0x7f ? name[skip + i] : '?';
	to[i] = '\0';
}

static void show(const char *name, const struct input *input, double rate)
{
	char line[512], of[96] = "", label[NAME_COLUMNS + 1];

	put_name(label, name);
	if (input->regular && input->file_size)
		snprintf(of, sizeof(of), " of %" PRIu64 " MB, %.0f%%", input->file_size / 1000000,
			 100.0 * (double)input->file_at / (double)input->file_size);
	snprintf(line, sizeof(line), "%s: %" PRIu64 " MB%s, %.2f million packets/s", label,
		 input->file_at / 1000000, of, rate / 1e6);
	fprintf(stderr, ERASE "%.*s", LINE_COLUMNS, line);
	fflush(stderr);
}

void progress_step(struct progress *progress, const char *name, const struct input *input,
		   uint64_t packets)
{
	int64_t now;

	if (!progress->on)
		return;
	now = clock_mono_ns();
	if (now < progress->due_ns)
		return;
	show(name, input,
	     (double)(packets - progress->packets) / clock_seconds(now - progress->since_ns));
	progress->shown = true;
	progress->packets = packets;
	progress->since_ns = now;
	progress->due_ns = now + NS_PER_S / 2;
}

void progress_clear(struct progress *progress)
{
	if (progress->shown)
		fputs(ERASE, stderr);
	progress->shown = false;
}
