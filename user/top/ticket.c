// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/ticket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"

#define COPIES_MAX 100u
#define HOST_MAX   24 /* bytes of it in a name */

void ticket_name(char name[static TICKET_NAME_MAX], const struct model *model, unsigned copy)
{
	time_t seconds = (time_t)(model->end_ns / NS_PER_S);
	char host[HOST_MAX + 1], stamp[32] = "", number[16] = "";
	size_t used = 0;
	struct tm tm;

	for (; used < HOST_MAX && model->host[used]; used++) {
		char c = model->host[used];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			     (c >= 'a' && c <= 'z') || c == '-' || (c == '.' && used);

		host[used] = plain ? c : '_';
	}
	host[used] = '\0';
	if (gmtime_r(&seconds, &tm))
		strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	if (copy > 1)
		snprintf(number, sizeof(number), "-%u", copy % 1000);
	snprintf(name, TICKET_NAME_MAX, "rcodewatch-%.24s-%.16s%.4s.json", host, stamp, number);
}

int ticket_write(const struct model *model, char name[static TICKET_NAME_MAX])
{
	int fd = -1, err = 0;
	size_t done = 0;

	if (!model->raw_size)
		return -ENODATA;
	for (unsigned copy = 1; copy <= COPIES_MAX && fd < 0; copy++) {
		ticket_name(name, model, copy);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0 && errno != EEXIST)
			return -errno;
	}
	if (fd < 0)
		return -EEXIST;
	while (done < model->raw_size && !err) {
		ssize_t wrote = write(fd, model->raw + done, model->raw_size - done);

		if (wrote < 0 && errno != EINTR)
			err = -errno;
		done += wrote > 0 ? (size_t)wrote : 0;
	}
	if (close(fd) < 0 && !err)
		err = -errno;
	if (err)
		unlink(name);
	return err;
}

/* ---- the clipboard ----------------------------------------------------------------------------- */

bool clipboard_expected(const char *term)
{
	static const char *const known[] = {"xterm",   "tmux",   "screen",      "alacritty",
					    "foot",    "kitty",  "xterm-kitty", "wezterm",
					    "ghostty", "contour"};

	for (size_t i = 0; term && i < sizeof(known) / sizeof(known[0]); i++) {
		size_t length = strlen(known[i]);

		if (strncmp(term, known[i], length) == 0 &&
		    (!term[length] || term[length] == '-' || term[length] == '.'))
			return true;
	}
	return false;
}

const char *clipboard_sequence(char sequence[static CLIPBOARD_MAX], const char *text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t length = strlen(text);
	char *to = sequence;

	if (!length || length > (CLIPBOARD_MAX - 32) / 4 * 3)
		return NULL;
	for (size_t i = 0; i < length; i++)
		if (text[i] < ' ' || text[i] > '~')
			return NULL;
	to += sprintf(to, "\033]52;c;");
	for (size_t i = 0; i < length; i += 3) {
		unsigned left = (unsigned)(length - i);
		unsigned bits = (unsigned)(unsigned char)text[i] << 16;

		bits |= left > 1 ? (unsigned)(unsigned char)text[i + 1] << 8 : 0;
		bits |= left > 2 ? (unsigned)(unsigned char)text[i + 2] : 0;
		*to++ = digits[bits >> 18 & 63];
		*to++ = digits[bits >> 12 & 63];
		*to++ = left > 1 ? digits[bits >> 6 & 63] : '=';
		*to++ = left > 2 ? digits[bits & 63] : '=';
	}
	*to++ = '\a';
	*to = '\0';
	return sequence;
}
