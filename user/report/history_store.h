/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The history of codes of `run`, and its file in the state directory: read at the start, replaced each minute and
 * at the end. A disk that is full or slow, or a file that is damaged, costs the history or a part of it, and
 * never reports: a thread of its own writes.
 */
#ifndef RCODEWATCH_HISTORY_STORE_H
#define RCODEWATCH_HISTORY_STORE_H

#include "report/code_history.h"

#define HISTORY_STORE_FILE  "history" /* in the state directory */
#define HISTORY_STORE_EVERY (60 * NS_PER_S)

struct history_store;

/*
 * A store for intervals of @step_ns, with what the file in @directory has; "": in memory only. @directory must be one
 * that nobody else can swap: trusted_path.h. 0 with *@store, or a negative errno, logged.
 */
int history_store_open(struct history_store **store, int64_t step_ns, const char *directory);
/* What is kept, for the thread that adds. */
const struct code_history *history_store_history(const struct history_store *store);
/* Start the thread. 0 or a negative errno, logged. */
int history_store_start(struct history_store *store);
/* Intervals are of @step_ns from now on. */
void history_store_step(struct history_store *store, int64_t step_ns);
/* Add @report, of one interval. Where memory is short, which is logged once, it is left out. */
void history_store_add(struct history_store *store, const struct report *report);
/* After the reports of an interval: hand the history to the thread, if that is due at @mono_ns. */
void history_store_save(struct history_store *store, int64_t mono_ns);
/*
 * Write what has come since, if started, and free the store. A disk that takes longer than 3 s is not waited for;
 * NULL is no store.
 */
void history_store_close(struct history_store *store);

#endif
