// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Transactions on the host: random queries and responses against a model that has no table, by the fast path and by the
 * slow path; a table that is too small; bins of response times.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "dialogue.h"
#include "expected_lists.h"
#include "message.h"
#include "packet.h"
#include "parser/host_store.h"
#include "parser/txn_table.h"
#include "report/names.h"

#define STEPS   40000u
#define BUCKETS (1u << 15) /* so many that no query takes the place of another one's answer */
#define TIMEOUT INT64_C(1000000000)

static struct hook_config config(uint32_t buckets)
{
	struct hook_config c = expected_lists_config();

	c.txn_buckets = buckets;
	c.txn_timeout = (uint32_t)(TIMEOUT >> TXN_UNIT_SHIFT);
	return c;
}

static void count_frame_of(struct host_store *store, const struct hook_config *c,
			   const struct dialogue *d)
{
	store->direction = d->direction;
	store->now_ns = d->now_ns;
	host_count(store, c, HOST_LINK_ETHERNET, d->frame.data, (uint32_t)d->frame.length, 0);
}

/* A store for each direction has the table of both. */
static void share_table(struct host_store store[DIRECTION_COUNT], enum direction from)
{
	struct host_store *to = &store[!from];

	to->txn_buckets = store[from].txn_buckets;
	to->txn_details = store[from].txn_details;
	to->txn_times = store[from].txn_times;
}

static void hold(const struct dialogue *d, const struct host_store *store, const char *path,
		 size_t step)
{
	for (int direction = 0; direction < DIRECTION_COUNT; direction++)
		for (size_t i = 0; i < TXN_EVENT_COUNT; i++)
			if (d->count[direction][i] != store[direction].counts.counters.txn[i])
				fail_msg("%s path, step %zu, %s, %s: %s: want %llu, got %llu", path,
					 step, d->what, direction_names[d->direction],
					 txn_event_names[i],
					 (unsigned long long)d->count[direction][i],
					 (unsigned long long)store[direction]
						 .counts.counters.txn[i]);
}

/* So often that no query has come into the place of an answered one before its response was read. */
#define SWEEP_STEPS 50u
/* So long, as a sweep of a large table is slow. */
#define SWEPT_STEPS (STEPS / 4)

static void sweep(const struct hook_config *c, const struct dialogue *d,
		  const struct host_store *store, int64_t *swept_ns, struct txn_counts *counts)
{
	static struct host_store names;
	const struct txn_table table = {.bucket = store->txn_buckets,
					.note = store->txn_details,
					.config = c,
					.names = &names,
					.ahead_ns = 5};

	/* The two clocks differ by what they are said to. */
	assert_int_equal(txn_table_sweep(&table, d->now_ns - 5, d->now_ns - *swept_ns, counts), 0);
	*swept_ns = d->now_ns;
}

/* Each response of upstream was seen once, by its server, and so were the times. */
static void hold_responses(const struct dialogue *d, const struct txn_counts *counts)
{
	const struct txn_side_counts *side = &counts->side[TXN_UPSTREAM];
	uint64_t all[TXN_RESULT_COUNT] = {0}, unanswered = 0;

	for (size_t family = 0; family < FAMILY_COUNT; family++) {
		const struct dialogue_server *server = &d->server[family];
		struct txn_key key = {.server_size = family == FAMILY_IPV6 ? 16 : 4};
		const struct txn_row *row;

		inet_pton(family == FAMILY_IPV6 ? AF_INET6 : AF_INET, dialogue_servers[family],
			  key.server);
		row = txn_rows_find(&side->servers, &key);
		assert_non_null(row);
		for (size_t i = 0; i < TXN_RESULT_COUNT; i++) {
			assert_int_equal(row->result[i], server->result[i]);
			assert_true(row->result[i] > 5);
			all[i] += server->result[i];
		}
		assert_int_equal(row->timed, server->timed);
		assert_int_equal(row->sum, server->sum);
		assert_int_equal(row->longest, server->longest);
		unanswered += row->unanswered;
		/* A query that stayed unanswered may have been asked later. */
		assert_true(row->asked_ns > server->asked_ns - 5 - 2000);
		assert_in_range(row->answered_ns, server->answered_ns - 5 - 2000,
				server->answered_ns - 5 + 2000);
	}
	for (size_t i = 0; i < TXN_RESULT_COUNT; i++)
		assert_int_equal(side->result[i], all[i]);
	assert_int_equal(unanswered, side->unanswered);
	assert_int_equal(counts->side[TXN_CLIENTS].result[TXN_RESULT_FINE], 0);
	assert_int_equal(counts->side[TXN_CLIENTS].pairs.rows, 0);
	assert_int_equal(counts->now_ns, d->now_ns - 5);
}

