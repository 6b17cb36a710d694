/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Decompression of a stream, piece by piece: one set of functions for each format. */
#ifndef RCODEWATCH_INPUT_DECODER_H
#define RCODEWATCH_INPUT_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INPUT_WHY_MAX 192

/* What a step works on; it moves the pointers and takes from the sizes. */
struct decoder_io {
	const uint8_t *in;
	size_t in_left;
	bool in_last; /* nothing follows what is at in */
	uint8_t *out;
	size_t out_left;
};

struct decoder {
	const char *name; /* "gzip" */
	/* 0 and a state to be closed, or -ENOMEM. */
	int (*open)(void **state);
	/*
	 * Decompress until input or room for output is used up. 0 to be called again; 1 when the
	 * compressed data are complete; -EBADMSG if they are corrupt or cut off, -ENOMEM, or
	 * -EFBIG if they ask for more memory than is allowed, each with the reason in @why. Members
	 * or frames that follow one another are one stream.
	 */
	int (*step)(void *state, struct decoder_io *io, char why[INPUT_WHY_MAX]);
	void (*close)(void *state);
};

/* Most that a decoder may allocate: what xz -9 and zstd --ultra -22 need, and some more. */
#define DECODER_MEMORY_MAX (160u << 20)

extern const struct decoder gzip_decoder;
#ifdef HAVE_LZMA
extern const struct decoder xz_decoder;
#endif
#ifdef HAVE_ZSTD
extern const struct decoder zstd_decoder;
#endif

/*
 * The decoder for a stream that begins with the @size bytes at @start. NULL with "" in @why if it is
 * not compressed; NULL with the reason in @why if it is, in a way that cannot be read here.
 */
const struct decoder *decoder_find(const uint8_t *start, size_t size, char why[INPUT_WHY_MAX]);
/* As many bytes as decoder_find() can use. */
#define DECODER_MAGIC_MAX 6u

/* "gzip, xz, zstd": what was built in. */
const char *decoder_list(void);

#endif
