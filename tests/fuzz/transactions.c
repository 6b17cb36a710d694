// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Queries and responses in any order, with time between them: the fast path and the slow path count the same and leave the
 * same table; where that is large, both count what a model says that knows one state of each question, with no table; where it
 * is small, what began has ended or waits.
 *
 * Input: mode, seed of the names (4 bytes), then steps of 4 bytes: what, whose, and two of a time or an id.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expected_lists.h"
#include "message.h"
#include "packet.h"
#include "parser/host_store.h"
#include "parser/txn_table.h"
#include "report/names.h"
#include "target.h"

#define HEAD      5u
#define STEP      4u
#define TALKS     32u
#define STEPS_MAX 256u

#define MODE_SMALL    1u /* a table of the least size, and ids as they come */
#define MODE_SETTLING 2u
#define MODE_LONG     4u /* the longest timeout */

#define LARGE 4096u
/* Ages up to this are told apart, whatever the timeout: TXN_TIMEOUT_MAX_S. */
#define AGE_MAX INT64_C(16000000000)

enum step {
	QUERY,
	ANSWER,
	WRONG_ID,
	NO_QUESTION,
	TWO_QUESTIONS,
	QUERY_OF_NONE,
	PASS,
	SWEEP,
	STEPS
};

enum state { NEVER, PENDING, SWEPT, ANSWERED };

/* One question, from one port. */
struct talk {
	enum state state;
	bool retried;
	int64_t asked_ns;
	enum txn_result result; /* of the response, and after how many units it came */
	uint64_t units;
	uint32_t sequence; /* of the server's stream */
	char name[256];
};

/* Both directions have one table. */
struct host {
	struct host_store store[DIRECTION_COUNT];
};

static struct {
	struct hook_config config;
	unsigned int mode;
	int64_t now_ns;
	struct talk talk[TALKS];
	uint64_t count[DIRECTION_COUNT][TXN_EVENT_COUNT];
	uint64_t swept;
	struct buf message, stream, frame;
	enum direction direction;
} all;

static struct host hosts[2];

/* Of a talk's number: what it is. */
static bool is_sent(size_t number)
{
	return number & 1;
}

static bool is_ipv6(size_t number)
{
	return number & 2;
}

static bool is_tcp(size_t number)
{
	return (number & 12) == 12;
}

static void open_all(unsigned int mode, uint32_t seed)
{
	struct random random = {seed};

	if (!all.config.points)
		all.config = expected_lists_config();
	/* No lists: their tables cost more than all steps do. */
	memset(all.config.top_point, 0, sizeof(all.config.top_point));
	all.config.offending = all.config.offending_rcodes = 0;
	all.config.txn_buckets = mode & MODE_SMALL ? TXN_BUCKETS_MIN : LARGE;
	all.config.txn_timeout = TXN_UNITS(mode & MODE_LONG ? TXN_TIMEOUT_MAX_S : 1);
	all.mode = mode;
	all.now_ns = 1000000000000 + (int64_t)(random_next(&random) >> 30);
	memset(all.count, 0, sizeof(all.count));
	all.swept = 0;
	for (size_t i = 0; i < TALKS; i++) {
		struct talk *talk = &all.talk[i];
		size_t labels = random_below(&random, 6), used = 0;

		*talk = (struct talk){.sequence = (uint32_t)random_next(&random)};
		for (size_t k = 0; k < labels; k++) {
			size_t length = 1 +
					random_below(&random, random_once_in(&random, 4) ? 50 : 9);

			if (used + length + 2 > sizeof(talk->name) - 4)
				break;
			for (size_t at = 0; at < length; at++)
				talk->name[used++] = (char)("aZ"[random_next(&random) & 1] ^
							    (int)random_below(&random, 16));
			talk->name[used++] = '.';
		}
		for (size_t at = 0; at < used; at++)
			if (talk->name[at] == '\\' || talk->name[at] == '@')
				talk->name[at] = '-';
	}
	for (size_t h = 0; h < 2; h++) {
		memset(&hosts[h], 0, sizeof(hosts[h]));
		for (size_t d = 0; d < DIRECTION_COUNT; d++) {
			hosts[h].store[d].slow_path = h == 1;
			hosts[h].store[d].direction = (enum direction)d;
			hosts[h].store[d].point = (__u32)d;
			hosts[h].store[d].txn_settling = mode & MODE_SETTLING;
		}
	}
}

