// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "buf.h"
#include "capture/input.h"
#include "memory_file.h"

/* More than a window, and nothing in it repeats at a distance that a mistake would hide. */
#define LONG_SIZE (3u * 1024u * 1024u + 17u)

static uint8_t pattern_at(uint64_t offset)
{
	return (uint8_t)((offset * 2654435761u) >> 16 ^ offset >> 11);
}

static void put_pattern(struct buf *buf, size_t size)
{
	for (size_t i = 0; i < size; i++)
		buf_u8(buf, pattern_at(i));
}

/* ---- reading it all ------------------------------------------------------------ */

static struct memory_file file;

static int open_bytes(struct input *input, const void *bytes, size_t size)
{
	int err;

	memory_file_make(&file, bytes, size);
	err = input_open(input, file.path, NULL);
	memory_file_close(&file); /* input has a descriptor of its own */
	return err;
}

/* Read to the end in steps of @step. The end's result; *@size is how much was right until then. */
static int read_pattern(struct input *input, size_t step, uint64_t *size)
{
	int got;

	*size = 0;
	while ((got = input_need(input, step)) > 0 || input_left(input) > 0) {
		size_t now = got > 0 ? step : input_left(input);

		assert_int_equal(input_offset(input), *size);
		for (size_t i = 0; i < now; i++)
			if (input->at[i] != pattern_at(*size + i))
				fail_msg("byte %llu is wrong", (unsigned long long)(*size + i));
		input_consume(input, now);
		*size += now;
	}
	return got;
}

static void reads_pattern(const struct buf *packed, uint64_t expected)
{
	static const size_t steps[] = {1, 16, 4099, INPUT_NEED_MAX};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct input input;
		uint64_t size;

		assert_int_equal(open_bytes(&input, packed->data, packed->length), 0);
		assert_int_equal(read_pattern(&input, steps[i], &size), 0);
		assert_int_equal(size, expected);
		input_close(&input);
	}
}

/* What a compressed file that is not whole gives: part of the pattern, then an error. */
static void breaks(const struct buf *packed, size_t length, uint64_t whole, const char *reason)
{
	struct input input;
	uint64_t size;

	assert_int_equal(open_bytes(&input, packed->data, length), 0);
	assert_int_equal(read_pattern(&input, 100, &size), -EBADMSG);
	if (!strstr(input.why, reason) || strncmp(input.why, "byte ", 5) != 0)
		fail_msg("cut at %zu: '%s' does not say '%s'", length, input.why, reason);
	assert_true(size <= whole);
	input_close(&input);
}

/* ---- plain files ---------------------------------------------------------------- */

static void a_plain_file_is_read_as_it_is(void **state)
{
	struct buf buf = {0};

	(void)state;
	put_pattern(&buf, LONG_SIZE);
	reads_pattern(&buf, LONG_SIZE);
	buf_free(&buf);
}

static void skipping_goes_any_distance(void **state)
{
	struct buf buf = {0};
	struct input input;

	(void)state;
	put_pattern(&buf, LONG_SIZE);
	assert_int_equal(open_bytes(&input, buf.data, buf.length), 0);
	assert_int_equal(input_need(&input, 10), 1);
	assert_int_equal(input_skip(&input, 0), 1);
	assert_int_equal(input_skip(&input, 2000001), 1);
	assert_int_equal(input_offset(&input), 2000001);
	assert_int_equal(input_need(&input, 1), 1);
	assert_int_equal(*input.at, pattern_at(2000001));
	assert_int_equal(input_skip(&input, LONG_SIZE - 2000001), 1);
	assert_int_equal(input_skip(&input, 0), 1);
	assert_int_equal(input_skip(&input, 1), 0);
	assert_int_equal(input_offset(&input), LONG_SIZE);
	input_close(&input);

	assert_int_equal(open_bytes(&input, buf.data, buf.length), 0);
	assert_int_equal(input_skip(&input, UINT64_MAX), 0);
	assert_int_equal(input_need(&input, 1), 0);
	input_close(&input);
	buf_free(&buf);
}

