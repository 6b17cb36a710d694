// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Two CPUs run the loaded programs on the same queries and responses, while the table is read and swept: at every reading all
 * messages have one part in transactions each, and in the end what began has ended in one way each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <errno.h>
#include <pthread.h>
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

#define CPUS    2
#define TALKS   1200u
#define SECONDS 3
/* So long at most, until enough has happened: other programs may have the CPUs. */
#define SECONDS_MAX 60
/* Of one CPU in one go: the other one meets it in the middle of them. */
#define REPEAT 64

/* Frames that both CPUs send: of each talk its query, its answer, and one with another id. */
static struct {
	struct buf query, answer, wrong;
} talk[TALKS];

struct load {
	pthread_t thread;
	unsigned int cpu;
	uint64_t random;
	const struct bpf_maps *maps;
	const bool *stop;
	uint32_t talks;                 /* so many of talk[] */
	uint64_t sent[DIRECTION_COUNT]; /* messages */
	int error;
};

static void make_talks(void)
{
	struct buf message = {0};

	for (unsigned int i = 0; i < TALKS; i++) {
		char name[32], client[32];
		const struct frame ask = {.source = client,
					  .destination = "192.0.2.1",
					  .source_port = (uint16_t)(2000 + i),
					  .destination_port = 53},
				   reply = {.source = "192.0.2.1",
					    .destination = client,
					    .source_port = 53,
					    .destination_port = (uint16_t)(2000 + i)};

		snprintf(name, sizeof(name), "n%u.example.com.", i);
		snprintf(client, sizeof(client), "198.51.%u.%u", 100 + i / 250, 1 + i % 250);
		message_begin(&message, 10000 + i, 0);
		message_question(&message, name, 1, 1);
		packet_build(&talk[i].query, &ask, message.data, message.length);
		message_begin(&message, 10000 + i, MSG_QR);
		message_question(&message, name, 1, 1);
		packet_build(&talk[i].answer, &reply, message.data, message.length);
		message_begin(&message, 30000 + i, MSG_QR);
		message_question(&message, name, 1, 1);
		packet_build(&talk[i].wrong, &reply, message.data, message.length);
	}
	buf_free(&message);
}

static uint32_t below(struct load *load, uint32_t limit)
{
	load->random ^= load->random << 13;
	load->random ^= load->random >> 7;
	load->random ^= load->random << 17;
	return (uint32_t)(load->random >> 32) % limit;
}

static void send_frame(struct load *load, const struct buf *frame, enum direction direction,
		       int repeat)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame->data,
		    .data_size_in = (__u32)frame->length, .repeat = repeat);

	if (bpf_prog_test_run_opts(bpf_maps_tc_program(load->maps, direction), &options) < 0)
		load->error = errno;
	load->sent[direction] += (uint64_t)repeat;
}

/* Queries here while answers are sent there, both of one talk. Every fourth is never answered. */
static void *send_load(void *argument)
{
	struct load *load = argument;

	if (stay_on_cpu(load->cpu) < 0)
		load->error = errno;
	while (!__atomic_load_n(load->stop, __ATOMIC_RELAXED) && !load->error) {
		uint32_t i = below(load, load->talks), which = below(load, 8);
		int repeat = below(load, 2) ? 1 : (int)below(load, REPEAT) + 1;

		if (which < 4)
			send_frame(load, &talk[i].query, DIRECTION_RX, repeat);
		else if (which < 7 && i % 4)
			send_frame(load, &talk[i].answer, DIRECTION_TX, repeat);
		else
			send_frame(load, &talk[i].wrong, DIRECTION_TX, 1);
	}
	return NULL;
}

static uint64_t sum_of(const struct txn_side_counts *side, size_t first, size_t last)
{
	uint64_t sum = 0;

	for (size_t i = first; i <= last; i++)
		sum += side->event[i];
	return sum;
}

/* All figures of a reading are of the same packets. */
static void hold_messages(const struct snapshot_set *now, const struct txn_counts *all)
{
	const struct txn_side_counts *side = &all->side[TXN_CLIENTS];
	uint64_t queries = now->point[0].counters.outcome[OUTCOME_QUERY],
		 responses = now->point[1].counters.outcome[OUTCOME_RESPONSE];

	if (queries != sum_of(side, TXN_NEW, TXN_QUERY_CONTENDED) ||
	    responses != sum_of(side, TXN_ANSWERED, TXN_BEFORE_START))
		fail_msg("%llu queries, %llu by part; %llu responses, %llu by part",
			 (unsigned long long)queries,
			 (unsigned long long)sum_of(side, TXN_NEW, TXN_QUERY_CONTENDED),
			 (unsigned long long)responses,
			 (unsigned long long)sum_of(side, TXN_ANSWERED, TXN_BEFORE_START));
	if (side->event[TXN_NEW] != side->event[TXN_ANSWERED] + side->unanswered +
					    side->event[TXN_EXPIRED] + side->event[TXN_EVICTED] +
					    side->outstanding)
		fail_msg("%llu began; %llu answered, %llu unanswered, %llu and %llu gave way, %llu "
			 "wait",
			 (unsigned long long)side->event[TXN_NEW],
			 (unsigned long long)side->event[TXN_ANSWERED],
			 (unsigned long long)side->unanswered,
			 (unsigned long long)side->event[TXN_EXPIRED],
			 (unsigned long long)side->event[TXN_EVICTED],
			 (unsigned long long)side->outstanding);
	assert_int_equal(all->side[TXN_UPSTREAM].event[TXN_NEW], 0);
}

