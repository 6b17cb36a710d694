// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Files and streams that cannot be read on, and compressed data that go wrong on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include <zlib.h>

#include "buf.h"
#include "capture_check.h"
#include "capture/input.h"

static struct input input;

static void expect_open(const char *path, int err, const char *words)
{
	int got = input_open(&input, path, NULL);

	if (got != err || !strstr(input.why, words))
		fail_msg("%s: %d, '%s', which should say '%s'", path, got, input.why, words);
}

/* Reading address 0 of one's own memory is an error of the device. */
static void a_file_that_cannot_be_read(void **state)
{
	(void)state;
	expect_open("/proc/self/mem", -EIO, "byte 0: cannot read");
}

/* With standard input replaced by @fd; gives a copy of what it was. */
static int replace_input(int fd)
{
	int before = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);

	assert_true(fd >= 0);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	close(fd);
	return before;
}

static void restore_input(int before)
{
	if (before < 0) {
		close(STDIN_FILENO);
		return;
	}
	dup2(before, STDIN_FILENO);
	close(before);
}

static void a_terminal_is_no_capture(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), before;
	char name[64];

	(void)state;
	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	assert_int_equal(ptsname_r(master, name, sizeof(name)), 0);
	before = replace_input(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
	expect_open("-", -ENOTTY, "pipe a capture into it");
	restore_input(before);
	close(master);
}

static int writer, ticks;

/* The first signal only interrupts; the second brings what is waited for. */
static void tick(int number)
{
	(void)number;
	if (++ticks == 2 && write(writer, "0123456789", 10) != 10)
		_exit(1);
	if (ticks == 2)
		close(writer);
}

static void a_signal_that_does_not_stop(void **state)
{
	struct sigaction action = {.sa_handler = tick}, old;
	const struct itimerval often = {{0, 30000}, {0, 30000}}, never = {{0, 0}, {0, 0}};
	int ends[2], before;

	(void)state;
	ticks = 0;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	writer = ends[1];
	before = replace_input(ends[0]);
	sigaction(SIGALRM, &action, &old);
	setitimer(ITIMER_REAL, &often, NULL);
	expect_open("-", 0, "");
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	assert_true(ticks >= 2);
	assert_int_equal(input_need(&input, 11), 0);
	assert_int_equal(input_left(&input), 10);
	assert_memory_equal(input.at, "0123456789", 10);
	input_close(&input);
	restore_input(before);
}

/* gzip of @size bytes that do not compress, unless they are zeros. */
static void put_gzip(struct buf *to, const uint8_t *bytes, size_t size)
{
	z_stream z = {0};
	size_t room = size + size / 100 + 100;

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	buf_reset(to);
	buf_put(to, NULL, room);
	z.next_in = (z_const Bytef *)(uintptr_t)bytes;
	z.avail_in = (uInt)size;
	z.next_out = to->data;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	to->length = z.total_out;
	deflateEnd(&z);
}

/* In the middle of a compressed file, whose bytes come in more than one piece. */
static void a_signal_ends_decompression(void **state)
{
	const size_t size = 3u << 20;
	uint8_t *noise = malloc(size);
	volatile int stop = 0;
	struct memory_file file;
	struct buf packed = {0};
	uint32_t x = 1;

	(void)state;
	assert_non_null(noise);
	for (size_t i = 0; i < size; i++)
		noise[i] = (uint8_t)((x = x * 1664525 + 1013904223) >> 24);
	put_gzip(&packed, noise, size);
	memory_file_make(&file, packed.data, packed.length);
	assert_int_equal(input_open(&input, file.path, &stop), 0);
	assert_int_equal(input_skip(&input, 1000), 1);
	stop = 1;
	assert_int_equal(input_skip(&input, size - 1000), -EINTR);
	/* It does not go on by itself. */
	assert_int_equal(input_need(&input, INPUT_NEED_MAX), -EINTR);
	input_close(&input);
	memory_file_close(&file);
	buf_free(&packed);
	free(noise);
}

static void put_crc(struct buf *to, size_t from)
{
	uLong crc = crc32(0, to->data + from, (uInt)(to->length - from));

	for (unsigned int i = 0; i < 4; i++)
		buf_u8(to, crc >> 8 * i & 0xff);
}

/* The .xz File Format 1.2, section 2.1.1.2: a stream flag that is reserved. */
static void xz_with_unknown_options(void **state)
{
	struct memory_file file;
	struct buf xz = {0};

	(void)state;
	buf_put(&xz,
		"\xfd"
		"7zXZ",
		6);
	buf_u8(&xz, 0x01);
	buf_u8(&xz, 0x01);
	put_crc(&xz, 6);
	buf_put(&xz, NULL, 12);
	memory_file_make(&file, xz.data, xz.length);
#ifdef HAVE_LZMA
	assert_int_equal(input_open(&input, file.path, NULL), 0);
	assert_int_equal(input_need(&input, 1), -EBADMSG);
	assert_non_null(strstr(input.why, "use options that liblzma does not know"));
	input_close(&input);
#else
	expect_open(file.path, -EPROTONOSUPPORT, "xz, which is not built in");
#endif
	memory_file_close(&file);
	buf_free(&xz);
}