static void an_empty_file_ends_at_once(void **state)
{
	struct input input;

	(void)state;
	assert_int_equal(open_bytes(&input, "", 0), 0);
	assert_int_equal(input_need(&input, 1), 0);
	assert_int_equal(input_left(&input), 0);
	input_close(&input);
}

static void what_cannot_be_opened_says_why(void **state)
{
	struct input input;

	(void)state;
	assert_int_equal(input_open(&input, "/nonexistent/file", NULL), -ENOENT);
	assert_non_null(strstr(input.why, "No such file"));
	assert_int_equal(input_open(&input, "/", NULL), -EISDIR);
	assert_non_null(strstr(input.why, "directory"));
}

static void a_signal_ends_reading(void **state)
{
	volatile int stop = 0;
	struct buf buf = {0};
	struct input input;

	(void)state;
	put_pattern(&buf, LONG_SIZE);
	memory_file_make(&file, buf.data, buf.length);
	assert_int_equal(input_open(&input, file.path, &stop), 0);
	stop = 1;
	assert_int_equal(input_skip(&input, LONG_SIZE), -EINTR);
	input_close(&input);
	memory_file_close(&file);
	buf_free(&buf);
}

/* Runs with standard input taken away and given back. */
static void standard_input_comes_in_pieces(void **state)
{
	int saved = dup(STDIN_FILENO), ends[2];
	struct input input;
	uint8_t bytes[100];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = pattern_at(i);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(write(ends[1], bytes, 7), 7);
	assert_int_equal(input_open(&input, "-", NULL), 0);
	assert_false(input.regular);
	assert_int_equal(input_need(&input, 7), 1);
	assert_int_equal(write(ends[1], bytes + 7, 93), 93);
	close(ends[1]);
	assert_int_equal(input_need(&input, 100), 1);
	assert_memory_equal(input.at, bytes, 100);
	assert_int_equal(input_need(&input, 101), 0);
	input_close(&input);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), 0); /* still open: it is not ours */
	if (saved >= 0) {
		dup2(saved, STDIN_FILENO);
		close(saved);
	}
}

/* ---- gzip ------------------------------------------------------------------------ */

static void put_gzip(struct buf *to, const uint8_t *from, size_t size)
{
	uLong room = compressBound(size) + 32;
	z_stream z = {0};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_out = malloc(room);
	assert_non_null(z.next_out);
	z.avail_out = (uInt)room;
	z.next_in = (z_const Bytef *)(uintptr_t)from;
	z.avail_in = (uInt)size;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	buf_put(to, z.next_out - z.total_out, z.total_out);
	free(z.next_out - z.total_out);
	deflateEnd(&z);
}

static void gzip_is_read(void **state)
{
	struct buf plain = {0}, packed = {0};

	(void)state;
	put_pattern(&plain, LONG_SIZE);
	put_gzip(&packed, plain.data, LONG_SIZE);
	reads_pattern(&packed, LONG_SIZE);
	buf_free(&plain);
	buf_free(&packed);
}

/* RFC 1952 section 2.2; the padding as gzip(1) has it. */
static void gzip_members_are_one_stream(void **state)
{
	struct buf plain = {0}, packed = {0};

	(void)state;
	put_pattern(&plain, 5000);
	put_gzip(&packed, plain.data, 1000);
	put_gzip(&packed, plain.data, 0);
	put_gzip(&packed, plain.data + 1000, 4000);
	reads_pattern(&packed, 5000);
	buf_put(&packed, NULL, 700000);
	reads_pattern(&packed, 5000);
	buf_u8(&packed, 'x');
	breaks(&packed, packed.length, 5000, "no gzip follows");
	buf_free(&plain);
	buf_free(&packed);
}

