/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What was reported lately, kept in memory for some time and within a bound. One thread adds; others
 * read, at their own pace, from one batch of reports to the next: a slow reader keeps one batch alive and no
 * more, and misses those that have become too old.
 */
#ifndef RCODEWATCH_HISTORY_H
#define RCODEWATCH_HISTORY_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

struct history_batch {
	unsigned int users; /* the history is one of them */
	int64_t mono_ns;    /* CLOCK_MONOTONIC */
	size_t size;
	char data[];
};

struct history {
	pthread_mutex_t lock;
	struct history_batch **ring;
	size_t room;          /* of the ring; a power of two */
	uint64_t first, next; /* numbers of the batches that there are; next is the coming one's */
	size_t bytes, bytes_max;
	int64_t age_max;
};

/* @bytes_max 0: nothing is kept. 0 or a negative errno. */
int history_init(struct history *history, size_t bytes_max, int64_t age_max_ns);
void history_free(struct history *history);

/*
 * Add a copy of @data, of @mono_ns, and drop what is too old or too much then, the new one if need
 * be. Where memory is short it is left out.
 */
void history_add(struct history *history, const char *data, size_t size, int64_t mono_ns);

/* Number of the batch to come: those that there are have lower ones. */
uint64_t history_next(struct history *history);
/*
 * The oldest batch with a number from *@number to @end, exclusive, which is put into *@number; NULL if
 * there is none. Give it back by history_put().
 */
struct history_batch *history_get(struct history *history, uint64_t *number, uint64_t end);
void history_put(struct history *history, struct history_batch *batch);

#endif
