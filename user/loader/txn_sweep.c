// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/txn_sweep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parser/host_store.h"
#include "parser/note_zone.h"
#include "util/clock.h"
#include "util/log.h"

/* Clocks of CPUs differ by a tick at most, and a program that has read one runs on for a while. */
#define SLACK_NS (20 * NS_PER_MS)
/* A word's time, 24 bits of 1.024 us. */
#define WRAP_NS ((int64_t)(TXN_TIME_MASK + 1) << TXN_UNIT_SHIFT)
/* So many new queries a second, and a precise clock for each would cost too much. */
#define TIMED_ALL_RATE 20000u
#define TIMED_EVERY    8u

int txn_sweep_open(struct txn_sweep *sweep, struct bpf_maps *maps)
{
	const struct hook_config *config = &maps->config;
	int err;

	*sweep = (struct txn_sweep){0};
	if (!config->txn_buckets)
		return 0;
	err = txn_counts_init(&sweep->now);
	sweep->names = calloc(1, sizeof(*sweep->names));
	if (!err && !sweep->names)
		err = -ENOMEM;
	if (err) {
		log_error("cannot set up reading of transactions: %s", strerror(-err));
		free(sweep->names);
		return err;
	}
	sweep->names->suffixes = maps->suffixes;
	for (__u32 i = 0; i < config->interfaces; i++)
		for (__u32 d = 0; d < DIRECTION_COUNT; d++)
			if (config->point[i][d] != UNASSIGNED)
				sweep->direction[config->point[i][d]] = (enum direction)d;
	sweep->maps = maps;
	maps->txn_control->settling = !maps->resumed;
	maps->txn_control->every = 1;
	sweep->now.every = 1;
	/* Of a table that was never swept nothing is older than this. */
	sweep->swept_ns = maps->resumed ? maps->txn_control->swept_ns : clock_mono_ns();
	return 0;
}

void txn_sweep_close(struct txn_sweep *sweep)
{
	if (!sweep->maps)
		return;
	txn_counts_free(&sweep->now);
	host_store_free(sweep->names);
	free(sweep->names);
	*sweep = (struct txn_sweep){0};
}

void txn_sweep_begin(struct txn_sweep *sweep)
{
	if (sweep->maps && sweep->given)
		txn_counts_clear(&sweep->now);
	sweep->given = true;
}

/* Queries of clients are received, those of this host sent; responses the other way round. */
void txn_sweep_point(struct txn_sweep *sweep, __u32 point, const struct pkt_counters *before,
		     const struct pkt_counters *now)
{
	bool received;

	if (!sweep->maps)
		return;
	received = sweep->direction[point] == DIRECTION_RX;
	for (size_t i = 0; i < TXN_EVENT_COUNT; i++) {
		bool query = i <= TXN_QUERY_CONTENDED || i == TXN_EVICTED || i == TXN_EXPIRED;
		enum txn_side side = query == received ? TXN_CLIENTS : TXN_UPSTREAM;

		sweep->now.side[side].event[i] += now->txn[i] - before->txn[i];
	}
}

/* ---- response times ------------------------------------------------------------------------- */

static void add_times(struct txn_time_counts *to, const struct txn_times *from)
{
	to->sum += from->sum;
	for (size_t i = 0; i < TXN_BINS; i++)
		to->bin[i] += from->bin[i];
}

/* The set is empty when programs count into it again: so a later run finds what nobody has read, and no more. */
static void read_times(struct txn_sweep *sweep, __u32 epoch)
{
	const struct bpf_maps *maps = sweep->maps;

	for (__u32 cpu = 0; cpu < maps->cpus.online; cpu++) {
		struct txn_histograms *left = &maps->txn_histograms[cpu * 2 + epoch];

		for (size_t s = 0; s < TXN_SIDES; s++)
			for (size_t t = 0; t < TRANSPORT_COUNT; t++)
				for (size_t f = 0; f < 2; f++)
					add_times(&sweep->now.side[s].times[t][f],
						  &left->times[s][t][f]);
		memset(left, 0, sizeof(*left));
	}
}

/* ---- the table -------------------------------------------------------------------------------- */

/* Nanoseconds from the time of @word to @at_ns, by the kernel's clock; less than 0: it is later. */
static int64_t age_at(int64_t at_ns, __u64 word)
{
	__u64 units = ((__u64)at_ns >> TXN_UNIT_SHIFT) - (word >> TXN_TIME_SHIFT);
	int64_t age = (int64_t)((units & TXN_TIME_MASK) << TXN_UNIT_SHIFT);

	return age > WRAP_NS - NS_PER_S ? age - WRAP_NS : age;
}

static void row_of_server(const struct txn_note *note, struct unanswered_row *row)
{
	*row = (struct unanswered_row){.size = note->family == FAMILY_IPV6 ? 16 : 4,
				       .qtype = note->qtype};
	memcpy(row->key, note->server, row->size);
}

/* False where the note tells no zone. */
static bool row_of_zone(const struct txn_sweep *sweep, const struct txn_note *note,
			struct unanswered_row *row)
{
	*row = (struct unanswered_row){.qtype = note->qtype};
	row->size = (uint8_t)note_zone(sweep->names, &sweep->maps->config, note, row->key);
	return row->size > 0;
}