static void close_all(void)
{
	for (size_t h = 0; h < 2; h++) {
		struct host_store *one = &hosts[h].store[0], *other = &hosts[h].store[1];

		other->txn_buckets = NULL;
		other->txn_details = NULL;
		other->txn_times = NULL;
		host_store_free(one);
		host_store_free(other);
	}
}

/* Put the message into a frame of @number's and let both hosts count it. */
static void send_message(size_t number, bool answer)
{
	struct talk *talk = &all.talk[number];
	const char *host = is_ipv6(number) ? "2001:db8::1" : "192.0.2.1",
		   *other = is_ipv6(number) ? "2001:db8:ffff::99" : "198.51.100.9";
	bool from_host = is_sent(number) != answer;
	uint16_t port = (uint16_t)(20000 + number * 7);
	struct frame frame = {
		.family = is_ipv6(number) ? 6 : 4,
		.source = from_host ? host : other,
		.destination = from_host ? other : host,
		.source_port = answer ? 53 : port,
		.destination_port = answer ? port : 53,
		.l4 = is_tcp(number) ? L4_TCP : L4_UDP,
		.sequence = talk->sequence,
	};

	all.direction = from_host ? DIRECTION_TX : DIRECTION_RX;
	if (is_tcp(number)) {
		buf_reset(&all.stream);
		stream_message(&all.stream, &all.message);
		if (answer)
			talk->sequence += (uint32_t)all.stream.length;
		packet_build(&all.frame, &frame, all.stream.data, all.stream.length);
	} else {
		packet_build(&all.frame, &frame, all.message.data, all.message.length);
	}
	for (size_t h = 0; h < 2; h++) {
		struct host_store *store = &hosts[h].store[all.direction],
				  *peer = &hosts[h].store[!all.direction];

		store->now_ns = all.now_ns;
		host_count(store, &all.config, HOST_LINK_ETHERNET, all.frame.data,
			   (uint32_t)all.frame.length, 0);
		peer->txn_buckets = store->txn_buckets;
		peer->txn_details = store->txn_details;
		peer->txn_times = store->txn_times;
		fuzz_frames++;
	}
}

static void expect(enum txn_event event)
{
	all.count[all.direction][event]++;
}

static bool waits(const struct talk *talk)
{
	return talk->state == PENDING &&
	       (all.now_ns >> TXN_UNIT_SHIFT) - (talk->asked_ns >> TXN_UNIT_SHIFT) <=
		       (int64_t)all.config.txn_timeout;
}

static unsigned int id_of(size_t number, const uint8_t *step)
{
	return all.mode & MODE_SMALL ? get_u16(step + 2) : (unsigned int)(number * 1237);
}

static void query(size_t number, const uint8_t *step)
{
	struct talk *talk = &all.talk[number];

	message_begin(&all.message, id_of(number, step), MSG_RD);
	message_question(&all.message, talk->name, 1 + (unsigned int)number % 3, 1);
	if (step[0] & 0x80)
		message_opt(&all.message, 0, 0, 1);
	send_message(number, false);
	if (waits(talk)) {
		expect(is_tcp(number) ? TXN_RESENT : TXN_RETRY);
		talk->retried |= !is_tcp(number);
		return;
	}
	expect(TXN_NEW);
	if (talk->state == PENDING)
		expect(TXN_EXPIRED);
	talk->state = PENDING;
	talk->retried = false;
	talk->asked_ns = all.now_ns;
}

/* What is counted of a response that nothing waits for. */
static void expect_unmatched(size_t number)
{
	if (all.mode & MODE_SETTLING)
		expect(TXN_BEFORE_START);
	else if (is_tcp(number))
		expect(TXN_RESPONSE_UNTRACKED);
	else
		expect(all.talk[number].state == PENDING ? TXN_MISMATCHED : TXN_UNSOLICITED);
}

