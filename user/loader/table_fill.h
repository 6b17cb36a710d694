/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How full the tables of the BPF side are. Reading them changes nothing. */
#ifndef RCODEWATCH_TABLE_FILL_H
#define RCODEWATCH_TABLE_FILL_H

#include <stdbool.h>
#include <stdint.h>

#include "loader/bpf_maps.h"

struct table_fill {
	bool known; /* the kernel lets this thread read it */
	uint64_t used, room;
};

struct tables_fill {
	struct table_fill rare_values, ede_texts;
	struct table_fill flows; /* TCP streams */
	/* Queries that wait for their responses, by side; room 0: they are not matched. */
	struct table_fill transactions[TXN_SIDES];
	/* Rows of the epoch under way, of all CPUs; room 0: there is no such list. */
	struct table_fill top[TOP_DIMENSIONS];
};

/* In a thread with privileges_read_maps(). Milliseconds. */
void tables_fill_read(struct tables_fill *fill, const struct bpf_maps *maps);

#endif
