/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A file or standard input as a stream of bytes to be looked at in place, decompressed on the way.
 *
 * The stream is seen through a window of bounded size: input_need() makes sure that so many bytes
 * lie at input->at, input_consume() and input_skip() move on. What input->at pointed to stays where it
 * is until the next input_need() or input_skip(), or longer: see input_move().
 */
#ifndef RCODEWATCH_INPUT_H
#define RCODEWATCH_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/input_decoder.h"

/* The most that can be asked of input_need(). */
#define INPUT_NEED_MAX (384u * 1024u)

/* A window's buffer: what can be needed, and what is read at once. */
#define INPUT_CHUNK       (256u * 1024u)
#define INPUT_BUFFER_SIZE (INPUT_NEED_MAX + INPUT_CHUNK)

struct input {
	const uint8_t *at, *end; /* the window */
	uint8_t *buffer;
	uint8_t *own; /* the buffer, if it is to be freed */
	/* Set by input_move(): called before what the window has left in the buffer is overwritten. */
	void (*leave)(void *leaver);
	void *leaver;
	uint64_t base; /* offset of the buffer's start in the (decompressed) stream */
	int fd;
	bool ended; /* no byte follows the window */
	int error;  /* why none follows, if not because it is the end: a negative errno; sticky */
	bool regular;
	uint64_t file_size;            /* bytes, of a regular file */
	uint64_t file_at;              /* bytes read of the file itself */
	const struct decoder *decoder; /* NULL: not compressed */
	void *decoder_state;
	uint8_t *packed; /* read, not yet decompressed */
	size_t packed_at, packed_end;
	bool packed_ended;
	const volatile int *stop; /* looked at before each read; may be NULL */
	char why[INPUT_WHY_MAX];  /* what is behind an error, in words, with the place */
};

/*
 * Open the file at @path ("-": standard input) and look whether it is compressed. A read is not
 * begun, and one under way is ended by a signal, when *@stop is not 0. 0, or a negative errno with
 * the reason in input->why; nothing is to be closed then. An empty file is no error here.
 */
int input_open(struct input *input, const char *path, const volatile int *stop);
void input_close(struct input *input);

/*
 * Go on in @buffer of INPUT_BUFFER_SIZE bytes, which stays the caller's, to whom the buffer before is
 * left as it is. From now on what input->at pointed to stays there until the input moves on, or until
 * @leave(@leaver) is called.
 */
void input_move(struct input *input, uint8_t *buffer, void (*leave)(void *leaver), void *leaver);

/* For input_need(). */
int input_fill(struct input *input, size_t size);

static inline size_t input_left(const struct input *input)
{
	return (size_t)(input->end - input->at);
}

/*
 * Have @size (at most INPUT_NEED_MAX) bytes at input->at. 1; 0 if the stream ends before, with what
 * is left of it in the window; -EINTR if stopped; another negative errno if it cannot be read on,
 * with the reason in input->why.
 */
static inline int input_need(struct input *input, size_t size)
{
	return __builtin_expect(input_left(input) >= size, 1) ? 1 : input_fill(input, size);
}

/* Move on by @size bytes, which are in the window. */
static inline void input_consume(struct input *input, size_t size)
{
	input->at += size;
}

/* Move on by @size bytes, however many. Results as of input_need(). */
int input_skip(struct input *input, uint64_t size);

/* Where input->at is in the (decompressed) stream: bytes from its start. */
static inline uint64_t input_offset(const struct input *input)
{
	return input->base + (uint64_t)(input->at - input->buffer);
}

#endif
