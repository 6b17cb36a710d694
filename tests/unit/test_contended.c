// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Segments that meet another of their stream on another CPU. On the host there is one CPU: another
 * is played by marking flows busy, for which the parser itself must be in this file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "expected.h"
#include "message.h"
#include "packet.h"

#include "../../user/parser/host_store.c" /* NOLINT(bugprone-suspicious-include) */

static struct host_store *store;
static struct buf out, stream;

static int set_up(void **state)
{
	struct buf msg = {0};

	(void)state;
	store = aligned_alloc(64, (sizeof(*store) + 63) / 64 * 64);
	assert_non_null(store);
	memset(store, 0, sizeof(*store));
	message_begin(&msg, 1, MSG_QR | 5);
	buf_reset(&stream);
	stream_message(&stream, &msg);
	buf_free(&msg);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	host_store_free(store);
	free(store);
	buf_free(&out);
	buf_free(&stream);
	return 0;
}

/* The @n-th message of the stream to @port. */
static void send_message(unsigned int port, unsigned int n)
{
	const struct hook_config config = expected_config();
	const struct frame frame = {.l4 = L4_TCP,
				    .destination_port = (uint16_t)port,
				    .sequence = 1000 + n * (uint32_t)stream.length};

	packet_build(&out, &frame, stream.data, stream.length);
	host_count(store, &config, HOST_LINK_ETHERNET, out.data, (uint32_t)out.length,
		   (uint32_t)out.length);
}

static uint64_t refused(void)
{
	return store->counts.counters.rcode[5][FAMILY_IPV4][TRANSPORT_TCP];
}

static uint64_t event(enum tcp_event event)
{
	return store->counts.counters.tcp[event];
}

static void set_busy(unsigned int ways, uint8_t busy)
{
	for (unsigned int way = 0; way < ways; way++)
		store->flows[0].way[way].busy = busy;
}

static void a_stream_that_another_cpu_has(void **state)
{
	(void)state;
	send_message(40001, 0);
	assert_int_equal(refused(), 1);
	set_busy(FLOW_WAYS, 1);
	send_message(40001, 1);
	assert_int_equal(refused(), 1);
	assert_int_equal(event(TCP_CONTENDED), 1);
	assert_int_equal(store->counts.counters.outcome[OUTCOME_TCP_NO_MESSAGE], 1);
	/* Given back, it has a gap where that segment was. */
	set_busy(FLOW_WAYS, 0);
	send_message(40001, 2);
	assert_int_equal(refused(), 2);
	assert_int_equal(event(TCP_GAP), 1);
	assert_int_equal(event(TCP_CONTENDED), 1);
}

static void no_place_while_all_are_in_use(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < FLOW_WAYS; i++)
		send_message(40001 + i, 0);
	set_busy(FLOW_WAYS, 1);
	send_message(40100, 0);
	assert_int_equal(refused(), FLOW_WAYS);
	assert_int_equal(event(TCP_CONTENDED), 1);
	assert_int_equal(event(TCP_EVICTED), 0);
}

/* The stream that nobody works on has to go, though it is the youngest. */
static void a_stream_in_use_is_not_evicted(void **state)
{
	uint64_t young;

	(void)state;
	for (unsigned int i = 0; i < FLOW_WAYS; i++)
		send_message(40001 + i, 0);
	young = store->flows[0].way[FLOW_WAYS - 1].id;
	for (unsigned int way = 0; way < FLOW_WAYS; way++)
		if (store->flows[0].way[way].used > store->flows[0].way[FLOW_WAYS - 1].used)
			young = store->flows[0].way[way].id;
	for (unsigned int way = 0; way < FLOW_WAYS; way++)
		store->flows[0].way[way].busy = store->flows[0].way[way].id != young;
	send_message(40100, 0);
	assert_int_equal(refused(), FLOW_WAYS + 1);
	assert_int_equal(event(TCP_EVICTED), 1);
	for (unsigned int way = 0; way < FLOW_WAYS; way++)
		assert_true(store->flows[0].way[way].id != young);
}

/*
 * What another interface's packet makes count of a stream is counted where that stream's own packets are: at
 * its point, by the same CPU and in the same epoch. Family and transport are the stream's.
 */
static void a_stream_counts_at_its_own_point(void **state)
{
	const __u32 cpu_slot = 3, points = 8, epoch = 1;
	const struct tcp_flow flow = {.point = 6, .family = FAMILY_IPV6};

	(void)state;
	for (__u32 point = 0; point < points; point++) {
		__u64 meta = META(counters_index(cpu_slot, points, point, epoch), point) |
			     (__u64)cpu_slot << META_CPU_SHIFT;
		__u64 own = meta_of_flow(&flow, meta);

		assert_int_equal(META_INDEX(own), counters_index(cpu_slot, points, 6, epoch));
		assert_int_equal(META_POINT(own), 6);
		assert_int_equal(META_CPU(own), cpu_slot);
		assert_int_equal(META_EPOCH(own), epoch);
		assert_int_equal(META_FAMILY(own), FAMILY_IPV6);
		assert_int_equal(META_TRANSPORT(own), TRANSPORT_TCP);
	}
	/* As the arrays of counters are laid out: by CPU, then by point, and the epochs of a point together. */
	assert_int_equal(counters_index(cpu_slot, points, 6, epoch), (3 * 8 + 6) * 2 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_stream_that_another_cpu_has, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_place_while_all_are_in_use, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_stream_in_use_is_not_evicted, set_up, tear_down),
		cmocka_unit_test(a_stream_counts_at_its_own_point),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
