// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The shared parser on the host, against every stream scenario's own expectations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "expected.h"
#include "host_super.h"
#include "message.h"
#include "packet.h"
#include "streams.h"
#include "streams_flood.h"

static void *must_alloc(size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);

	assert_non_null(memory);
	memset(memory, 0, size);
	return memory;
}

/* Which frame of a scenario had which outcome is not in its expectation: only that each had one. */
static void read_outcomes(struct pkt_counters *counters, size_t frames)
{
	uint64_t outcomes = 0;

	for (size_t i = 0; i < PKT_OUTCOMES; i++)
		outcomes += counters->outcome[i];
	assert_int_equal(counters->packets, frames);
	assert_int_equal(outcomes, frames);
	counters->packets = 0;
	memset(counters->outcome, 0, sizeof(counters->outcome));
}

static struct snapshot *wanted(const struct scenario *s)
{
	struct snapshot *want = must_alloc(sizeof(*want));

	for (size_t i = 0; i < s->messages; i++)
		expected_add(want, &s->message[i]);
	want->counters.packets = 0;
	memset(want->counters.outcome, 0, sizeof(want->counters.outcome));
	want->counters.tcp[TCP_GAP] = s->gap;
	want->counters.tcp[TCP_RESYNC] = s->resynchronised;
	want->counters.tcp[TCP_EVICTED] = s->evicted;
	want->counters.tcp[TCP_UNFOLLOWED] = s->unfollowed;
	want->counters.udp[UDP_UNSPLIT] = s->unsplit;
	return want;
}

static void every_scenario_is_counted_as_expected(void **state)
{
	const struct hook_config config = expected_config();
	struct host_store *store = must_alloc(sizeof(*store));
	const struct scenario *scenarios;
	size_t count, wrong = 0;

	(void)state;
	scenarios = stream_scenarios(&count);
	for (size_t i = 0; i < count; i++) {
		const struct scenario *s = &scenarios[i];
		struct snapshot *want = wanted(s);
		const char *difference;

		memset(store, 0, sizeof(*store));
		for (size_t j = 0; j < s->frames; j++)
			host_count_super(store, &config, s->frame[j].bytes,
					 (uint32_t)s->frame[j].length, s->frame[j].gso_size);
		host_store_finish(store, &config);
		read_outcomes(&store->counts.counters, s->frames);
		difference = expected_difference(want, &store->counts, false);
		if (difference) {
			print_error("%s: %s\n", s->name, difference);
			wrong++;
		}
		assert_int_equal(store->error, 0);
		host_store_free(store);
		snapshot_free(want);
		free(want);
	}
	free(store);
	print_message("%zu scenarios\n", count);
	assert_int_equal(wrong, 0);
}

/* While another CPU has a stream its segments are not looked at, and that is said. */
static void a_stream_another_cpu_has_is_contended(void **state)
{
	const struct hook_config config = expected_config();
	struct host_store *store = must_alloc(sizeof(*store));
	const struct pkt_counters *counters = &store->counts.counters;
	const struct scenario_frame *frame;
	struct tcp_flow *flow;
	size_t count;

	(void)state;
	/* The first scenario: a handshake, then a message a segment. */
	frame = stream_scenarios(&count)->frame;
	host_count_super(store, &config, frame[0].bytes, (uint32_t)frame[0].length, 0);
	flow = &store->flows[0].way[0];
	for (size_t i = 1; i < FLOW_WAYS && !flow->id; i++)
		flow++;
	assert_true(flow->id != 0);
	flow->busy = 1;
	host_count_super(store, &config, frame[1].bytes, (uint32_t)frame[1].length, 0);
	assert_int_equal(counters->tcp[TCP_CONTENDED], 1);
	assert_int_equal(counters->outcome[OUTCOME_RESPONSE], 0);
	flow->busy = 0;
	/* What was passed over is a gap, behind which the stream is found again. */
	host_count_super(store, &config, frame[2].bytes, (uint32_t)frame[2].length, 0);
	assert_int_equal(counters->outcome[OUTCOME_RESPONSE], 1);
	assert_int_equal(counters->tcp[TCP_CONTENDED], 1);
	assert_int_equal(counters->tcp[TCP_GAP], 1);
	assert_int_equal(counters->tcp[TCP_RESYNC], 1);
	/* Nor does a new stream take the place of one that is being worked on. */
	for (size_t i = 0; i < FLOW_WAYS; i++)
		store->flows[0].way[i] = (struct tcp_flow){.id = 1000 + i, .busy = 1};
	host_count_super(store, &config, frame[0].bytes, (uint32_t)frame[0].length, 0);
	assert_int_equal(counters->tcp[TCP_CONTENDED], 2);
	assert_int_equal(counters->tcp[TCP_EVICTED], 0);
	host_store_free(store);
	free(store);
}