/* Sums of rows by zone, and of those by zone and server, are those of servers. */
static void hold_rows(const struct txn_side_counts *side)
{
	const struct txn_rows *const all[] = {&side->servers, &side->zones, &side->pairs};
	uint64_t answered[3], unanswered[3], timed[3] = {0};

	for (size_t t = 0; t < 3; t++) {
		answered[t] = all[t]->other_answered;
		unanswered[t] = all[t]->other_unanswered;
		for (size_t i = 0; i < all[t]->rows; i++) {
			answered[t] += txn_row_answered(&all[t]->row[i]);
			unanswered[t] += all[t]->row[i].unanswered;
			timed[t] += all[t]->row[i].timed;
		}
	}
	assert_int_equal(answered[1], answered[0]);
	assert_int_equal(unanswered[1], unanswered[0]);
	assert_int_equal(answered[2], answered[0]);
	assert_int_equal(unanswered[2], unanswered[0]);
	/* One server for each family: a zone of both has two pairs. */
	assert_true(side->pairs.rows >= side->zones.rows / 2 && side->zones.rows > 500);
	assert_true(timed[1] <= timed[0] && timed[1] > timed[0] / 4);
}

static void run(bool slow, uint64_t seed)
{
	static struct host_store store[DIRECTION_COUNT];
	static struct txn_counts counts;
	struct hook_config c = config(BUCKETS);
	struct dialogue d = {.random = seed, .timeout_ns = TIMEOUT};
	int64_t swept_ns = 0;

	assert_int_equal(txn_counts_init(&counts), 0);
	memset(store, 0, sizeof(store));
	for (int i = 0; i < DIRECTION_COUNT; i++)
		store[i].slow_path = slow;
	for (size_t step = 0; step < STEPS; step++) {
		dialogue_step(&d);
		count_frame_of(&store[d.direction], &c, &d);
		share_table(store, d.direction);
		hold(&d, store, slow ? "slow" : "fast", step);
		if (step < SWEPT_STEPS && step % SWEEP_STEPS == SWEEP_STEPS - 1)
			sweep(&c, &d, store, &swept_ns, &counts);
		if (step == SWEPT_STEPS - 1) {
			hold_responses(&d, &counts);
			hold_rows(&counts.side[TXN_UPSTREAM]);
		}
	}
	txn_counts_free(&counts);
	assert_int_equal(store[0].error, 0);
	if (!slow) /* else nothing was tested */
		assert_true(store[0].counts.counters.slow_path < STEPS / 3);
	for (size_t i = 0; i < TXN_EVICTED; i++)
		if (i != TXN_QUERY_CONTENDED && i != TXN_RESPONSE_CONTENDED &&
		    i != TXN_BEFORE_START)
			assert_true(store[0].counts.counters.txn[i] > 20);
	memset(&store[1].txn_buckets, 0, sizeof(store[1].txn_buckets));
	store[1].txn_details = NULL;
	store[1].txn_times = NULL;
	host_store_free(&store[0]);
	host_store_free(&store[1]);
	dialogue_free(&d);
}

static void model_by_the_fast_path(void **state)
{
	(void)state;
	run(false, 0xbe5466cf34e90c6c);
	run(false, 0x13198a2e03707344);
}

