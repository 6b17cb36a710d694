// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "parser/txn_table.h"

#include <string.h>

#include "parser/note_zone.h"
#include "util/clock.h"

/* Clocks of CPUs differ by a tick at most, and a program that has read one runs on for a while. */
#define SLACK_NS (20 * NS_PER_MS)
/* A word's time, 24 bits of 1.024 us. */
#define WRAP_NS ((int64_t)(TXN_TIME_MASK + 1) << TXN_UNIT_SHIFT)

/* The zone and the server that a note is about. Zone size 0: it tells no zone. */
static struct txn_key key_of(const struct txn_table *table, const struct txn_note *note)
{
	struct txn_key key = {.server_size = note->family == FAMILY_IPV6 ? 16 : 4};

	memcpy(key.server, note->server, key.server_size);
	key.zone_size = (uint8_t)note_zone(table->names, table->config, note, key.zone);
	return key;
}

static struct txn_key server_of(const struct txn_key *key)
{
	struct txn_key server = {.server_size = key->server_size};

	memcpy(server.server, key->server, sizeof(server.server));
	return server;
}

static struct txn_key zone_of(const struct txn_key *key)
{
	struct txn_key zone = {.zone_size = key->zone_size};

	memcpy(zone.zone, key->zone, sizeof(zone.zone));
	return zone;
}

/* Add what is in @row, whose key is a note's, to the rows of its server, its zone and both. 0 or -ENOMEM. */
static int add_row(struct txn_side_counts *side, enum txn_side s, const struct txn_row *row)
{
	struct txn_row part = *row;
	int err;

	part.key = server_of(&row->key);
	err = txn_rows_add(&side->servers, &part);
	if (err)
		return err;
	if (!row->key.zone_size) {
		txn_rows_add_other(&side->zones, row);
		if (s == TXN_UPSTREAM)
			txn_rows_add_other(&side->pairs, row);
		return 0;
	}
	part.key = zone_of(&row->key);
	err = txn_rows_add(&side->zones, &part);
	return err || s != TXN_UPSTREAM ? err : txn_rows_add(&side->pairs, row);
}

/* An answered query of the time that is swept now: of how many asked were so many unanswered? */
static void note_answered(const struct txn_table *table, struct txn_side_counts *side,
			  const struct txn_note *note)
{
	struct txn_key key = key_of(table, note), server = server_of(&key), zone = zone_of(&key);
	struct txn_row *row = txn_rows_find(&side->servers, &server);

	side->found++;
	if (row && row->unanswered)
		row->answered++;
	row = key.zone_size ? txn_rows_find(&side->zones, &zone) : NULL;
	if (row && row->unanswered)
		row->answered++;
}

struct window {
	int64_t now_ns;         /* by the kernel's clock */
	int64_t ahead_ns;       /* see struct txn_table */
	int64_t (*clock)(void); /* likewise */
	int64_t behind_ns;      /* how long ago now_ns is, as last read */
	int64_t old_ns;         /* age from which on queries are swept */
	int64_t last_ns;        /* age from which on they have been swept before */
};

static __u64 *word_at(const struct txn_table *table, size_t at)
{
	return &table->bucket[at / (1 + TXN_WAYS)].word[at % (1 + TXN_WAYS)];
}

static void read_clock(struct window *window)
{
	if (window->clock)
		window->behind_ns = window->clock() + window->ahead_ns - window->now_ns;
}

/* How old the query of @word was at the time of the sweep; less than 0: it has come since, before the clock was read. */
static int64_t age_then(const struct window *window, __u64 word)
{
	int64_t read_ns = window->now_ns + window->behind_ns;
	__u64 units = ((__u64)read_ns >> TXN_UNIT_SHIFT) - (word >> TXN_TIME_SHIFT);
	int64_t age = (int64_t)((units & TXN_TIME_MASK) << TXN_UNIT_SHIFT);

	if (age > WRAP_NS - SLACK_NS)
		age -= WRAP_NS;
	return age - window->behind_ns;
}

/* The same. One that seems old may have come since the clock was read: this thread can have been without a CPU for seconds. */
static int64_t age_of(struct window *window, __u64 word)
{
	if (age_then(window, word) >= window->old_ns)
		read_clock(window);
	return age_then(window, word);
}

static int64_t asked_at(const struct window *window, int64_t age)
{
	return window->now_ns - window->ahead_ns - age;
}

