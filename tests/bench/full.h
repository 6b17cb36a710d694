/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tables of rare values with as much in them as there is room for. */
#ifndef RCODEWATCH_BENCH_FULL_H
#define RCODEWATCH_BENCH_FULL_H

#include "abi.h"

/* Fill the maps `rares` and `ede_texts` with EDEs of all of @points points. */
void full_tables(int rares_fd, int ede_texts_fd, __u32 points);

#endif