/* What a look at the table finds, while nothing comes. */
static uint64_t pending(const struct bpf_maps *maps)
{
	uint64_t count = 0;

	for (uint32_t b = 0; b < maps->config.txn_buckets; b++)
		for (uint32_t way = 1; way <= TXN_WAYS; way++)
			count += !!(maps->txn_buckets[b].word[way] & TXN_PENDING);
	return count;
}

static void read_all(struct read_maps *source, struct snapshot_set *now, struct txn_counts *all)
{
	assert_int_equal(read_maps_snapshot(source, now), 0);
	assert_int_equal(txn_counts_add(all, now->txn), 0);
	hold_messages(now, all);
}

/* Else nothing was tested. @full: the table is. */
static bool is_enough(const struct txn_side_counts *side, bool full)
{
	return side->event[TXN_ANSWERED] > 10000 && side->event[TXN_RETRY] > 10000 &&
	       side->event[TXN_DUPLICATE] > 1000 && (!full || side->event[TXN_EVICTED] > 1000) &&
	       side->unanswered + side->event[TXN_EXPIRED] > 10;
}

static void run(uint32_t buckets, uint32_t talks, bool full, bool locks)
{
	const struct bpf_wants wants = {.tc = {true, true}, .memory_max = 64u << 20};
	struct hook_config config = expected_lists_config();
	struct load loads[CPUS];
	struct read_maps source;
	struct snapshot_set now;
	struct txn_counts all;
	struct bpf_maps maps;
	const struct txn_side_counts *side = &all.side[TXN_CLIENTS];
	bool stop = false;
	int64_t begun, ran;

	config.point[0][DIRECTION_RX] = 0;
	config.point[0][DIRECTION_TX] = 1;
	config.txn_buckets = buckets;
	config.txn_timeout = TXN_UNITS(1) / 4;
	config.txn_locks = locks ? TXN_LOCKS : 0;
	assert_int_equal(load_maps(&maps, &config, &wants), 0);
	assert_int_equal(read_maps_open(&source, &maps), 0);
	assert_int_equal(snapshot_set_init(&now, config.points), 0);
	assert_int_equal(txn_counts_init(&all), 0);
	for (unsigned int cpu = 0; cpu < CPUS; cpu++) {
		loads[cpu] = (struct load){.cpu = cpu,
					   .random = 0x9e3779b97f4a7c15 * (cpu + 1),
					   .maps = &maps,
					   .stop = &stop,
					   .talks = talks};
		assert_int_equal(pthread_create(&loads[cpu].thread, NULL, send_load, &loads[cpu]),
				 0);
	}
	begun = clock_mono_ns();
	do {
		usleep(100000);
		read_all(&source, &now, &all);
		ran = clock_mono_ns() - begun;
	} while (ran < SECONDS * NS_PER_S ||
		 (!is_enough(side, full) && ran < SECONDS_MAX * NS_PER_S));
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (unsigned int cpu = 0; cpu < CPUS; cpu++) {
		pthread_join(loads[cpu].thread, NULL);
		assert_int_equal(loads[cpu].error, 0);
	}
	read_all(&source, &now, &all);
	assert_int_equal(sum_of(side, TXN_NEW, TXN_QUERY_CONTENDED),
			 loads[0].sent[DIRECTION_RX] + loads[1].sent[DIRECTION_RX]);
	assert_int_equal(sum_of(side, TXN_ANSWERED, TXN_BEFORE_START),
			 loads[0].sent[DIRECTION_TX] + loads[1].sent[DIRECTION_TX]);
	assert_int_equal(side->outstanding, pending(&maps));
	/* What waits is swept once its time is over. */
	usleep(300000);
	read_all(&source, &now, &all);
	assert_int_equal(side->outstanding, 0);
	assert_int_equal(side->event[TXN_NEW], side->event[TXN_ANSWERED] + side->unanswered +
						       side->event[TXN_EXPIRED] +
						       side->event[TXN_EVICTED]);
	assert_true(is_enough(side, full));
	assert_int_equal(side->event[TXN_EVICTED] > 1000, full);
	txn_counts_free(&all);
	snapshot_set_free(&now);
	read_maps_close(&source);
	bpf_maps_close(&maps);
}

static void few_queries_of_two_cpus(void **state)
{
	(void)state;
	run(1024, 6, false, false);
}

static void many_queries_of_two_cpus(void **state)
{
	(void)state;
	run(TXN_BUCKETS_MIN, TALKS, true, false);
}

static void few_queries_under_locks(void **state)
{
	(void)state;
	run(1024, 6, false, true);
}

static void many_queries_under_locks(void **state)
{
	(void)state;
	run(TXN_BUCKETS_MIN, TALKS, true, true);
}

static int set_up(void **state)
{
	make_talks();
	return stay_on_first_cpu(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_queries_of_two_cpus),
		cmocka_unit_test(many_queries_of_two_cpus),
		cmocka_unit_test(few_queries_under_locks),
		cmocka_unit_test(many_queries_under_locks),
	};

	if (sysconf(_SC_NPROCESSORS_ONLN) < CPUS) {
		printf("needs two CPUs\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, set_up, NULL);
}