/*
 * Whatever a flood of handshakes does to the table of streams: no message of a stream that had sent one is
 * lost, and the others are counted, or both their segments are counted as unfollowed.
 */
static void a_flood_of_handshakes_hides_no_message(void **state)
{
	struct hook_config config = expected_config();
	struct host_store *store = must_alloc(sizeof(*store));
	const struct pkt_counters *counters = &store->counts.counters;
	const struct scenario *s = stream_flood();
	uint64_t responses;

	(void)state;
	config.flow_buckets = FLOW_BUCKETS;
	for (size_t i = 0; i < s->frames; i++)
		host_count_super(store, &config, s->frame[i].bytes, (uint32_t)s->frame[i].length,
				 0);
	host_store_finish(store, &config);
	/* BADVERS of one segment, SERVFAIL of two. */
	assert_int_equal(counters->rcode[16][FAMILY_IPV4][TRANSPORT_TCP], FLOOD_KNOWN);
	responses = counters->rcode[2][FAMILY_IPV4][TRANSPORT_TCP];
	print_message("%" PRIu64 " of %u messages counted, %" PRIu64 " segments unfollowed\n",
		      responses, FLOOD_STREAMS, (uint64_t)counters->tcp[TCP_UNFOLLOWED]);
	assert_in_range(responses, FLOOD_KNOWN, FLOOD_STREAMS);
	assert_int_equal(2 * responses + counters->tcp[TCP_UNFOLLOWED], 2 * FLOOD_STREAMS);
	assert_int_equal(counters->tcp[TCP_GAP], 0);
	assert_int_equal(counters->tcp[TCP_CONTENDED], 0);
	assert_int_equal(counters->packets, s->frames);
	host_store_free(store);
	free(store);
}

/* One response among the datagrams of a super-packet makes it a response, wherever it stands. */
static void a_response_is_the_fate_of_a_super_packet(void **state)
{
	const struct hook_config config = expected_config();
	struct host_store *store = must_alloc(sizeof(*store));
	struct buf message = {0}, payload = {0}, frame = {0};

	(void)state;
	for (unsigned int response = 0; response < 3; response++) {
		buf_reset(&payload);
		for (unsigned int i = 0; i < 3; i++) {
			message_begin(&message, i, i == response ? MSG_QR | 3 : 0);
			message_question(&message, "example.com", TYPE_A, CLASS_IN);
			buf_put(&payload, message.data, message.length);
		}
		packet_build(&frame, &(struct frame){0}, payload.data, payload.length);
		host_count_super(store, &config, frame.data, (uint32_t)frame.length,
				 (uint32_t)message.length);
		assert_int_equal(store->counts.counters.outcome[OUTCOME_RESPONSE], response + 1);
		assert_int_equal(store->counts.counters.rcode[3][FAMILY_IPV4][TRANSPORT_UDP],
				 response + 1);
	}
	/* Without any it is what the last one is. */
	buf_set_u16(&payload, 2 * message.length + 2, 0);
	packet_build(&frame, &(struct frame){0}, payload.data, payload.length);
	host_count_super(store, &config, frame.data, (uint32_t)frame.length,
			 (uint32_t)message.length);
	assert_int_equal(store->counts.counters.outcome[OUTCOME_WRONG_DIRECTION], 1);
	buf_free(&message);
	buf_free(&payload);
	buf_free(&frame);
	host_store_free(store);
	free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scenario_is_counted_as_expected),
		cmocka_unit_test(a_stream_another_cpu_has_is_contended),
		cmocka_unit_test(a_flood_of_handshakes_hides_no_message),
		cmocka_unit_test(a_response_is_the_fate_of_a_super_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