static void expect_answer(size_t number, enum txn_result result)
{
	struct talk *talk = &all.talk[number];

	if (talk->state == NEVER) {
		expect_unmatched(number);
	} else if (waits(talk)) {
		expect(TXN_ANSWERED);
		if (talk->retried)
			expect(TXN_AMBIGUOUS);
		talk->state = ANSWERED;
		talk->result = result;
		talk->units = (uint64_t)((all.now_ns >> TXN_UNIT_SHIFT) -
					 (talk->asked_ns >> TXN_UNIT_SHIFT));
	} else if (talk->state == ANSWERED) {
		expect(is_tcp(number) ? TXN_RESPONSE_UNTRACKED : TXN_DUPLICATE);
	} else {
		expect(TXN_LATE);
	}
}

/* What a response has in it, by a step's last byte. */
enum { HAS_DATA = 1, HAS_NS = 2, HAS_SOA = 4, HAS_AA = 8, HAS_TC = 16, HAS_EXTENDED = 32 };

/* What a response of that RCODE with the parts that @step says is: RFC 1034 section 4.3.2, RFC 2308 section 2.2. */
static enum txn_result result_of(unsigned int rcode, const uint8_t *step)
{
	bool extended = step[0] & 0x80 && step[3] & HAS_EXTENDED;

	if (extended || rcode == 2)
		return TXN_RESULT_FAILED;
	if (rcode == 5)
		return TXN_RESULT_REFUSED;
	return rcode == 0 && (step[3] & (HAS_DATA | HAS_NS | HAS_SOA | HAS_AA | HAS_TC)) == HAS_NS
		       ? TXN_RESULT_REFERRAL
		       : TXN_RESULT_FINE;
}

