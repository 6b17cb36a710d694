// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Captures counted by one thread and by several: what the cases and the scenarios of streams must come
 * to, they come to by any number, at any time in between, and the lists are the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "capture/capture_counter.h"
#include "expected.h"
#include "expected_lists.h"
#include "memory_file.h"
#include "mix.h"
#include "streams.h"

#define MICROSECONDS 0xa1b2c3d4u
#define ROWS         8000u /* more than there are in any list here */
#define FILES_MAX    2u

static const unsigned int numbers[] = {1, 2, 3, 8};

#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

struct run {
	struct hook_config config;
	struct memory_file file[FILES_MAX];
	size_t files;
	uint64_t look_every; /* packets; 0: only at the end */

	struct capture_counter counter;
	struct pcap_source source;
	size_t at;
	bool open;
	uint64_t packets;
	unsigned int wrong; /* cmocka's assertions are for its own thread */
};

static void complain(struct run *run, const char *what)
{
	print_error("after %llu packets by %u threads: %s\n", (unsigned long long)run->packets,
		    run->counter.threads, what);
	run->wrong++;
}

static void look(struct run *run)
{
	struct snapshot *now;

	if (capture_snapshot(&run->counter, 0, &now))
		complain(run, "there is no memory");
	else if (now->counters.packets != run->packets)
		complain(run, "not all is counted");
}

static bool read_part(void *arg)
{
	struct run *run = arg;
	struct capture_packet packet;
	int got;

	if (!run->open && run->at == run->files)
		return false;
	if (!run->open && pcap_open(&run->source, run->file[run->at].path, NULL)) {
		complain(run, run->source.why);
		return false;
	}
	run->open = true;
	capture_begin(&run->counter, &run->source.input);
	while ((got = pcap_next(&run->source, &packet)) > 0) {
		capture_count(&run->counter, &packet);
		run->packets++;
		if (run->look_every && run->packets % run->look_every == 0)
			look(run);
		if (capture_has_enough(&run->counter, &run->source.input))
			return true;
	}
	if (got)
		complain(run, run->source.why);
	pcap_close(&run->source);
	run->open = false;
	run->at++;
	return true;
}

/* Count all files by @threads; capture_close() is the caller's. */
static struct snapshot *count(struct run *run, unsigned int threads)
{
	struct snapshot *now;

	run->at = 0;
	run->packets = 0;
	top_tables_place(&run->config);
	assert_int_equal(capture_open(&run->counter, &run->config, NULL, NULL, threads), 0);
	capture_run(&run->counter, read_part, run);
	capture_finish(&run->counter);
	assert_int_equal(run->wrong, 0);
	assert_int_equal(capture_snapshot(&run->counter, 0, &now), 0);
	assert_int_equal(now->counters.packets, run->packets);
	return now;
}

static void add_file(struct run *run, struct capture *capture)
{
	assert_true(run->files < FILES_MAX);
	memory_file_make(&run->file[run->files++], capture->bytes.data, capture->bytes.length);
	capture_free(capture);
}

static void close_files(struct run *run)
{
	while (run->files)
		memory_file_close(&run->file[--run->files]);
}

/* Where the network header begins, behind tags. */
static size_t network_at(const uint8_t *frame, size_t length)
{
	size_t at = 14;

	while (at + 4 < length && frame[at - 2] == 0x81 && frame[at - 1] == 0)
		at += 4;
	return at;
}

/* What becomes of a segment depends on those before it. */
static bool is_segment(const struct packet_case *c)
{
	size_t at = network_at(c->bytes, c->length);

	if (c->expect.transport)
		return !strcmp(c->expect.transport, "tcp");
	return at + 10 <= c->length && c->bytes[at + (c->bytes[at] >> 4 == 4 ? 9 : 6)] == 6;
}

/* All cases but those of streams, @rounds times, over two files of two formats. */
static uint64_t add_cases(struct run *run, unsigned int rounds, struct snapshot *want)
{
	struct capture one = {0}, two = {.big = true};
	const struct packet_case *cases;
	uint64_t packets = 0;
	size_t all;

	cases = packet_cases(&all);
	classic_header(&one, MICROSECONDS, 1);
	ng_section(&two);
	ng_interface(&two, 1, 0, -1);
	for (unsigned int round = 0; round < rounds; round++)
		for (size_t i = 0; i < all; i++) {
			const struct packet_case *c = &cases[i];

			if (is_segment(c))
				continue;
			if (round % 2)
				classic_packet(&one, round, 0, c->bytes, c->length, c->length);
			else
				ng_enhanced(&two, 0, round, c->bytes, c->length, c->length);
			expected_add(want, c->expect.captured ? c->expect.captured : &c->expect);
			packets++;
		}
	add_file(run, &one);
	add_file(run, &two);
	return packets;
}