static void model_by_the_slow_path(void **state)
{
	(void)state;
	run(true, 0x082efa98ec4e6c89);
}

/* ---- a full table, and time ------------------------------------------------------------------- */

/* One side of one host: both directions' packets in one store. */
struct host {
	struct host_store store;
	struct hook_config config;
	struct buf message, frame;
};

static struct host host;

static void open_host(uint32_t buckets, unsigned int timeout_s)
{
	memset(&host, 0, sizeof(host));
	host.config = config(buckets);
	host.config.txn_timeout = TXN_UNITS(timeout_s);
}

static void close_host(void)
{
	buf_free(&host.message);
	buf_free(&host.frame);
	host_store_free(&host.store);
}

/* A client's query, or the response to it. Numbers are ports and then addresses. */
static void say(bool answer, uint32_t client, uint16_t id, const char *name)
{
	char address[32];
	struct frame frame = {
		.source = address, .destination = "192.0.2.1", .destination_port = 53};

	snprintf(address, sizeof(address), "198.51.%u.%u", 100 + (client >> 24),
		 client >> 16 & 255);
	frame.source_port = client & 0xffff;
	if (answer)
		frame = (struct frame){.source = "192.0.2.1",
				       .destination = address,
				       .source_port = 53,
				       .destination_port = client & 0xffff};
	message_begin(&host.message, id, answer ? MSG_QR : 0);
	message_question(&host.message, name, 1, 1);
	packet_build(&host.frame, &frame, host.message.data, host.message.length);
	host.store.direction = answer ? DIRECTION_TX : DIRECTION_RX;
	host_count(&host.store, &host.config, HOST_LINK_ETHERNET, host.frame.data,
		   (uint32_t)host.frame.length, 0);
}

static uint64_t event(enum txn_event which)
{
	return host.store.counts.counters.txn[which];
}

static uint64_t pending(void)
{
	uint64_t count = 0;

	for (uint32_t b = 0; b < host.config.txn_buckets; b++)
		for (uint32_t way = 1; way <= TXN_WAYS; way++)
			count += !!(host.store.txn_buckets[b].word[way] & TXN_PENDING);
	return count;
}

static void hold_identity(void)
{
	assert_int_equal(event(TXN_NEW),
			 event(TXN_ANSWERED) + pending() + event(TXN_EVICTED) + event(TXN_EXPIRED));
}

/*
 * Ten times as many queries as there is room for in a timeout, every fourth of which is answered at once, and every eighth
 * later, if it is still known.
 */
static void flood_of_a_small_table(void **state)
{
	const uint64_t room = TXN_BUCKETS_MIN / 2 * TXN_WAYS;
	uint64_t asked = 0, responses = 0;

	(void)state;
	for (int slow = 0; slow < 2; slow++) {
		open_host(TXN_BUCKETS_MIN, 2);
		host.store.slow_path = slow;
		host.store.now_ns = INT64_C(77000000000);
		asked = responses = 0;
		for (uint32_t i = 0; i < 30000; i++) {
			host.store.now_ns += INT64_C(2000000000) / (int64_t)(10 * room);
			say(false, 1024 + i, (uint16_t)(i * 7), "flood.example.");
			asked++;
			if (i % 4 == 0) {
				say(true, 1024 + i, (uint16_t)(i * 7), "flood.example.");
				responses++;
				/* Nothing can have come between. */
				assert_int_equal(event(TXN_DUPLICATE) + event(TXN_LATE), 0);
			} else if (i % 8 == 1 && i > 600) {
				say(true, 1024 + i - 600, (uint16_t)((i - 600) * 7),
				    "flood.example.");
				responses++;
			}
			if (i % 1000 == 0)
				hold_identity();
		}
		hold_identity();
		assert_int_equal(asked, event(TXN_NEW));
		assert_true(event(TXN_EVICTED) > asked / 2);
		assert_int_equal(responses, event(TXN_ANSWERED) + event(TXN_UNSOLICITED) +
						    event(TXN_MISMATCHED));
		assert_true(event(TXN_ANSWERED) > 7500); /* those at once, and some of the others */
		assert_true(event(TXN_UNSOLICITED) + event(TXN_MISMATCHED) > 1000);
		/* Half of the table is the other side's. */
		assert_in_range(pending(), room * 9 / 10, room);
		close_host();
	}
}

