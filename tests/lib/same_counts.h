/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether two stores have counted the same: of packets that took two paths. */
#ifndef RCODEWATCH_TESTS_SAME_COUNTS_H
#define RCODEWATCH_TESTS_SAME_COUNTS_H

#include <stddef.h>

#include "parser/host_store.h"

/* The bytes of counters that do not depend on the path which a packet takes. */
#define COUNTED_SIZE offsetof(struct pkt_counters, slow_path)

/*
 * What of two stores that count under @config, of one CPU, is not the same: counters, rare values and their
 * texts, tables of lists, streams; in static memory. NULL if all is. A caller that compares after each packet
 * finds which one it was.
 */
const char *same_counts_difference(const struct host_store *a, const struct host_store *b,
				   const struct hook_config *config);

#endif