static bool sweep_out(const struct txn_table *table, size_t at, __u64 *word, __u64 value)
{
	bool done;

	if (table->swept)
		txn_swept_begin(table->swept, table->config, at, value);
	done = __atomic_compare_exchange_n(word, &value, value & ~TXN_PENDING, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	if (table->swept)
		txn_swept_end(table->swept, table->config, done);
	return done;
}

/*
 * The note is read, then the word is swapped: that this succeeds proves that the word, and so the note, had not changed. 0 or
 * -ENOMEM.
 */
static int sweep_word(const struct txn_table *table, struct txn_side_counts *side, enum txn_side s,
		      size_t at, struct window *window)
{
	__u64 *word = word_at(table, at), value = __atomic_load_n(word, __ATOMIC_ACQUIRE);
	struct txn_note note;
	struct txn_row row;
	int64_t age;

	if (!(value & TXN_PENDING))
		return 0;
	age = age_of(window, value);
	if (age < window->old_ns) {
		side->outstanding++;
		return 0;
	}
	note = table->note[at];
	if (!sweep_out(table, at, word, value))
		return 0;
	side->unanswered++;
	row = (struct txn_row){
		.key = key_of(table, &note),
		.qtype = note.qtype,
		.unanswered = 1,
		.asked_ns = asked_at(window, age),
	};
	return add_row(side, s, &row);
}

/*
 * See to the response of an answered query, if nobody has. Each is taken out of its note once, after the rest of the note
 * has been read and the word is still the same. 0 or -ENOMEM.
 */
static int read_response(const struct txn_table *table, struct txn_side_counts *side, size_t at,
			 struct window *window)
{
	__u64 *word = word_at(table, at), value = __atomic_load_n(word, __ATOMIC_ACQUIRE);
	struct txn_note note = table->note[at];
	struct txn_row row;
	__u32 response, result;

	if (!(value & TXN_ANSWER) || !note.response ||
	    __atomic_load_n(word, __ATOMIC_ACQUIRE) != value)
		return 0;
	response = __atomic_exchange_n(&table->note[at].response, 0, __ATOMIC_SEQ_CST);
	result = TXN_RESPONSE_RESULT(response);
	if (result >= TXN_RESULT_COUNT) /* none, too */
		return 0;
	row = (struct txn_row){
		.key = key_of(table, &note),
		.qtype = note.qtype,
		.asked_ns = asked_at(window, age_of(window, value)),
	};
	row.result[result] = 1;
	row.answered_ns = row.asked_ns + ((int64_t)TXN_RESPONSE_UNITS(response) << TXN_UNIT_SHIFT);
	if (txn_is_timed(value, TXN_UPSTREAM)) {
		row.timed = 1;
		row.sum = row.longest = TXN_RESPONSE_UNITS(response);
	}
	side->result[result]++;
	return add_row(side, TXN_UPSTREAM, &row);
}

static void look_at_answered(const struct txn_table *table, struct txn_side_counts *side, size_t at,
			     const struct window *window)
{
	__u64 value = *word_at(table, at);
	int64_t age = age_then(window, value);
	struct txn_note note;

	if (!(value & TXN_ANSWER) || age < window->old_ns || age >= window->last_ns)
		return;
	note = table->note[at];
	note_answered(table, side, &note);
}

/* The entries of a side are one half of the table. */
static int sweep_side(const struct txn_table *table, enum txn_side s, struct window *window,
		      struct txn_side_counts *side)
{
	size_t half = (size_t)table->config->txn_buckets / 2 * (1 + TXN_WAYS);
	int err = 0;

	for (size_t at = s * half; at < (s + 1) * half && !err; at++)
		if (at % (1 + TXN_WAYS))
			err = sweep_word(table, side, s, at, window);
	/* Behind all that is unanswered, which has the first claim to a row. */
	for (size_t at = s * half; at < (s + 1) * half && !err && s == TXN_UPSTREAM; at++)
		if (at % (1 + TXN_WAYS))
			err = read_response(table, side, at, window);
	/* Nobody asks of how many there were where none stayed unanswered. */
	for (size_t at = s * half; at < (s + 1) * half && !err && side->unanswered; at++)
		if (at % (1 + TXN_WAYS))
			look_at_answered(table, side, at, window);
	return err;
}

static int64_t timeout_of(const struct hook_config *config)
{
	return (int64_t)config->txn_timeout << TXN_UNIT_SHIFT;
}

bool txn_table_came_round(const struct hook_config *config, int64_t gap_ns)
{
	return gap_ns > WRAP_NS - NS_PER_S - timeout_of(config);
}

int txn_table_sweep(const struct txn_table *table, int64_t now_ns, int64_t gap_ns,
		    struct txn_counts *counts)
{
	int64_t timeout = timeout_of(table->config);
	struct window window = {
		.now_ns = now_ns + table->ahead_ns,
		.ahead_ns = table->ahead_ns,
		.clock = table->clock,
		.old_ns = timeout + SLACK_NS,
		.last_ns = timeout + SLACK_NS + gap_ns,
	};
	int err = 0;

	read_clock(&window);
	/*
	 * Times have come round: what waits may have been sent in any turn. But what has come since is not swept
	 * before it is counted, nor what looks as if.
	 */
	if (txn_table_came_round(table->config, gap_ns)) {
		counts->uncertain = true;
		window.old_ns = SLACK_NS;
	}
	counts->now_ns = now_ns;
	for (size_t s = 0; s < TXN_SIDES; s++)
		counts->side[s].outstanding = 0;
	for (size_t s = 0; s < TXN_SIDES && !err; s++)
		err = sweep_side(table, (enum txn_side)s, &window, &counts->side[s]);
	return err;
}