/* Of a question there are ten bits: with all else right, one of 1,024 other ones passes, whatever it is. */
static void one_other_question_in_1024(void **state)
{
	const uint64_t asked = 300000, expected = asked / 1024;
	uint64_t passed;
	char name[40];

	(void)state;
	open_host(TXN_BUCKETS_MIN, 2);
	for (uint32_t i = 0; i < asked; i++) {
		host.store.now_ns = INT64_C(1000000000) + 1000 * (int64_t)i;
		snprintf(name, sizeof(name), "n%u.example.", i);
		say(false, 1024 + i % 60000, (uint16_t)i, name);
		snprintf(name, sizeof(name), i % 3 ? "n%u.example." : "%u.a-longer-one.example.",
			 i + 1 + i % 7);
		say(true, 1024 + i % 60000, (uint16_t)i, name);
		snprintf(name, sizeof(name), "n%u.example.", i);
		say(true, 1024 + i % 60000, (uint16_t)i, name);
	}
	assert_int_equal(event(TXN_NEW), asked);
	/* Those that passed leave the right one a duplicate. */
	passed = event(TXN_DUPLICATE);
	assert_int_equal(event(TXN_ANSWERED), asked);
	assert_int_equal(event(TXN_MISMATCHED), asked - passed);
	/* A standard deviation is 17. */
	assert_in_range(passed, expected - 90, expected + 90);
	close_host();
}

/* The second bucket is another one: where the first is full, one query more finds room. */
static void second_bucket_is_another(void **state)
{
	char name[32];

	(void)state;
	open_host(TXN_BUCKETS_MIN, 2);
	host.store.now_ns = INT64_C(1000000000);
	for (uint32_t port = 0; port < 40000; port++) {
		for (int answer = 0; answer < 2; answer++)
			for (uint32_t i = 0; i <= TXN_WAYS; i++) {
				snprintf(name, sizeof(name), "n%u.example.", i);
				say(answer, (uint16_t)(2000 + port), (uint16_t)(port * 21 + i),
				    name);
			}
		assert_int_equal(event(TXN_EVICTED), 0);
	}
	assert_int_equal(event(TXN_ANSWERED), 40000 * (1 + TXN_WAYS));
	close_host();
}

/*
 * Sixty-four that ask all from one port each: their first buckets are full, and one in 64 further queries has one of these for its
 * second. It goes to a third.
 */
static void full_buckets_of_others(void **state)
{
	const uint32_t ports = 64, each = 100;
	char name[32];

	(void)state;
	open_host(8192, 2);
	host.store.now_ns = INT64_C(1000000000);
	for (int answer = 0; answer < 2; answer++)
		for (uint32_t i = 0; i < ports * each; i++) {
			snprintf(name, sizeof(name), "n%u.example.", i);
			say(answer, 3000 + i % ports, (uint16_t)(i * 21), name);
		}
	/* A few whose third is full, too, and each of these has one response that matches nothing. */
	assert_true(event(TXN_EVICTED) <= 4);
	assert_int_equal(event(TXN_ANSWERED), ports * each - event(TXN_EVICTED));
	assert_int_equal(event(TXN_MISMATCHED) + event(TXN_UNSOLICITED), event(TXN_EVICTED));
	close_host();
}

