/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A host's tables of names and zones, fed as count_top() of include/top_count.h does it, under the
 * hashes that the parser gives to real names, with the truth beside.
 */
#ifndef RCODEWATCH_BENCH_TOP_STREAM_H
#define RCODEWATCH_BENCH_TOP_STREAM_H

#include <stdbool.h>

#include "parser/host_store.h"
#include "toplist/top_list.h"
#include "toplist/top_read.h"
#include "toplist/top_tables.h"

#define STREAM_NAMES   1000000u /* that come again */
#define STREAM_ZONES   20000u
#define STREAM_VICTIMS 4u /* zones of their own that new names come below */
#define STREAM_KEYS    (STREAM_ZONES + STREAM_VICTIMS)

/* What the tables go by, of a name. */
struct hashes {
	uint64_t name, zone, denied;
};

struct stream {
	struct hook_config config;
	struct top_tables tables;
	struct host_store *store; /* for hashing */
	uint32_t cpus;
	uint64_t random;
	struct hashes *known;  /* of the names that come again */
	uint32_t *name_came;   /* the truth, of these */
	uint32_t *zone_came;   /* of STREAM_KEYS */
	uint32_t *zone_names;  /* different ones */
	uint64_t fresh, total; /* new names; all */
	struct top_lists lists;
};

/*
 * As `run` on @cpus CPUs with its defaults has them, of one interface and direction; hashes are keyed
 * by @seed. Aborts if memory is short.
 */
void stream_open(struct stream *stream, uint32_t cpus, uint64_t seed);
void stream_close(struct stream *stream);

uint64_t stream_random(struct stream *stream);
/* Name number @id of those that come again, as in a packet. Gives its length. */
size_t stream_name(uint64_t id, uint8_t wire[TOP_NAME_MAX]);
/* Hash a name of two labels and more, whose zone begins with its second. */
struct hashes stream_hash(struct stream *stream, const uint8_t *wire, size_t length);
/* The set of the table of names that a name comes to. */
uint32_t stream_set(const struct stream *stream, const struct hashes *hashes);

/* The name @id has come, or one that never came before. */
void stream_known(struct stream *stream, uint32_t id);
void stream_fresh(struct stream *stream);
/* Any name, in the table of names alone and in no truth. */
void stream_other(struct stream *stream, const uint8_t *wire, size_t length,
		  const struct hashes *hashes);

/* The interval is over: read stream->lists. Aborts if memory is short. */
void stream_end(struct stream *stream);

/* The number of the name or zone of a row; what it really came to. New names have come once. */
uint64_t stream_row_id(const struct top_row *row);
uint64_t stream_came(const struct stream *stream, enum top_dimension dimension, uint64_t id);

#endif
