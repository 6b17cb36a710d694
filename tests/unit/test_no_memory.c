// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Memory runs out at each allocation in turn, the libraries' own included: what is read from then on
 * is an error that says so, and nothing of what was allocated before stays behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/attack_ignore.h"
#include "capture.h"
#include "capture/capture_counter.h"
#include "expected.h"
#include "expected_lists.h"
#include "parser/host_store.h"
#include "memory_file.h"
#include "message.h"
#include "packet.h"
#include "capture/pcap.h"
#include "analysis/suffixes.h"
#include "toplist/top_read.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#endif

#define ALLOCATIONS_MAX 1000

static bool counter;
static unsigned int made, fail_at; /* the fail_at-th allocation fails, and all that follow */
static long living;

#ifndef UNDER_ASAN
/* In front of the C library's, which these are the names of. A sanitizer has its own in front. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static bool refuse(void)
{
	if (!counter || ++made < fail_at)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	void *memory = refuse() ? NULL : __libc_malloc(size);

	living += counter && memory;
	return memory;
}

void *calloc(size_t count, size_t size)
{
	void *memory = refuse() ? NULL : __libc_calloc(count, size);

	living += counter && memory;
	return memory;
}

void *realloc(void *old, size_t size)
{
	void *memory = refuse() ? NULL : __libc_realloc(old, size);

	living += counter && memory && !old;
	return memory;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	void *memory = refuse() ? NULL : __libc_memalign(alignment, size);

	living += counter && memory;
	return memory;
}

void *reallocarray(void *old, size_t count, size_t size)
{
	return size && count > SIZE_MAX / size ? NULL : realloc(old, count * size);
}

void free(void *memory)
{
	living -= counter && memory;
	__libc_free(memory);
}
#endif

/* Nothing in here may allocate for itself. */
static void begin(unsigned int at)
{
	made = 0;
	living = 0;
	fail_at = at;
	counter = true;
}

static void end(void)
{
	counter = false;
	if (living)
		fail_msg("with allocation %u failing, %ld stay behind", fail_at, living);
}

/* Read @file to its end. The result of the last call; *@packets: how many there were. */
static int read_all(const struct memory_file *file, unsigned int *packets)
{
	static struct pcap_source source;
	struct capture_packet packet;
	int got = pcap_open(&source, file->path, NULL);

	*packets = 0;
	if (got) {
		assert_true(got == -EPROTONOSUPPORT || strstr(source.why, "memory"));
		return got;
	}
	while ((got = pcap_next(&source, &packet)) > 0)
		++*packets;
	if (got)
		assert_non_null(strstr(source.why, "memory"));
	pcap_close(&source);
	return got;
}

static void read_short_of_memory(const void *bytes, size_t length)
{
	unsigned int packets, whole, at;
	struct memory_file file;
	int got;

	memory_file_make(&file, bytes, length);
	got = read_all(&file, &whole);
	if (got == -EPROTONOSUPPORT) { /* compressed in a way that is not built in */
		memory_file_close(&file);
		return;
	}
	assert_int_equal(got, 0);
	assert_true(whole > 0);
	for (at = 1; at < ALLOCATIONS_MAX; at++) {
		begin(at);
		got = read_all(&file, &packets);
		end();
		if (!got && made < at)
			break;
		assert_int_equal(got, -ENOMEM);
	}
	assert_int_equal(packets, whole);
	/* At the least the window had to be allocated. */
	assert_true(at > 1 && at < ALLOCATIONS_MAX);
	memory_file_close(&file);
}

static void captures(void **state)
{
	struct capture capture = {0};

	(void)state;
	ng_section(&capture);
	/* More than there is room for at first. */
	for (unsigned int i = 0; i < 40; i++)
		ng_interface(&capture, 1, 0, 9);
	ng_enhanced(&capture, 39, 1, "anything", 8, 8);
	read_short_of_memory(capture.bytes.data, capture.bytes.length);
	capture_free(&capture);
}

/* Of the fuzzer's seeds, which are found from the top of the repository. */
static void compressed_captures(void **state)
{
	static const char *const seeds[] = {"gzip", "xz", "zstd"};

	(void)state;
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		uint8_t bytes[4096];
		char path[64];
		size_t length;
		FILE *file;

		snprintf(path, sizeof(path), "tests/fuzz/corpus/capture/%s", seeds[i]);
		file = fopen(path, "re");
		if (!file)
			fail_msg("cannot open %s: %s", path, strerror(errno));
		length = fread(bytes, 1, sizeof(bytes), file);
		fclose(file);
		read_short_of_memory(bytes, length);
	}
}

/* What cannot be kept is an error of the store, which stays; the packet counts all the same. */
static void capture_counts(void **state)
{
	const struct hook_config config = expected_config();
	static struct host_store store;
	struct buf msg = {0}, stream = {0}, udp = {0}, tcp = {0};
	const struct frame frames[] = {{0}, {.l4 = L4_TCP}};
	unsigned int at;
	size_t opt;

	(void)state;
	message_begin(&msg, 1, MSG_QR | 2);
	message_question(&msg, "example", 4711, CLASS_IN);
	opt = message_opt(&msg, 0, 0, 0);
	message_ede(&msg, opt, 22, "no reachable authority");
	packet_build(&udp, &frames[0], msg.data, msg.length);
	stream_message(&stream, &msg);
	packet_build(&tcp, &frames[1], stream.data, stream.length);
	for (at = 1; at < ALLOCATIONS_MAX; at++) {
		memset(&store, 0, sizeof(store));
		begin(at);
		host_count(&store, &config, HOST_LINK_ETHERNET, udp.data, (uint32_t)udp.length, 0);
		host_count(&store, &config, HOST_LINK_ETHERNET, tcp.data, (uint32_t)tcp.length, 0);
		host_store_finish(&store, &config);
		host_store_free(&store);
		end();
		assert_int_equal(store.counts.counters.packets, 2);
		assert_int_equal(store.counts.counters.rcode[2][FAMILY_IPV4][TRANSPORT_UDP], 1);
		if (made < at)
			break;
		assert_int_equal(store.error, -ENOMEM);
	}
	assert_int_equal(store.error, 0);
	assert_int_equal(store.counts.counters.rcode[2][FAMILY_IPV4][TRANSPORT_TCP], 1);
	assert_true(at > 2 && at < ALLOCATIONS_MAX);
	buf_free(&msg);
	buf_free(&stream);
	buf_free(&udp);
	buf_free(&tcp);
}