/* Between the two members the file is whole. */
static void gzip_cut_anywhere_is_told(void **state)
{
	struct buf plain = {0}, packed = {0};
	size_t first;

	(void)state;
	put_pattern(&plain, 600);
	put_gzip(&packed, plain.data, 300);
	first = packed.length;
	put_gzip(&packed, plain.data + 300, 300);
	for (size_t length = DECODER_MAGIC_MAX; length < packed.length; length++)
		if (length != first)
			breaks(&packed, length, 600, "cut off");
	packed.data[first - 8] ^= 1; /* the checksum */
	breaks(&packed, packed.length, 600, "data check");
	buf_free(&plain);
	buf_free(&packed);
}

/* ---- xz -------------------------------------------------------------------------- */

#ifdef HAVE_LZMA
static void put_xz(struct buf *to, const uint8_t *from, size_t size)
{
	size_t room = lzma_stream_buffer_bound(size), at = 0;
	uint8_t *out = malloc(room);

	assert_non_null(out);
	assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL, from, size, out, &at,
						 room),
			 LZMA_OK);
	buf_put(to, out, at);
	free(out);
}

static void xz_is_read(void **state)
{
	struct buf plain = {0}, packed = {0};

	(void)state;
	put_pattern(&plain, LONG_SIZE);
	put_xz(&packed, plain.data, 1000);
	buf_put(&packed, NULL, 8); /* stream padding: The .xz File Format section 2.2 */
	put_xz(&packed, plain.data + 1000, LONG_SIZE - 1000);
	reads_pattern(&packed, LONG_SIZE);
	buf_free(&plain);
	buf_free(&packed);
}

static void xz_cut_anywhere_is_told(void **state)
{
	struct buf plain = {0}, packed = {0};

	(void)state;
	put_pattern(&plain, 300);
	put_xz(&packed, plain.data, 300);
	for (size_t length = DECODER_MAGIC_MAX; length < packed.length; length++)
		breaks(&packed, length, 300, "cut off");
	packed.data[packed.length - 12 - 1] ^= 1; /* the checksum of the index before the footer */
	breaks(&packed, packed.length, 300, "corrupt");
	buf_free(&plain);
	buf_free(&packed);
}

/*
 * The block header follows the stream header of 12 bytes: size, flags, filter 0x21 with one byte of
 * properties, the dictionary's size, padding, CRC32 (The .xz File Format sections 3.1 and 5.3.1).
 */
static void xz_does_not_get_any_memory_it_asks_for(void **state)
{
	struct buf plain = {0}, packed = {0};
	struct input input;
	uint32_t crc;
	size_t size;

	(void)state;
	put_pattern(&plain, 300);
	put_xz(&packed, plain.data, 300);
	size = (packed.data[12] + 1u) * 4u;
	for (size_t at = 14; at < 12 + size; at++)
		if (packed.data[at] == 0x21 && packed.data[at + 1] == 1) {
			packed.data[at + 2] = 36; /* 1 GiB */
			break;
		}
	crc = lzma_crc32(packed.data + 12, size - 4, 0);
	for (size_t i = 0; i < 4; i++)
		packed.data[12 + size - 4 + i] = (uint8_t)(crc >> 8 * i);
	assert_int_equal(open_bytes(&input, packed.data, packed.length), 0);
	assert_int_equal(input_need(&input, 1), -EFBIG);
	assert_non_null(strstr(input.why, "xz -dc"));
	input_close(&input);
	buf_free(&plain);
	buf_free(&packed);
}
#endif

/* ---- zstd ------------------------------------------------------------------------ */

#ifdef HAVE_ZSTD
static void put_zstd(struct buf *to, const uint8_t *from, size_t size)
{
	size_t room = ZSTD_compressBound(size), made;
	ZSTD_CCtx *context = ZSTD_createCCtx();
	uint8_t *out = malloc(room);

	assert_non_null(out);
	assert_non_null(context);
	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	made = ZSTD_compress2(context, out, room, from, size);
	assert_false(ZSTD_isError(made));
	buf_put(to, out, made);
	free(out);
	ZSTD_freeCCtx(context);
}

