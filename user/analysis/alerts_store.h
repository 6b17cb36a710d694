/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The file of the state directory by which the alerts of `run` go on over a restart: read at the start, replaced when an alert
 * begins or ends, each minute while one goes on, and at the end. A disk that is full or slow, or a file that is damaged, costs that and
 * never an alert.
 */
#ifndef RCODEWATCH_ALERTS_STORE_H
#define RCODEWATCH_ALERTS_STORE_H

#include "analysis/alerts_state.h"

#define ALERTS_STORE_FILE "alerts" /* in the state directory */

struct alerts_store;

/*
 * Let @alerts, which have looked at nothing yet, go on with what the file in @directory has; "": nothing is kept. @alerts must outlive
 * the store. @directory must be one that nobody else can swap: trusted_path.h. 0 with *@store, or a negative errno, logged.
 */
int alerts_store_open(struct alerts_store **store, struct alerts *alerts, const char *directory);
/* Start the thread. 0 or a negative errno, logged. */
int alerts_store_start(struct alerts_store *store);
/* After an evaluation. */
void alerts_store_save(struct alerts_store *store);
/* Write the last evaluation's, if started, and free the store. A disk that takes longer than 3 s is not waited for; NULL is no store. */
void alerts_store_close(struct alerts_store *store);

#endif
