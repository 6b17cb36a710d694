// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* RFC 8878, by libzstd. */
#ifdef HAVE_ZSTD

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "capture/input_decoder.h"

/* 128 MiB: what zstd(1) takes without being asked to, and within DECODER_MEMORY_MAX. */
#define WINDOW_LOG_MAX 27

struct zstd {
	ZSTD_DStream *stream;
	bool within; /* a frame */
};

static int zstd_open(void **state)
{
	struct zstd *zstd = calloc(1, sizeof(*zstd));

	if (zstd)
		zstd->stream = ZSTD_createDStream();
	if (!zstd || !zstd->stream ||
	    ZSTD_isError(
		    ZSTD_DCtx_setParameter(zstd->stream, ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) {
		if (zstd)
			ZSTD_freeDStream(zstd->stream);
		free(zstd);
		return -ENOMEM;
	}
	*state = zstd;
	return 0;
}

static int zstd_explain(size_t result, char why[INPUT_WHY_MAX])
{
	switch ((int)ZSTD_getErrorCode(result)) {
	case ZSTD_error_memory_allocation:
		snprintf(why, INPUT_WHY_MAX, "out of memory");
		return -ENOMEM;
	case ZSTD_error_frameParameter_windowTooLarge:
		snprintf(why, INPUT_WHY_MAX,
			 "decompressing takes more than %u MiB of memory: "
			 "'zstd -dc --long=31 FILE | rcodewatch read -' does it",
			 1u << (WINDOW_LOG_MAX - 20));
		return -EFBIG;
	default:
		snprintf(why, INPUT_WHY_MAX, "the zstd data are corrupt (%s)",
			 ZSTD_getErrorName(result));
		return -EBADMSG;
	}
}

static int zstd_step(void *state, struct decoder_io *io, char why[INPUT_WHY_MAX])
{
	ZSTD_inBuffer in = {.src = io->in, .size = io->in_left};
	ZSTD_outBuffer out = {.dst = io->out, .size = io->out_left};
	struct zstd *zstd = state;
	size_t result = 0, made;

	do {
		made = out.pos;
		/* Between frames, without input, there is nothing to ask for. */
		if (in.pos == in.size && !zstd->within)
			break;
		result = ZSTD_decompressStream(zstd->stream, &out, &in);
		zstd->within = result != 0;
	} while (!ZSTD_isError(result) && out.pos < out.size &&
		 (in.pos < in.size || out.pos > made));

	io->in += in.pos;
	io->in_left -= in.pos;
	io->out += out.pos;
	io->out_left -= out.pos;
	if (ZSTD_isError(result))
		return zstd_explain(result, why);
	if (io->in_left || !io->in_last || !io->out_left)
		return 0;
	if (!zstd->within)
		return 1;
	snprintf(why, INPUT_WHY_MAX, "the zstd data are cut off");
	return -EBADMSG;
}

static void zstd_close(void *state)
{
	struct zstd *zstd = state;

	ZSTD_freeDStream(zstd->stream);
	free(zstd);
}

const struct decoder zstd_decoder = {"zstd", zstd_open, zstd_step, zstd_close};

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int input_zstd_is_not_built_in;
#endif