/* Errors are logged: those of each allocation that fails are not to be seen. */
static int mute(void)
{
	int errors = dup(STDERR_FILENO), nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);

	assert_true(errors >= 0 && nothing >= 0);
	assert_int_equal(dup2(nothing, STDERR_FILENO), STDERR_FILENO);
	close(nothing);
	return errors;
}

static void unmute(int errors)
{
	assert_int_equal(dup2(errors, STDERR_FILENO), STDERR_FILENO);
	close(errors);
}

/* Call @use with each allocation failing in turn, until none does; it fails with -ENOMEM or not at all. */
static void fail_each(int (*use)(void *with), void *with)
{
	int errors = mute(), err = 0;
	unsigned int at, failed = 0;

	for (at = 1; at < ALLOCATIONS_MAX; at++) {
		begin(at);
		err = use(with);
		counter = false;
		if (living || (err && err != -ENOMEM) || made < at)
			break;
		failed += err != 0;
	}
	unmute(errors);
	end();
	assert_int_equal(err, 0);
	assert_true(failed > 0 && at < ALLOCATIONS_MAX);
}

static int open_suffixes(void *with)
{
	static struct hook_config config;
	const struct memory_file *file = with;
	struct suffixes suffixes;
	int err;

	config = expected_lists_config();
	err = suffixes_open(&suffixes, &config, file->path);
	suffixes_free(&suffixes);
	return err;
}

static int open_ignored(void *with)
{
	const struct memory_file *file = with;
	struct attack_ignore ignore = {0};
	char why[OPTION_WHY_MAX] = "";
	int err = attack_ignore_add(&ignore, file->path, why);

	if (err)
		err = strstr(why, strerror(ENOMEM)) ? -ENOMEM : err;
	else
		err = attack_ignore_ready(&ignore);
	attack_ignore_free(&ignore);
	return err;
}

static void lists_of_zones(void **state)
{
	static const char text[] = "com\nexample.net\na.b.c.d\n";
	struct memory_file file;

	(void)state;
	memory_file_make(&file, text, sizeof(text) - 1);
	fail_each(open_suffixes, &file);
	fail_each(open_ignored, &file);
	memory_file_close(&file);
}

static int count_lists_of(void *with)
{
	const struct packet_case *c = packet_case("soa-written-out");
	const struct hook_config *config = with;
	static struct host_store store;
	int err;

	memset(&store, 0, sizeof(store));
	host_count(&store, config, HOST_LINK_ETHERNET, c->bytes, (uint32_t)c->length, 0);
	err = store.error;
	host_store_free(&store);
	/* The packet counts all the same. */
	return store.counts.counters.offending == 1 ? err : -EIO;
}

static int read_lists_of(void *with)
{
	const struct top_source *source = with;
	const struct top_totals totals[2] = {{.offending = 1}};
	struct top_lists lists[2] = {{.keep = 10}, {.keep = 10}};
	int err = top_read(source, totals, lists);

	top_lists_free(&lists[0]);
	top_lists_free(&lists[1]);
	return err;
}

static void lists_of_the_most_frequent(void **state)
{
	const struct packet_case *c = packet_case("soa-written-out");
	struct hook_config config = expected_lists_config();
	static struct host_store store;
	struct top_source source = {.config = &config, .cpus = 1};

	(void)state;
	fail_each(count_lists_of, &config);
	host_count(&store, &config, HOST_LINK_ETHERNET, c->bytes, (uint32_t)c->length, 0);
	source.tables = &store.top;
	fail_each(read_lists_of, &source);
	host_store_free(&store);
}

struct counter_wanted {
	const struct hook_config *config;
	const struct local_prefixes *local;
	unsigned int threads;
};

static int open_counter(void *with)
{
	static struct capture_counter by;
	const struct counter_wanted *wanted = with;
	int err = capture_open(&by, wanted->config, wanted->local, NULL, wanted->threads);

	if (!err)
		capture_close(&by);
	return err;
}

static void threads_that_count(void **state)
{
	static const struct local_prefixes local = {.count = 1};
	struct hook_config config = expected_lists_config();
	struct counter_wanted wanted[] = {
		{&config, NULL, 3}, {&config, &local, 1}, {&config, &local, 3}};

	(void)state;
	top_tables_place(&config);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		fail_each(open_counter, &wanted[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captures),
		cmocka_unit_test(compressed_captures),
		cmocka_unit_test(capture_counts),
		cmocka_unit_test(lists_of_zones),
		cmocka_unit_test(lists_of_the_most_frequent),
		cmocka_unit_test(threads_that_count),
	};

#ifdef UNDER_ASAN
	puts("a sanitizer has its own allocator in front of what would fail");
	return 77;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
