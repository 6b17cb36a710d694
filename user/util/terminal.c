// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_DEFAULT 80

bool terminal_obeys(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && term && strcmp(term, "dumb") != 0;
}

int terminal_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long width;
	char *end;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	if (!columns)
		return WIDTH_DEFAULT;
	width = strtol(columns, &end, 10);
	return *columns && !*end && width > 0 && width <= 65535 ? (int)width : WIDTH_DEFAULT;
}