static void same_lists(const struct top_lists *want, const struct top_lists *got)
{
	assert_int_equal(want->listed, got->listed);
	for (size_t d = 0; d < TOP_DIMENSIONS; d++) {
		const struct top_list *a = &want->list[d], *b = &got->list[d];

		assert_true(a->count > 1);
		assert_int_equal(a->count, b->count);
		assert_int_equal(a->total, b->total);
		assert_int_equal(a->absent_high, b->absent_high);
		for (size_t i = 0; i < a->count; i++) {
			const struct top_row *x = &a->rows[i], *y = &b->rows[i];

			assert_memory_equal(x->key, y->key, sizeof(x->key));
			assert_memory_equal(x->hll, y->hll, sizeof(x->hll));
			assert_int_equal(x->rcode, y->rcode);
			assert_int_equal(x->kind, y->kind);
			assert_int_equal(x->count, y->count);
			assert_int_equal(x->low, y->low);
			assert_int_equal(x->high, y->high);
		}
	}
}

static void cases_by_any_number_of_threads(void **state)
{
	static struct run run;
	struct top_lists first = {.keep = ROWS}, lists = {.keep = ROWS};
	struct snapshot want = {0};
	uint64_t packets;

	(void)state;
	run.config = expected_lists_config();
	run.config.points = 1;
	packets = add_cases(&run, 160, &want);
	assert_true(packets > 20000);
	for (size_t i = 0; i < NUMBERS; i++) {
		struct snapshot *got;
		const char *difference;

		run.look_every = i % 2 ? 777 : 0;
		got = count(&run, numbers[i]);
		assert_int_equal(run.packets, packets);
		/* Of the lists, which the expectations of counters do not tell of. */
		assert_true(got->counters.offending > 0);
		want.counters.offending = got->counters.offending;
		want.counters.unlisted = got->counters.unlisted;
		difference = expected_difference(&want, got, false);
		if (difference)
			fail_msg("by %u threads: %s", numbers[i], difference);
		assert_int_equal(capture_read_lists(&run.counter, i ? &lists : &first), 0);
		if (i)
			same_lists(&first, &lists);
		/* They begin anew. */
		assert_int_equal(capture_read_lists(&run.counter, &lists), 0);
		assert_int_equal(lists.list[TOP_NAME].count, 0);
		assert_int_equal(lists.list[TOP_NAME].total, 0);
		capture_close(&run.counter);
	}
	top_lists_free(&first);
	top_lists_free(&lists);
	snapshot_free(&want);
	close_files(&run);
}

/* Other addresses, in both directions of a stream alike, so that it is a stream of its own. */
static void readdress(uint8_t *frame, size_t length, unsigned int number)
{
	size_t at = network_at(frame, length), source, destination;

	source = at + (frame[at] >> 4 == 4 ? 14 : 22);
	destination = at + (frame[at] >> 4 == 4 ? 18 : 38);
	assert_true(destination + 2 <= length && number < 1u << 16);
	frame[source] ^= (uint8_t)(number >> 8);
	frame[source + 1] ^= (uint8_t)number;
	frame[destination] ^= (uint8_t)(number >> 8);
	frame[destination + 1] ^= (uint8_t)number;
}

static void add_scenario_frame(struct capture *capture, const struct scenario_frame *frame,
			       unsigned int number)
{
	uint8_t bytes[65536];

	assert_true(frame->length <= sizeof(bytes));
	memcpy(bytes, frame->bytes, frame->length);
	readdress(bytes, frame->length, number);
	classic_packet(capture, 0, 0, bytes, frame->length, frame->length);
}

/* No super-packets, which no capture can say to be such, and none that has more streams than fit. */
static bool can_be_captured(const struct scenario *s)
{
	return !s->super_packets && !s->evicted;
}

