// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The .xz file format, by liblzma. */
#ifdef HAVE_LZMA

#include <errno.h>
#include <inttypes.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture/input_decoder.h"

static int xz_open(void **state)
{
	static const lzma_stream fresh = LZMA_STREAM_INIT;
	lzma_stream *xz = malloc(sizeof(*xz));

	if (!xz)
		return -ENOMEM;
	*xz = fresh;
	if (lzma_stream_decoder(xz, DECODER_MEMORY_MAX, LZMA_CONCATENATED) != LZMA_OK) {
		free(xz);
		return -ENOMEM;
	}
	*state = xz;
	return 0;
}

static int xz_explain(const lzma_stream *xz, lzma_ret result, char why[INPUT_WHY_MAX])
{
	if (result == LZMA_MEM_ERROR) {
		snprintf(why, INPUT_WHY_MAX, "out of memory");
		return -ENOMEM;
	}
	if (result == LZMA_MEMLIMIT_ERROR) {
		snprintf(why, INPUT_WHY_MAX,
			 "decompressing takes %" PRIu64 " MiB of memory, more than %u: "
			 "'xz -dc FILE | rcodewatch read -' does it",
			 (lzma_memusage(xz) >> 20) + 1, DECODER_MEMORY_MAX >> 20);
		return -EFBIG;
	}
	if (result == LZMA_BUF_ERROR)
		snprintf(why, INPUT_WHY_MAX, "the xz data are cut off");
	else if (result == LZMA_UNSUPPORTED_CHECK || result == LZMA_OPTIONS_ERROR)
		snprintf(why, INPUT_WHY_MAX, "the xz data use options that liblzma does not know");
	else
		snprintf(why, INPUT_WHY_MAX, "the xz data are corrupt");
	return -EBADMSG;
}

static int xz_step(void *state, struct decoder_io *io, char why[INPUT_WHY_MAX])
{
	lzma_stream *xz = state;
	lzma_ret result;

	xz->next_in = io->in;
	xz->avail_in = io->in_left;
	xz->next_out = io->out;
	xz->avail_out = io->out_left;
	do
		result = lzma_code(xz, io->in_last ? LZMA_FINISH : LZMA_RUN);
	while (result == LZMA_OK && xz->avail_out && (xz->avail_in || io->in_last));
	io->in = xz->next_in;
	io->in_left = xz->avail_in;
	io->out = xz->next_out;
	io->out_left = xz->avail_out;
	if (result == LZMA_STREAM_END)
		return 1;
	/* Nothing came in and nothing went out: to be expected until the last bytes are there. */
	if (result == LZMA_OK || (result == LZMA_BUF_ERROR && !io->in_last))
		return 0;
	return xz_explain(xz, result, why);
}

static void xz_close(void *state)
{
	lzma_end(state);
	free(state);
}

const struct decoder xz_decoder = {"xz", xz_open, xz_step, xz_close};

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int input_xz_is_not_built_in;
#endif
