// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Programs that change words under locks leave those to user space that it takes out meanwhile, and user space says so for as
 * long as it does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "expected_lists.h"
#include "load_maps.h"
#include "loader/bpf_programs.h"
#include "loader/read_maps.h"
#include "message.h"
#include "one_cpu.h"
#include "packet.h"
#include "util/clock.h"

#define QUERIES 5u

static struct bpf_maps maps;
static struct buf query[QUERIES], answer[QUERIES];

/* In the place of txn_swept_begin(), by the linker: what is claimed while a word is taken out. */
void __real_txn_swept_begin(struct txn_swept *swept, const struct hook_config *config, size_t at,
			    __u64 word);
void __wrap_txn_swept_begin(struct txn_swept *swept, const struct hook_config *config, size_t at,
			    __u64 word);
static unsigned int swept[TXN_SWEEPS_ALL + 1];

void __wrap_txn_swept_begin(struct txn_swept *count, const struct hook_config *config, size_t at,
			    __u64 word)
{
	swept[maps.txn_control->sweeping]++;
	__real_txn_swept_begin(count, config, at, word);
}

static void make_frames(void)
{
	struct buf message = {0};

	for (unsigned int i = 0; i < QUERIES; i++) {
		const struct frame ask = {.source = "198.51.100.7",
					  .destination = "192.0.2.53",
					  .source_port = (uint16_t)(40000 + i),
					  .destination_port = 53},
				   reply = {.destination_port = (uint16_t)(40000 + i)};

		message_begin(&message, 100 + i, 0);
		message_question(&message, "www.example.com.", TYPE_A, CLASS_IN);
		packet_build(&query[i], &ask, message.data, message.length);
		message_begin(&message, 100 + i, MSG_QR);
		message_question(&message, "www.example.com.", TYPE_A, CLASS_IN);
		packet_build(&answer[i], &reply, message.data, message.length);
	}
	buf_free(&message);
}

static void send_frame(const struct buf *frame, enum direction direction)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame->data,
		    .data_size_in = (__u32)frame->length, .repeat = 1);

	assert_int_equal(bpf_prog_test_run_opts(bpf_maps_tc_program(&maps, direction), &options),
			 0);
}

/* How often @event happens when @frame is sent. */
static __u64 happens(enum txn_event event, const struct buf *frame, enum direction direction)
{
	const struct pkt_counters *set = &maps.pkt_counters[counters_index(
		0, maps.config.points, (__u32)direction, maps.control->epoch & 1)];
	__u64 before = set->txn[event];

	send_frame(frame, direction);
	return set->txn[event] - before;
}

static void load(__u32 timeout)
{
	const struct bpf_wants wants = {.tc = {true, true}, .memory_max = 64u << 20};
	struct hook_config config = expected_lists_config();

	config.point[0][DIRECTION_RX] = 0;
	config.point[0][DIRECTION_TX] = 1;
	config.txn_buckets = 1024;
	config.txn_timeout = timeout;
	config.txn_locks = TXN_LOCKS;
	assert_int_equal(load_maps(&maps, &config, &wants), 0);
	maps.txn_control->every = 1;
}

static void claim(enum txn_sweeping words)
{
	maps.txn_control->sweeping = words;
}

static void programs_leave_what_is_claimed(void **state)
{
	(void)state;
	load(TXN_UNITS(1) / 4);
	for (unsigned int i = 0; i < QUERIES; i++)
		assert_int_equal(happens(TXN_NEW, &query[i], DIRECTION_RX), 1);
	/* What waits within its time is the kernel's; unless all is claimed. */
	claim(TXN_SWEEPS_OLD);
	assert_int_equal(happens(TXN_RETRY, &query[0], DIRECTION_RX), 1);
	assert_int_equal(happens(TXN_ANSWERED, &answer[1], DIRECTION_TX), 1);
	claim(TXN_SWEEPS_ALL);
	assert_int_equal(happens(TXN_QUERY_CONTENDED, &query[2], DIRECTION_RX), 1);
	assert_int_equal(happens(TXN_RESPONSE_CONTENDED, &answer[2], DIRECTION_TX), 1);
	/* Nothing waits there any more. */
	assert_int_equal(happens(TXN_NEW, &query[1], DIRECTION_RX), 1);
	claim(TXN_SWEEPS_NONE);
	assert_int_equal(happens(TXN_ANSWERED, &answer[2], DIRECTION_TX), 1);
	assert_int_equal(happens(TXN_ANSWERED, &answer[1], DIRECTION_TX), 1);
	usleep(300000);
	/* Too old: no new query has its place before user space has taken it out. */
	claim(TXN_SWEEPS_OLD);
	assert_int_equal(happens(TXN_QUERY_CONTENDED, &query[3], DIRECTION_RX), 1);
	assert_int_equal(happens(TXN_LATE, &answer[3], DIRECTION_TX), 1);
	claim(TXN_SWEEPS_NONE);
	assert_int_equal(happens(TXN_EXPIRED, &query[3], DIRECTION_RX), 1);
	bpf_maps_close(&maps);
}

static void user_space_claims_what_it_takes(void **state)
{
	struct read_maps source;
	struct snapshot_set now;

	(void)state;
	memset(swept, 0, sizeof(swept));
	load(TXN_UNITS(1) / 4);
	assert_int_equal(read_maps_open(&source, &maps), 0);
	assert_int_equal(snapshot_set_init(&now, maps.config.points), 0);
	send_frame(&query[0], DIRECTION_RX);
	assert_int_equal(read_maps_snapshot(&source, &now), 0);
	assert_int_equal(swept[TXN_SWEEPS_OLD], 0);
	usleep(300000);
	assert_int_equal(read_maps_snapshot(&source, &now), 0);
	assert_int_equal(swept[TXN_SWEEPS_OLD], 1);
	assert_int_equal(maps.txn_control->sweeping, TXN_SWEEPS_NONE);
	/* As after a halt in which times have come round. */
	send_frame(&query[1], DIRECTION_RX);
	usleep(100000);
	source.transactions.swept_ns -= 60 * NS_PER_S;
	assert_int_equal(read_maps_snapshot(&source, &now), 0);
	assert_int_equal(swept[TXN_SWEEPS_ALL], 1);
	assert_int_equal(swept[TXN_SWEEPS_NONE], 0);
	assert_int_equal(maps.txn_control->sweeping, TXN_SWEEPS_NONE);
	snapshot_set_free(&now);
	read_maps_close(&source);
	bpf_maps_close(&maps);
}

static int set_up(void **state)
{
	make_frames();
	return stay_on_first_cpu(state);
}

static int tear_down(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < QUERIES; i++) {
		buf_free(&query[i]);
		buf_free(&answer[i]);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_leave_what_is_claimed),
		cmocka_unit_test(user_space_claims_what_it_takes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