static void answer(size_t number, const uint8_t *step, unsigned int questions, bool wrong_id)
{
	static const unsigned int rcodes[] = {0, 0, 2, 3, 5, 0, 0, 0};
	unsigned int id = id_of(number, step), flags = MSG_QR | MSG_RA | rcodes[step[2] & 7];
	struct talk *talk = &all.talk[number];
	char name[256];

	memcpy(name, talk->name, sizeof(name));
	for (char *c = name; *c && step[0] & 0x40; c++)
		if ((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z')
			*c ^= 0x20;
	if (step[3] & HAS_AA)
		flags |= MSG_AA;
	if (step[3] & HAS_TC)
		flags |= MSG_TC;
	message_begin(&all.message, wrong_id ? id ^ (1 + get_u16(step + 2) % 65535) : id, flags);
	for (unsigned int i = 0; i < questions; i++)
		message_question(&all.message, name, 1 + (unsigned int)number % 3, 1);
	if (step[3] & HAS_DATA)
		message_a(&all.message, SECTION_ANSWER, "x.", "192.0.2.7");
	if (step[3] & HAS_NS)
		message_ns(&all.message, SECTION_AUTHORITY, "y.", "ns.");
	if (step[3] & HAS_SOA)
		message_soa(&all.message, SECTION_AUTHORITY, "z.");
	if (step[0] & 0x80)
		message_opt(&all.message, step[3] & HAS_EXTENDED ? 1 : 0, 0, 1);
	send_message(number, true);
	if (questions > 1)
		expect(TXN_RESPONSE_UNTRACKED);
	else if (wrong_id)
		expect_unmatched(number);
	else
		expect_answer(number, result_of(rcodes[step[2] & 7], step));
}

/* As user space does: what has timed out does not wait any more. */
static void sweep(void)
{
	for (size_t h = 0; h < 2; h++) {
		struct txn_bucket *buckets = hosts[h].store[0].txn_buckets;

		for (size_t b = 0; buckets && b < all.config.txn_buckets; b++)
			for (size_t way = 1; way <= TXN_WAYS; way++) {
				__u64 *word = &buckets[b].word[way];
				__u64 now = (__u64)all.now_ns >> TXN_UNIT_SHIFT;

				if (!(*word & TXN_PENDING) ||
				    ((now - (*word >> TXN_TIME_SHIFT)) & TXN_TIME_MASK) <=
					    all.config.txn_timeout)
					continue;
				*word &= ~TXN_PENDING;
				all.swept += h == 0;
			}
	}
	for (size_t i = 0; i < TALKS; i++)
		if (all.talk[i].state == PENDING && !waits(&all.talk[i]))
			all.talk[i].state = SWEPT;
}

/* In steps of 250 us, but so that nothing in the table gets older than times can tell. */
static void pass(const uint8_t *step)
{
	int64_t by = (int64_t)get_u16(step + 2) * 250000;

	if (all.mode & MODE_SMALL)
		by /= 64;
	for (size_t i = 0; i < TALKS; i++)
		if (all.talk[i].state == PENDING &&
		    all.now_ns + by - all.talk[i].asked_ns > AGE_MAX)
			sweep();
	for (size_t i = 0; i < TALKS; i++)
		if (all.talk[i].state == PENDING &&
		    all.now_ns + by - all.talk[i].asked_ns > AGE_MAX)
			by = all.talk[i].asked_ns + AGE_MAX - all.now_ns;
	all.now_ns += by;
}

static void run_step(const uint8_t *step)
{
	size_t number = step[1] % TALKS;

	switch ((enum step)(step[0] % STEPS)) {
	case QUERY: query(number, step); break;
	case ANSWER: answer(number, step, 1, false); break;
	case WRONG_ID: answer(number, step, step[2] >> 4 & 1, true); break;
	case NO_QUESTION: answer(number, step, 0, false); break;
	case TWO_QUESTIONS: /* in a stream, that is not taken for a message */
		if (!is_tcp(number))
			answer(number, step, 2, false);
		break;
	case QUERY_OF_NONE:
		message_begin(&all.message, id_of(number, step), MSG_RD);
		send_message(number, false);
		expect(TXN_QUERY_UNTRACKED);
		break;
	case PASS: pass(step); break;
	case SWEEP: sweep(); break;
	case STEPS: break;
	}
}

/* ---- checks ------------------------------------------------------------------------------------- */

static const __u64 *counted(size_t host, size_t direction)
{
	return hosts[host].store[direction].counts.counters.txn;
}

static void compare(size_t step)
{
	for (size_t d = 0; d < DIRECTION_COUNT; d++)
		for (size_t i = 0; i < TXN_EVENT_COUNT; i++) {
			if (counted(0, d)[i] != counted(1, d)[i])
				fuzz_fail("step %zu: %s %s: fast path %llu, slow path %llu", step,
					  direction_names[d], txn_event_names[i], counted(0, d)[i],
					  counted(1, d)[i]);
			if (!(all.mode & MODE_SMALL) && counted(0, d)[i] != all.count[d][i])
				fuzz_fail("step %zu: %s %s: %llu, not %" PRIu64, step,
					  direction_names[d], txn_event_names[i], counted(0, d)[i],
					  all.count[d][i]);
		}
}

/* Words and notes. */
static void compare_tables(void)
{
	const struct host_store *fast = &hosts[0].store[0], *slow = &hosts[1].store[0];
	size_t words = (size_t)all.config.txn_buckets * (1 + TXN_WAYS);
	const __u64 *word = fast->txn_buckets ? fast->txn_buckets->word : NULL;

	if (!word)
		return;
	if (memcmp(word, slow->txn_buckets, words * sizeof(*word)) != 0)
		fuzz_fail("the fast path leaves another table than the slow path");
	for (size_t i = 0; i < words; i++)
		if (memcmp(&fast->txn_details[i], &slow->txn_details[i],
			   sizeof(*fast->txn_details)) != 0)
			fuzz_fail("the fast path writes another note than the slow path");
	if (memcmp(fast->txn_times, slow->txn_times, sizeof(*fast->txn_times)) != 0)
		fuzz_fail("the fast path times otherwise than the slow path");
}

/* What user space makes of the responses in notes: those of upstream, the last of each question, and their times. */
static void check_responses(void)
{
	const struct host_store *fast = &hosts[0].store[0];
	uint64_t result[TXN_RESULT_COUNT] = {0}, timed = 0, sum = 0, seen[3] = {0};
	static struct host_store names;
	static struct txn_counts counts;
	const struct txn_side_counts *side = &counts.side[TXN_UPSTREAM];
	const struct txn_table table = {.bucket = fast->txn_buckets,
					.note = fast->txn_details,
					.config = &all.config,
					.names = &names};

	if (!fast->txn_buckets)
		return;
	for (size_t i = 0; i < TALKS; i++) {
		const struct talk *talk = &all.talk[i];

		if (talk->state != ANSWERED || !is_sent(i))
			continue;
		result[talk->result]++;
		timed += !talk->retried;
		sum += talk->retried ? 0 : talk->units;
	}
	if (txn_counts_init(&counts) < 0 || txn_table_sweep(&table, all.now_ns, 0, &counts) < 0)
		fuzz_fail("cannot sweep");
	for (size_t i = 0; i < side->servers.rows; i++) {
		seen[0] += txn_row_answered(&side->servers.row[i]);
		seen[1] += side->servers.row[i].timed;
		seen[2] += side->servers.row[i].sum;
	}
	for (size_t i = 0; i < TXN_RESULT_COUNT; i++) {
		if (!(all.mode & MODE_SMALL) && side->result[i] != result[i])
			fuzz_fail("%s: %" PRIu64 ", not %" PRIu64, txn_result_names[i],
				  side->result[i], result[i]);
		seen[0] -= side->result[i];
	}
	if (seen[0])
		fuzz_fail("rows of servers have not all responses");
	if (!(all.mode & MODE_SMALL) && (seen[1] != timed || seen[2] != sum))
		fuzz_fail("timed %" PRIu64 " of %" PRIu64 " units, not %" PRIu64 " of %" PRIu64,
			  seen[1], seen[2], timed, sum);
	/* Each once. */
	txn_counts_clear(&counts);
	if (txn_table_sweep(&table, all.now_ns, 0, &counts) < 0)
		fuzz_fail("cannot sweep");
	for (size_t i = 0; i < TXN_RESULT_COUNT; i++)
		if (side->result[i])
			fuzz_fail("%s: seen twice", txn_result_names[i]);
	txn_counts_free(&counts);
	host_store_free(&names);
}

static uint64_t of_event(enum txn_event event)
{
	return counted(0, 0)[event] + counted(0, 1)[event];
}

/* Nothing is lost, whatever gave way. */
static void check_identity(void)
{
	const struct txn_bucket *buckets = hosts[0].store[0].txn_buckets;
	uint64_t pending = 0;

	for (size_t b = 0; buckets && b < all.config.txn_buckets; b++)
		for (size_t way = 1; way <= TXN_WAYS; way++)
			pending += !!(buckets[b].word[way] & TXN_PENDING);
	if (of_event(TXN_NEW) != of_event(TXN_ANSWERED) + of_event(TXN_EVICTED) +
					 of_event(TXN_EXPIRED) + pending + all.swept)
		fuzz_fail("%" PRIu64 " began, and %" PRIu64 " were answered, %" PRIu64
			  " gave way, %" PRIu64 " wait, %" PRIu64 " were swept",
			  of_event(TXN_NEW), of_event(TXN_ANSWERED),
			  of_event(TXN_EVICTED) + of_event(TXN_EXPIRED), pending, all.swept);
}

static void run(const uint8_t *data, size_t size)
{
	if (size < HEAD)
		return;
	open_all(data[0], get_u32(data + 1));
	for (size_t i = 0; i < STEPS_MAX && HEAD + (i + 1) * STEP <= size; i++) {
		const uint8_t *step = data + HEAD + i * STEP;

		run_step(step);
		compare(i);
	}
	compare_tables();
	check_identity();
	check_responses();
	close_all();
}

const struct fuzz_target fuzz_transactions = {"transactions", run, NULL};