/* Scenarios, @rounds of each, all at the same time. */
static void add_scenarios(struct run *run, unsigned int rounds, struct snapshot *want)
{
	struct capture capture = {0};
	const struct scenario *scenarios;
	size_t all, longest = 0;

	scenarios = stream_scenarios(&all);
	for (size_t i = 0; i < all; i++)
		if (can_be_captured(&scenarios[i]) && scenarios[i].frames > longest)
			longest = scenarios[i].frames;
	classic_header(&capture, MICROSECONDS, 1);
	for (size_t at = 0; at < longest; at++)
		for (unsigned int round = 0; round < rounds; round++)
			for (size_t i = 0; i < all; i++)
				if (can_be_captured(&scenarios[i]) && at < scenarios[i].frames)
					add_scenario_frame(&capture, &scenarios[i].frame[at],
							   (unsigned int)(round * all + i));
	for (size_t i = 0; i < all * rounds; i++) {
		const struct scenario *s = &scenarios[i / rounds];

		if (!can_be_captured(s))
			continue;
		for (size_t j = 0; j < s->messages; j++)
			expected_add(want, &s->message[j]);
		want->counters.tcp[TCP_GAP] += s->gap;
		want->counters.tcp[TCP_RESYNC] += s->resynchronised;
		want->counters.tcp[TCP_UNFOLLOWED] += s->unfollowed;
	}
	add_file(run, &capture);
}

static void streams_by_any_number_of_threads(void **state)
{
	static struct run run;
	struct snapshot want = {0};

	(void)state;
	run.config = expected_config();
	run.config.flow_buckets = 1u << 15; /* no bucket has more streams than fit */
	add_scenarios(&run, 40, &want);
	for (size_t i = 0; i < NUMBERS; i++) {
		struct snapshot *got;
		const char *difference;

		run.look_every = i % 2 ? 0 : 1234;
		got = count(&run, numbers[i]);
		/* Which frame has which outcome is not in the expectations of scenarios. */
		memcpy(want.counters.outcome, got->counters.outcome, sizeof(want.counters.outcome));
		want.counters.packets = got->counters.packets;
		difference = expected_difference(&want, got, false);
		if (difference)
			fail_msg("by %u threads: %s", numbers[i], difference);
		capture_close(&run.counter);
	}
	snapshot_free(&want);
	close_files(&run);
}

/* One stream, which is all there is, and more of it than is kept for a thread while others read. */
static void a_stream_that_is_everything(void **state)
{
	const unsigned int segments = 40000;
	struct mix_packet *packet = NULL;
	static struct run run;
	struct capture capture = {0};
	struct mix mix;

	(void)state;
	run.config = expected_config();
	mix_build(&mix, MIX_HEALTHY, 1, NULL);
	for (size_t i = 0; i < mix.count && !packet; i++)
		if (mix.packet[i].tcp_at && !mix.packet[i].expect.also)
			packet = &mix.packet[i];
	assert_non_null(packet);
	classic_header(&capture, MICROSECONDS, 1);
	for (unsigned int i = 0; i < segments; i++) {
		classic_packet(&capture, 0, 0, packet->bytes, packet->length, packet->length);
		mix_advance(packet);
	}
	assert_true(capture.bytes.length > 4 * INPUT_BUFFER_SIZE);
	add_file(&run, &capture);
	for (size_t i = 0; i < NUMBERS; i++) {
		const struct pkt_counters *counters = &count(&run, numbers[i])->counters;

		assert_int_equal(counters->outcome[OUTCOME_RESPONSE], segments);
		assert_int_equal(counters->tcp[TCP_RESYNC], 1);
		assert_int_equal(counters->tcp[TCP_GAP], 0);
		capture_close(&run.counter);
	}
	mix_free(&mix);
	close_files(&run);
}

/* Records of which few fit a buffer: their bytes go while they are read. */
static void records_as_large_as_can_be(void **state)
{
	const struct packet_case *c = packet_case("soa-written-out");
	uint8_t *large = calloc(1, PCAP_CAPTURED_MAX);
	struct capture capture = {0};
	static struct run run;

	(void)state;
	assert_non_null(large);
	memcpy(large, c->bytes, c->length);
	run.config = expected_config();
	classic_header(&capture, MICROSECONDS, 1);
	for (unsigned int i = 0; i < 60; i++) {
		size_t size = i % 3 ? PCAP_CAPTURED_MAX - i * 1000 : c->length;

		classic_packet(&capture, i, 0, large, size, size);
	}
	free(large);
	add_file(&run, &capture);
	for (size_t i = 0; i < NUMBERS; i++) {
		const struct pkt_counters *counters = &count(&run, numbers[i])->counters;

		assert_int_equal(counters->outcome[OUTCOME_RESPONSE], 60);
		assert_int_equal(counters->rcode[c->expect.rcode][FAMILY_IPV4][TRANSPORT_UDP], 60);
		capture_close(&run.counter);
	}
	close_files(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_by_any_number_of_threads),
		cmocka_unit_test(streams_by_any_number_of_threads),
		cmocka_unit_test(a_stream_that_is_everything),
		cmocka_unit_test(records_as_large_as_can_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
