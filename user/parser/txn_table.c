// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "parser/txn_table.h"

#include <string.h>

#include "parser/note_zone.h"
#include "util/clock.h"

/* Clocks of CPUs differ by a tick at most, and a program that has read one runs on for a while. */
#define SLACK_NS (20 * NS_PER_MS)
/* A word's time, 24 bits of 1.024 us. */
#define WRAP_NS ((int64_t)(TXN_TIME_MASK + 1) << TXN_UNIT_SHIFT)

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
static bool row_of_zone(const struct txn_table *table, const struct txn_note *note,
			struct unanswered_row *row)
{
	*row = (struct unanswered_row){.qtype = note->qtype};
	row->size = (uint8_t)note_zone(table->names, table->config, note, row->key);
	return row->size > 0;
}

/* Take in a query that stayed unanswered. 0 or -ENOMEM. */
static int add_unanswered(const struct txn_table *table, struct txn_side_counts *side,
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
	if (!row_of_zone(table, note, &row)) {
		side->zones.other++;
		return 0;
	}
	row.unanswered = 1;
	return unanswered_add(&side->zones, &row);
}

/* An answered query of the time that is swept now: of how many asked were so many unanswered? */
static void note_answered(const struct txn_table *table, struct txn_side_counts *side,
			  const struct txn_note *note)
{
	struct unanswered_row row;

	side->found++;
	row_of_server(note, &row);
	unanswered_note_answered(&side->servers, &row);
	if (row_of_zone(table, note, &row))
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
static int sweep_word(const struct txn_table *table, struct txn_side_counts *side, size_t at,
		      const struct window *window)
{
	__u64 *word = &table->bucket[at / (1 + TXN_WAYS)].word[at % (1 + TXN_WAYS)];
	__u64 value = __atomic_load_n(word, __ATOMIC_ACQUIRE);
	struct txn_note note;

	if (!(value & TXN_PENDING))
		return 0;
	if (age_at(window->now_ns, value) < window->old_ns) {
		side->outstanding++;
		return 0;
	}
	note = table->note[at];
	if (!__atomic_compare_exchange_n(word, &value, value & ~TXN_PENDING, false,
					 __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return 0;
	return add_unanswered(table, side, &note);
}

static void look_at_answered(const struct txn_table *table, struct txn_side_counts *side, size_t at,
			     const struct window *window)
{
	__u64 value = table->bucket[at / (1 + TXN_WAYS)].word[at % (1 + TXN_WAYS)];
	int64_t age = age_at(window->now_ns, value);
	struct txn_note note;

	if (!(value & TXN_ANSWER) || age < window->old_ns || age >= window->last_ns)
		return;
	note = table->note[at];
	note_answered(table, side, &note);
}

/* The entries of a side are one half of the table. */
static int sweep_side(const struct txn_table *table, enum txn_side s, const struct window *window,
		      struct txn_side_counts *side)
{
	size_t half = (size_t)table->config->txn_buckets / 2 * (1 + TXN_WAYS);
	int err = 0;

	for (size_t at = s * half; at < (s + 1) * half && !err; at++)
		if (at % (1 + TXN_WAYS))
			err = sweep_word(table, side, at, window);
	/* Nobody asks of how many there were where none stayed unanswered. */
	for (size_t at = s * half; at < (s + 1) * half && !err && side->unanswered; at++)
		if (at % (1 + TXN_WAYS))
			look_at_answered(table, side, at, window);
	return err;
}

int txn_table_sweep(const struct txn_table *table, int64_t now_ns, int64_t gap_ns,
		    struct txn_counts *counts)
{
	int64_t timeout = (int64_t)table->config->txn_timeout << TXN_UNIT_SHIFT;
	struct window window = {
		.now_ns = now_ns,
		.old_ns = timeout + SLACK_NS,
		.last_ns = timeout + SLACK_NS + gap_ns,
	};
	int err = 0;

	/* Times have come round: what waits may have been sent in any turn. */
	if (gap_ns > WRAP_NS - NS_PER_S - timeout) {
		counts->uncertain = true;
		window.old_ns = -NS_PER_S;
	}
	for (size_t s = 0; s < TXN_SIDES; s++)
		counts->side[s].outstanding = 0;
	for (size_t s = 0; s < TXN_SIDES && !err; s++)
		err = sweep_side(table, (enum txn_side)s, &window, &counts->side[s]);
	return err;
}