/* The place is that in the decompressed data, and it says so. */
static void a_compressed_capture_that_lies(void **state)
{
	struct capture capture = {0}, packed = {0};

	(void)state;
	classic_header(&capture, 0xa1b2c3d4, 1);
	classic_packet(&capture, 1, 1, "abcd", 4, 4);
	capture_set_u32(&capture, 24 + 8, 300000);
	put_gzip(&packed.bytes, capture.bytes.data, capture.bytes.length);
	open_whole(&packed);
	expect_broken("byte 24 of the decompressed data: a packet claims to have 300000 bytes");

	put_gzip(&packed.bytes, capture.bytes.data, 30);
	open_whole(&packed);
	expect_broken("byte 30 of the decompressed data, within the packet");
	put_gzip(&packed.bytes, NULL, 0);
	expect_refused(&packed, packed.bytes.length, -ENODATA, "it is empty when decompressed");
	put_gzip(&packed.bytes, (const uint8_t *)"hello", 5);
	expect_refused(&packed, packed.bytes.length, -EPROTONOSUPPORT, "neither pcap nor pcapng");
	capture_free(&capture);
	capture_free(&packed);
}

/* Broken behind what was read: the error is that of the compression. */
static void corrupt_behind_a_packet(void **state)
{
	struct capture capture = {0}, packed = {0};
	struct capture_packet packet;

	(void)state;
	classic_header(&capture, 0xa1b2c3d4, 1);
	classic_packet(&capture, 1, 1, "abcd", 4, 4);
	put_gzip(&packed.bytes, capture.bytes.data, capture.bytes.length);
	packed.bytes.data[packed.bytes.length - 8] ^= 1; /* its CRC: RFC 1952 section 2.3.1 */
	open_whole(&packed);
	assert_int_equal(pcap_next(&reader, &packet), 1);
	expect_broken("the gzip data are corrupt");
	capture_free(&capture);
	capture_free(&packed);
}

/* Files of version 2.3 have the two lengths in either order: libpcap, sf-pcap.c. */
static void lengths_in_either_order(void **state)
{
	struct capture capture = {0};

	(void)state;
	classic_header(&capture, 0xa1b2c3d4, 1);
	capture.bytes.data[6] = 3;
	classic_packet(&capture, 1, 0, "abcdefgh", 8, 60);
	classic_packet(&capture, 2, 0, "abcdefgh", 8, 60);
	capture_set_u32(&capture, 24 + 16 + 8 + 8, 60);
	capture_set_u32(&capture, 24 + 16 + 8 + 12, 8);
	open_whole(&capture);
	expect_packet("abcdefgh", 8, 60, HOST_LINK_ETHERNET, 1000000000);
	expect_packet("abcdefgh", 8, 60, HOST_LINK_ETHERNET, 2000000000);
	expect_end();
	expect_cut(&capture, capture.bytes.length - 1, 1, -EBADMSG);
	capture_free(&capture);
}

static void a_simple_packet_without_an_interface(void **state)
{
	struct capture capture = {0};

	(void)state;
	ng_section(&capture);
	ng_simple(&capture, "abcd", 4, 4);
	open_whole(&capture);
	expect_broken("a packet of interface 0, but 0 are described");
	capture_free(&capture);
}

/* Options that stamps depend on, of a length that they cannot have, are passed over. */
static void clock_options_of_odd_lengths(void **state)
{
	struct capture capture = {0};
	size_t block;

	(void)state;
	ng_section(&capture);
	block = block_begin(&capture, 1);
	capture_u16(&capture, 1);
	capture_u16(&capture, 0);
	capture_u32(&capture, 0);
	block_option(&capture, 9, "\x09\x09", 2);
	block_option(&capture, 14, "\x01\x01\x01\x01", 4);
	block_option(&capture, 0, NULL, 0);
	block_end(&capture, block);
	ng_enhanced(&capture, 0, 5, "abcd", 4, 4);
	open_whole(&capture);
	expect_packet("abcd", 4, 4, HOST_LINK_ETHERNET, 5000); /* microseconds: section 4.2 */
	expect_end();
	capture_free(&capture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_that_cannot_be_read),
		cmocka_unit_test(a_terminal_is_no_capture),
		cmocka_unit_test(a_signal_that_does_not_stop),
		cmocka_unit_test(a_signal_ends_decompression),
		cmocka_unit_test(xz_with_unknown_options),
		cmocka_unit_test(a_compressed_capture_that_lies),
		cmocka_unit_test(corrupt_behind_a_packet),
		cmocka_unit_test(lengths_in_either_order),
		cmocka_unit_test(a_simple_packet_without_an_interface),
		cmocka_unit_test(clock_options_of_odd_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
