/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Rare values: reading the kernel's tables of them, each by one system call, and keeping room there. Where a
 * table is nearly full, entries that were not seen in the epoch just left are removed. Nothing is lost that was
 * counted: totals of what is left are in the counters, and numbers of retired values are summed by class.
 */
#ifndef RCODEWATCH_RARE_READ_H
#define RCODEWATCH_RARE_READ_H

#include "loader/bpf_maps.h"
#include "loader/rare_entry.h"
#include "report/snapshot.h"

/* The class of the value of a RARE_EDE key. */
uint32_t rare_class(uint32_t value);

/* A text in the kernel's table. */
struct rare_text {
	uint64_t order;
	uint64_t count; /* messages with that RCODE and EDE when it last grew */
	uint32_t quiet; /* times that the tables were read since then */
};

struct rare_reader {
	/* Room for what the kernel hands over at once: all that a table can hold. */
	struct rare_key *keys;
	__u64 *values;
	struct ede_text *texts;
	size_t text_count; /* of texts that were read */
	struct rare_key *text_keys;
	struct rare_entry *entries, *merged; /* sorted; where they are put together anew */
	size_t count;
	struct rare_entry *found; /* what was read of an epoch, sorted */
	uint64_t *retired;        /* by point and class, RARE_CLASSES of each */
	uint64_t *retired_count;  /* values, by point */
	struct rare_text *seen;   /* sorted */
	size_t seen_count;
	size_t points;
	uint64_t counted[2]; /* by epoch: rare values that had come when they were last read */
	bool pressed;        /* the table was nearly full then */
	uint64_t texts_lost; /* when the tables were last read */
	uint32_t wanted;     /* so many times more a missing text is wanted at once */
	uint32_t born;       /* of the last new entry */
};

/* Of @points. 0 or -ENOMEM. Free with rare_reader_free(). */
int rare_reader_init(struct rare_reader *reader, size_t points);
void rare_reader_free(struct rare_reader *reader);

/*
 * Read the counts of set @epoch, 0 or 1, which has been left, and make room there. @left: its counters, which
 * tell whether any rare value has come since the last time: else nothing is read. 0 or a negative errno.
 */
int rare_read(struct rare_reader *reader, const struct bpf_maps *maps, __u32 epoch,
	      const struct snapshot_set *left);
/*
 * Fill the rare values of @now with counts alone, as they were when tables were last read. 0 or -ENOMEM, with a
 * part of the values in @now.
 */
int rare_give_counts(const struct rare_reader *reader, struct snapshot_set *now);
/*
 * Fill the rare values of @now, whose counters are those of both sets, with counts and texts, and make room for
 * texts. 0 or a negative errno, with a part of the values in @now.
 */
int rare_give(struct rare_reader *reader, const struct bpf_maps *maps, struct snapshot_set *now);

#endif