/* RFC 8878 section 3.1.2 */
static void put_skippable(struct buf *to, size_t size)
{
	buf_put(to, "\x53\x2a\x4d\x18", 4);
	for (size_t i = 0; i < 4; i++)
		buf_u8(to, (unsigned int)(size >> 8 * i) & 0xff);
	buf_put(to, NULL, size);
}

static void zstd_is_read(void **state)
{
	struct buf plain = {0}, packed = {0};

	(void)state;
	put_pattern(&plain, LONG_SIZE);
	put_skippable(&packed, 300000);
	put_zstd(&packed, plain.data, 1000);
	put_skippable(&packed, 0);
	put_zstd(&packed, plain.data, 0);
	put_zstd(&packed, plain.data + 1000, LONG_SIZE - 1000);
	put_skippable(&packed, 7);
	reads_pattern(&packed, LONG_SIZE);
	buf_free(&plain);
	buf_free(&packed);
}

static void zstd_cut_anywhere_is_told(void **state)
{
	struct buf plain = {0}, packed = {0};
	size_t first;

	(void)state;
	put_pattern(&plain, 600);
	put_zstd(&packed, plain.data, 300);
	first = packed.length;
	put_zstd(&packed, plain.data + 300, 300);
	for (size_t length = DECODER_MAGIC_MAX; length < packed.length; length++)
		if (length != first)
			breaks(&packed, length, 600, "cut off");
	packed.data[first - 1] ^= 1; /* the checksum */
	breaks(&packed, packed.length, 600, "checksum");
	buf_free(&plain);
	buf_free(&packed);
}

/* A frame header with a window of 2 GiB: RFC 8878 section 3.1.1.1.2. */
static void zstd_does_not_get_any_memory_it_asks_for(void **state)
{
	static const uint8_t frame[] = {0x28,           0xb5, 0x2f, 0xfd, 0x00,
					(31 - 10) << 3, 0x09, 0x00, 0x00, 'x'};
	struct input input;

	(void)state;
	assert_int_equal(open_bytes(&input, frame, sizeof(frame)), 0);
	assert_int_equal(input_need(&input, 1), -EFBIG);
	assert_non_null(strstr(input.why, "zstd -dc"));
	input_close(&input);
}
#endif

static void other_compressions_are_named(void **state)
{
	struct input input;

	(void)state;
	assert_int_equal(open_bytes(&input, "BZh91AY", 7), -EPROTONOSUPPORT);
	assert_non_null(strstr(input.why, "bzip2 -dc"));
	assert_int_equal(open_bytes(&input, "\x04\x22\x4d\x18rest", 8), -EPROTONOSUPPORT);
	assert_non_null(strstr(input.why, "lz4 -dc"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_file_is_read_as_it_is),
		cmocka_unit_test(skipping_goes_any_distance),
		cmocka_unit_test(an_empty_file_ends_at_once),
		cmocka_unit_test(what_cannot_be_opened_says_why),
		cmocka_unit_test(a_signal_ends_reading),
		cmocka_unit_test(standard_input_comes_in_pieces),
		cmocka_unit_test(gzip_is_read),
		cmocka_unit_test(gzip_members_are_one_stream),
		cmocka_unit_test(gzip_cut_anywhere_is_told),
#ifdef HAVE_LZMA
		cmocka_unit_test(xz_is_read),
		cmocka_unit_test(xz_cut_anywhere_is_told),
		cmocka_unit_test(xz_does_not_get_any_memory_it_asks_for),
#endif
#ifdef HAVE_ZSTD
		cmocka_unit_test(zstd_is_read),
		cmocka_unit_test(zstd_cut_anywhere_is_told),
		cmocka_unit_test(zstd_does_not_get_any_memory_it_asks_for),
#endif
		cmocka_unit_test(other_compressions_are_named),
	};

	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