/* The answer to a query that is sent again is found in a further bucket, for a whole timeout from when it was sent. */
static void spilled_for_a_timeout(void **state)
{
	const int64_t ms = 1000000;
	char name[32];

	(void)state;
	open_host(8192, 2);
	host.store.now_ns = 1000 * ms;
	for (int answer = 0; answer < 2; answer++)
		for (uint32_t i = 0; i <= TXN_WAYS; i++) {
			snprintf(name, sizeof(name), "n%u.example.", i);
			say(answer, 4000, (uint16_t)i, name);
		}
	assert_int_equal(event(TXN_ANSWERED), 1 + TXN_WAYS);
	/* Its own place is in the second bucket. There is room in the first, and both are looked at. */
	host.store.now_ns += 1500 * ms;
	say(false, 4000, TXN_WAYS, name);
	host.store.now_ns += 1500 * ms;
	say(true, 4000, TXN_WAYS, name);
	assert_int_equal(event(TXN_ANSWERED), 2 + TXN_WAYS);
	close_host();
}

/* What has timed out gives way before anything that waits, as long as times have not come round. */
static void expired_before_evicted(void **state)
{
	const uint64_t room = TXN_BUCKETS_MIN / 2 * TXN_WAYS;

	(void)state;
	open_host(TXN_BUCKETS_MIN, 1);
	for (uint32_t round = 0; round < 15; round++) {
		host.store.now_ns = INT64_C(1050000000) * (int64_t)(1 + round);
		for (uint32_t i = 0; i < room / 8; i++)
			say(false, 1024 + i + round * 1000, (uint16_t)i, "a.example.");
		hold_identity();
	}
	assert_int_equal(event(TXN_EVICTED), 0);
	assert_true(event(TXN_EXPIRED) > 100);
	close_host();
}

/* A forwarder that asks all its questions from one socket: seven fit into the first bucket, the others are found again. */
static void spill_to_second_buckets(void **state)
{
	char name[32];

	(void)state;
	for (int slow = 0; slow < 2; slow++) {
		open_host(BUCKETS, 2);
		host.store.slow_path = slow;
		host.store.now_ns = INT64_C(1000000000);
		for (uint32_t i = 0; i < 3000; i++) {
			host.store.now_ns += 500000;
			snprintf(name, sizeof(name), "n%u.example.", i);
			say(false, 4000, (uint16_t)(i * 21 + 5), name);
		}
		assert_int_equal(event(TXN_NEW), 3000);
		assert_int_equal(event(TXN_EVICTED) + event(TXN_EXPIRED), 0);
		hold_identity();
		/* Again, first bucket full or not. */
		for (uint32_t i = 0; i < 3000; i += 100) {
			snprintf(name, sizeof(name), "n%u.example.", i);
			say(false, 4000, (uint16_t)(i * 21 + 5), name);
		}
		assert_int_equal(event(TXN_RETRY), 30);
		for (uint32_t i = 0; i < 3000; i++) {
			snprintf(name, sizeof(name), "n%u.example.", i);
			say(true, 4000, (uint16_t)(i * 21 + 5), name);
		}
		assert_int_equal(event(TXN_ANSWERED), 3000);
		assert_int_equal(event(TXN_AMBIGUOUS), 30);
		assert_int_equal(pending(), 0);
		/* Nothing waits there: another one is unsolicited, and the first bucket is enough for a query. */
		say(true, 4000, 3, "other.example.");
		assert_int_equal(event(TXN_UNSOLICITED), 1);
		close_host();
	}
}

/*
 * Times in the table wrap after 17.18 s. From the timeout up to 16 s a response is late, wherever in that time the query was,
 * and a query again is a new one.
 */
