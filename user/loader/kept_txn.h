/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Transactions of earlier generations: what waits there when links are given other maps. For the main thread. */
#ifndef RCODEWATCH_KEPT_TXN_H
#define RCODEWATCH_KEPT_TXN_H

#include "loader/kept.h"

/*
 * Links are about to be given other maps, if this run has any: until all are, a response can come to programs that have not seen its
 * query. In the newest earlier generation such ones count as before_start.
 */
void kept_txn_switch(const struct kept *kept);
/*
 * No link has the maps of @from, an earlier generation, any more: add what was swept there and not reported to @missed, and what waits
 * to @waited. Its table stays mapped in @kept. False, and nothing, if its tables look different, or cannot be read.
 */
bool kept_txn_add(struct kept *kept, struct kept_state *from, __u64 missed[TXN_SIDES],
		  __u64 waited[TXN_SIDES]);
#endif
