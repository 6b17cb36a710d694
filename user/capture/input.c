// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture/input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/log.h"

static int fail(struct input *input, int err, const char *format, ...) PRINTF_LIKE(3, 4);

static int fail(struct input *input, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(input->why, sizeof(input->why), format, args);
	va_end(args);
	return err;
}

/* Up to @size bytes of the file itself. Their number, 0 at its end, or a negative errno. */
static ssize_t read_file(struct input *input, uint8_t *to, size_t size)
{
	for (;;) {
		ssize_t got;

		if (input->stop && *input->stop)
			return fail(input, -EINTR, "stopped by a signal");
		got = read(input->fd, to, size);
		if (got >= 0) {
			input->file_at += (uint64_t)got;
			return got;
		}
		if (errno != EINTR)
			return fail(input, -errno, "byte %" PRIu64 ": cannot read: %s",
				    input->file_at, strerror(errno));
	}
}

static ssize_t fill_fast(struct input *input, uint8_t *to, size_t size)
{
	return read_file(input, to, size);
}

static int refill_packed(struct input *input)
{
	ssize_t got;

	if (input->packed_at < input->packed_end || input->packed_ended)
		return 0;
	got = read_file(input, input->packed, INPUT_CHUNK);
	if (got < 0)
		return (int)got;
	input->packed_at = 0;
	input->packed_end = (size_t)got;
	input->packed_ended = got == 0;
	return 0;
}

/* Some decompressed bytes, as fill_fast(). Those before an error are given before the error. */
static ssize_t fill_packed(struct input *input, uint8_t *to, size_t size)
{
	for (;;) {
		char why[INPUT_WHY_MAX];
		struct decoder_io io;
		ssize_t made;
		int err = refill_packed(input);

		if (err)
			return err;
		io = (struct decoder_io){
			.in = input->packed + input->packed_at,
			.in_left = input->packed_end - input->packed_at,
			.in_last = input->packed_ended,
			.out = to,
			.out_left = size,
		};
		err = input->decoder->step(input->decoder_state, &io, why);
		input->packed_at = input->packed_end - io.in_left;
		made = (ssize_t)(size - io.out_left);
		if (err < 0) {
			uint64_t unused = input->packed_end - input->packed_at;

			input->error = fail(input, err,
					    "byte %" PRIu64 " of the compressed file: %s",
					    input->file_at - unused, why);
		}
		if (made > 0 || err < 0)
			return made > 0 ? made : err;
		if (err > 0)
			return 0;
	}
}

/* What is left goes to the start of @buffer, where there is always room for all that can be needed. */
static void move_to(struct input *input, uint8_t *buffer)
{
	size_t left = input_left(input);

	input->base = input_offset(input);
	memmove(buffer, input->at, left);
	input->buffer = buffer;
	input->at = buffer;
	input->end = buffer + left;
}

void input_move(struct input *input, uint8_t *buffer, void (*leave)(void *leaver), void *leaver)
{
	move_to(input, buffer);
	free(input->own);
	input->own = NULL;
	input->leave = leave;
	input->leaver = leaver;
}

/* Whether the window can stay where it is until it has @size bytes. */
static bool has_room(const struct input *input, size_t size)
{
	size_t behind = INPUT_BUFFER_SIZE - (size_t)(input->at - input->buffer);

	return behind >= size + INPUT_CHUNK;
}

static void make_room(struct input *input, size_t size)
{
	if (input->at == input->buffer)
		return;
	if (input->leave) {
		if (has_room(input, size))
			return;
		input->leave(input->leaver);
	}
	/* Even if there is room: the buffer's start is in the cache. */
	move_to(input, input->buffer);
}

int input_fill(struct input *input, size_t size)
{
	make_room(input, size);
	while (input_left(input) < size) {
		uint8_t *to = input->buffer + (input->end - input->buffer);
		ssize_t got;

		if (input->ended)
			return input->error;
		if (input->error)
			got = input->error;
		else if (input->decoder)
			got = fill_packed(input, to, INPUT_CHUNK);
		else
			got = fill_fast(input, to, INPUT_CHUNK);
		if (got > 0) {
			input->end += got;
			continue;
		}
		input->ended = true;
		input->error = (int)got;
	}
	return 1;
}

int input_skip(struct input *input, uint64_t size)
{
	for (;;) {
		size_t left = input_left(input);
		int got;

		if (size <= left) {
			input_consume(input, (size_t)size);
			return 1;
		}
		input_consume(input, left);
		size -= left;
		got = input_fill(input, 1);
		if (got <= 0)
			return got;
	}
}

static int open_file(struct input *input, const char *path)
{
	struct stat file;

	if (strcmp(path, "-") == 0) {
		if (isatty(STDIN_FILENO))
			return fail(input, -ENOTTY,
				    "standard input is a terminal: pipe a capture into it");
		input->fd = STDIN_FILENO;
	} else {
		input->fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (input->fd < 0 || fstat(input->fd, &file) < 0)
		return fail(input, -errno, "cannot open it: %s", strerror(errno));
	if (S_ISDIR(file.st_mode))
		return fail(input, -EISDIR, "it is a directory: name the capture files in it");
	input->regular = S_ISREG(file.st_mode);
	if (input->regular)
		input->file_size = (uint64_t)file.st_size;
	posix_fadvise(input->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return 0;
}

/* The first bytes were read as they are: they are the first to be decompressed. */
static int begin_decoding(struct input *input)
{
	size_t left = input_left(input);
	int err;

	input->packed = malloc(INPUT_BUFFER_SIZE);
	err = input->packed ? input->decoder->open(&input->decoder_state) : -ENOMEM;
	if (err) {
		input->decoder = NULL;
		return fail(input, err, "out of memory");
	}
	memcpy(input->packed, input->at, left);
	input->packed_end = left;
	input->packed_ended = input->ended;
	input->end = input->at;
	input->ended = false;
	return 0;
}

static int look_for_compression(struct input *input)
{
	int got = input_need(input, DECODER_MAGIC_MAX);
	char why[INPUT_WHY_MAX];

	if (got < 0)
		return got;
	input->decoder = decoder_find(input->at, input_left(input), why);
	if (input->decoder)
		return begin_decoding(input);
	if (why[0])
		return fail(input, -EPROTONOSUPPORT, "%s", why);
	return 0;
}

int input_open(struct input *input, const char *path, const volatile int *stop)
{
	int err;

	*input = (struct input){.fd = -1, .stop = stop};
	err = open_file(input, path);
	if (!err) {
		input->buffer = input->own = malloc(INPUT_BUFFER_SIZE);
		if (!input->buffer)
			err = fail(input, -ENOMEM, "out of memory");
	}
	if (!err) {
		input->at = input->end = input->buffer;
		err = look_for_compression(input);
	}
	if (err)
		input_close(input);
	return err;
}

void input_close(struct input *input)
{
	if (input->decoder)
		input->decoder->close(input->decoder_state);
	input->decoder = NULL;
	free(input->own);
	free(input->packed);
	input->buffer = input->own = input->packed = NULL;
	input->at = input->end = NULL;
	if (input->fd > STDIN_FILENO)
		close(input->fd);
	input->fd = -1;
}
