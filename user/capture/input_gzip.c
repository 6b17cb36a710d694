// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* RFC 1952, by zlib. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "capture/input_decoder.h"

struct gzip {
	z_stream stream;
	bool between; /* members: one has ended, none has begun since */
};

static int gzip_open(void **state)
{
	struct gzip *gzip = calloc(1, sizeof(*gzip));

	/* 16: a gzip header and trailer, and no other. */
	if (!gzip || inflateInit2(&gzip->stream, 15 + 16) != Z_OK) {
		free(gzip);
		return -ENOMEM;
	}
	*state = gzip;
	return 0;
}

static int complain(char why[INPUT_WHY_MAX], const char *what)
{
	snprintf(why, INPUT_WHY_MAX, "the gzip data are corrupt (%s)", what);
	return -EBADMSG;
}

/* Zeros after the last member are padding, as tapes need it and gzip(1) accepts it. */
static int skip_padding(struct decoder_io *io, char why[INPUT_WHY_MAX])
{
	while (io->in_left && *io->in == 0) {
		io->in++;
		io->in_left--;
	}
	if (io->in_left && *io->in != 0x1f)
		return complain(why, "something that is no gzip follows");
	return !io->in_left && io->in_last;
}

static int inflate_some(struct gzip *gzip, struct decoder_io *io)
{
	z_stream *z = &gzip->stream;
	int result;

	/* zlib does not write through next_in, whose type depends on how it was built. */
	z->next_in = (z_const Bytef *)(uintptr_t)io->in;
	z->avail_in = (uInt)io->in_left;
	z->next_out = io->out;
	z->avail_out = (uInt)io->out_left;
	result = inflate(z, Z_NO_FLUSH);
	io->in = z->next_in;
	io->in_left = z->avail_in;
	io->out = z->next_out;
	io->out_left = z->avail_out;
	return result;
}

static int gzip_step(void *state, struct decoder_io *io, char why[INPUT_WHY_MAX])
{
	struct gzip *gzip = state;

	while (io->out_left) {
		size_t room = io->out_left;
		int result;

		if (gzip->between) {
			result = skip_padding(io, why);
			if (result || !io->in_left)
				return result;
			gzip->between = false;
			inflateReset(&gzip->stream);
		}
		if (!io->in_left && !io->in_last)
			return 0;
		result = inflate_some(gzip, io);
		if (result == Z_STREAM_END) {
			gzip->between = true;
		} else if (result == Z_MEM_ERROR) {
			snprintf(why, INPUT_WHY_MAX, "out of memory");
			return -ENOMEM;
		} else if (result != Z_OK && result != Z_BUF_ERROR) {
			return complain(why,
					gzip->stream.msg ? gzip->stream.msg : "no reason given");
		} else if (!io->in_left && io->in_last && io->out_left == room) {
			snprintf(why, INPUT_WHY_MAX, "the gzip data are cut off");
			return -EBADMSG;
		}
	}
	return 0;
}

static void gzip_close(void *state)
{
	struct gzip *gzip = state;

	inflateEnd(&gzip->stream);
	free(gzip);
}

const struct decoder gzip_decoder = {"gzip", gzip_open, gzip_step, gzip_close};