static void times_wrap(void **state)
{
	const int64_t wrap = (int64_t)(TXN_TIME_MASK + 1) << TXN_UNIT_SHIFT, ms = 1000000;

	(void)state;
	open_host(BUCKETS, 10);
	for (uint32_t i = 0; i < 700; i++) {
		int64_t start = wrap * 5 + wrap * i / 700,
			age = 10001 * ms + 6000 * ms * (i % 13) / 13;
		uint64_t answered = event(TXN_ANSWERED), late = event(TXN_LATE), asked;

		host.store.now_ns = start;
		say(false, 5000 + i, 1, "wrap.example.");
		/* Another CPU's clock is behind; and all of the timeout. */
		host.store.now_ns = i % 2 ? start - 900 * ms : start + 9999 * ms;
		say(true, 5000 + i, 1, "wrap.example.");
		assert_int_equal(event(TXN_ANSWERED), ++answered);

		host.store.now_ns = start;
		say(false, 5000 + i, 2, "wrap.example.");
		host.store.now_ns = start + age;
		say(true, 5000 + i, 2, "wrap.example.");
		assert_int_equal(event(TXN_ANSWERED), answered);
		assert_int_equal(event(TXN_LATE), late + 1);
		asked = event(TXN_NEW);
		say(false, 5000 + i, 2, "wrap.example.");
		assert_int_equal(event(TXN_NEW), asked + 1);
		hold_identity();
	}
	assert_int_equal(event(TXN_EVICTED) + event(TXN_RETRY), 0);
	assert_int_equal(event(TXN_EXPIRED), 700);
	close_host();
}

/* A segment of a client's stream, or of the server's, with @bytes. */
static void say_over_tcp(bool answer, uint32_t *sequence, const uint8_t *bytes, size_t length)
{
	const struct frame frame = {
		.source = answer ? "192.0.2.1" : "198.51.100.1",
		.destination = answer ? "198.51.100.1" : "192.0.2.1",
		.source_port = answer ? 53 : 4000,
		.destination_port = answer ? 4000 : 53,
		.l4 = L4_TCP,
		.sequence = *sequence,
	};

	*sequence += (uint32_t)length;
	packet_build(&host.frame, &frame, bytes, length);
	host.store.direction = answer ? DIRECTION_TX : DIRECTION_RX;
	host_count(&host.store, &host.config, HOST_LINK_ETHERNET, host.frame.data,
		   (uint32_t)host.frame.length, 0);
}

/* Who writes a length and then a message sends them in two segments; the next length can come with the message. */
static void lengths_in_segments_of_their_own(void **state)
{
	struct buf stream = {0};

	(void)state;
	for (int joined = 0; joined < 2; joined++) {
		uint32_t asked = 1000, answered = 2000;
		size_t from = 0;

		open_host(BUCKETS, 2);
		host.store.now_ns = INT64_C(1000000000);
		for (unsigned int i = 0; i < 20; i++) {
			message_begin(&host.message, 256 * i + 7, i % 2 ? MSG_RD : 0);
			message_question(&host.message, i % 3 ? "a.b.example." : ".", 1, 1);
			if (i & 4)
				message_opt(&host.message, 0, 0, 1);
			buf_reset(&stream);
			stream_message(&stream, &host.message);
			if (!joined || i == 0)
				say_over_tcp(false, &asked, stream.data, 2);
			from = host.message.length;
			/* The length of the next message is of no meaning here. */
			if (joined)
				buf_u16(&stream, 300);
			say_over_tcp(false, &asked, stream.data + 2, from + (joined ? 2 : 0));
			assert_int_equal(event(TXN_NEW), i + 1);
			host.message.data[2] |= 0x80;
			buf_reset(&stream);
			stream_message(&stream, &host.message);
			say_over_tcp(true, &answered, stream.data, stream.length);
			assert_int_equal(event(TXN_ANSWERED), i + 1);
		}
		assert_int_equal(event(TXN_QUERY_UNTRACKED) + event(TXN_RESPONSE_UNTRACKED), 0);
		assert_int_equal(host.store.counts.counters.outcome[OUTCOME_QUERY], 20);
		close_host();
	}
	buf_free(&stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(model_by_the_fast_path),
		cmocka_unit_test(model_by_the_slow_path),
		cmocka_unit_test(flood_of_a_small_table),
		cmocka_unit_test(expired_before_evicted),
		cmocka_unit_test(spill_to_second_buckets),
		cmocka_unit_test(second_bucket_is_another),
		cmocka_unit_test(full_buckets_of_others),
		cmocka_unit_test(spilled_for_a_timeout),
		cmocka_unit_test(one_other_question_in_1024),
		cmocka_unit_test(times_wrap),
		cmocka_unit_test(lengths_in_segments_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
