/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The packets whose cost is measured: one for each row of the table, with what it must count as. */
#ifndef RCODEWATCH_BENCH_ROWS_H
#define RCODEWATCH_BENCH_ROWS_H

#include <stddef.h>

#include "buf.h"
#include "cases.h"
#include "mutation.h"

enum warmth {
	HOT,  /* one packet over and over, changed only where the row means that */
	COLD, /* names, zones, servers, clients and streams at random, enough to fill tables */
	WARMTHS,
};

struct row {
	const char *name; /* as in tests/bench/limits */
	const char *says; /* for people */
	struct buf frame; /* owned */
	struct expect expect;
	struct mutation mutation[WARMTHS]; /* all zero: it does not change */
};

/* All rows; *@count is their number. Built at the first call, freed at exit. Not for threads. */
const struct row *rows_all(size_t *count);

/* The row of that name; there must be one. */
const struct row *row_called(const char *name);

#endif