/* Take in a query that stayed unanswered. 0 or -ENOMEM. */
static int add_unanswered(struct txn_sweep *sweep, struct txn_side_counts *side,
			  const struct txn_note *note)
{
	struct unanswered_row row;
	int err;

	side->unanswered++;
	row_of_server(note, &row);
	row.unanswered = 1;
	err = unanswered_add(&side->servers, &row);
	if (err)
		return err;
	if (!row_of_zone(sweep, note, &row)) {
		side->zones.other++;
		return 0;
	}
	row.unanswered = 1;
	return unanswered_add(&side->zones, &row);
}

/* An answered query of the time that is swept now: of how many asked were so many unanswered? */
static void note_answered(const struct txn_sweep *sweep, struct txn_side_counts *side,
			  const struct txn_note *note)
{
	struct unanswered_row row;

	side->found++;
	row_of_server(note, &row);
	unanswered_note_answered(&side->servers, &row);
	if (row_of_zone(sweep, note, &row))
		unanswered_note_answered(&side->zones, &row);
}

struct window {
	int64_t now_ns;  /* by the kernel's clock */
	int64_t old_ns;  /* age from which on queries are swept */
	int64_t last_ns; /* age from which on they have been swept before */
};

/*
 * The note is read, then the word is swapped: that this succeeds proves that the word, and so the note, had not changed. 0 or
 * -ENOMEM.
 */
static int sweep_word(struct txn_sweep *sweep, struct txn_side_counts *side, size_t at,
		      const struct window *window)
{
	__u64 *word = &sweep->maps->txn_buckets[at / (1 + TXN_WAYS)].word[at % (1 + TXN_WAYS)];
	__u64 value = __atomic_load_n(word, __ATOMIC_ACQUIRE);
	struct txn_note note;

	if (!(value & TXN_PENDING))
		return 0;
	if (age_at(window->now_ns, value) < window->old_ns) {
		side->outstanding++;
		return 0;
	}
	note = sweep->maps->txn_details[at];
	if (!__atomic_compare_exchange_n(word, &value, value & ~TXN_PENDING, false,
					 __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return 0;
	return add_unanswered(sweep, side, &note);
}

static void look_at_answered(struct txn_sweep *sweep, struct txn_side_counts *side, size_t at,
			     const struct window *window)
{
	__u64 value = sweep->maps->txn_buckets[at / (1 + TXN_WAYS)].word[at % (1 + TXN_WAYS)];
	int64_t age = age_at(window->now_ns, value);
	struct txn_note note;

	if (!(value & TXN_ANSWER) || age < window->old_ns || age >= window->last_ns)
		return;
	note = sweep->maps->txn_details[at];
	note_answered(sweep, side, &note);
}

/* The entries of a side are one half of the table. */
static int sweep_side(struct txn_sweep *sweep, enum txn_side s, const struct window *window)
{
	size_t half = (size_t)sweep->maps->config.txn_buckets / 2 * (1 + TXN_WAYS);
	struct txn_side_counts *side = &sweep->now.side[s];
	int err = 0;

	for (size_t at = s * half; at < (s + 1) * half && !err; at++)
		if (at % (1 + TXN_WAYS))
			err = sweep_word(sweep, side, at, window);
	/* Nobody asks of how many there were where none stayed unanswered. */
	for (size_t at = s * half; at < (s + 1) * half && !err && side->unanswered; at++)
		if (at % (1 + TXN_WAYS))
			look_at_answered(sweep, side, at, window);
	return err;
}

/* At high rates not every query is timed by the precise clock. */
static void choose_timed(struct txn_sweep *sweep, int64_t elapsed_ns)
{
	uint64_t begun = sweep->now.side[TXN_CLIENTS].event[TXN_NEW] +
			 sweep->now.side[TXN_UPSTREAM].event[TXN_NEW];
	double rate = elapsed_ns > 0 ? (double)begun / clock_seconds(elapsed_ns) : 0;

	__atomic_store_n(&sweep->maps->txn_control->every, rate > TIMED_ALL_RATE ? TIMED_EVERY : 1,
			 __ATOMIC_RELAXED);
}

int txn_sweep_table(struct txn_sweep *sweep, __u32 epoch, int64_t flipped_ns)
{
	struct txn_control *control;
	struct window window;
	int64_t timeout, gap;
	int err = 0;

	if (!sweep->maps)
		return 0;
	control = sweep->maps->txn_control;
	timeout = (int64_t)sweep->maps->config.txn_timeout << TXN_UNIT_SHIFT;
	gap = flipped_ns - sweep->swept_ns;
	window = (struct window){
		.now_ns = flipped_ns + sweep->maps->clock_ahead_ns,
		.old_ns = timeout + SLACK_NS,
		.last_ns = timeout + SLACK_NS + gap,
	};
	/* Times have come round: what waits may have been sent in any turn. */
	if (gap > WRAP_NS - NS_PER_S - timeout) {
		sweep->now.uncertain = true;
		window.old_ns = -NS_PER_S;
	}
	sweep->now.every = control->every;
	read_times(sweep, epoch);
	for (size_t s = 0; s < TXN_SIDES && !err; s++)
		err = sweep_side(sweep, (enum txn_side)s, &window);
	choose_timed(sweep, gap);
	if (!sweep->start_over_ns)
		sweep->start_over_ns = flipped_ns + timeout;
	if (control->settling && flipped_ns >= sweep->start_over_ns)
		__atomic_store_n(&control->settling, 0, __ATOMIC_RELAXED);
	sweep->swept_ns = flipped_ns;
	control->swept_ns = flipped_ns;
	return err;
}
