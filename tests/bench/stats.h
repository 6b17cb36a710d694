/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The middle and the spread of some measurements. */
#ifndef RCODEWATCH_BENCH_STATS_H
#define RCODEWATCH_BENCH_STATS_H

#include <stddef.h>

struct spread {
	double low, median, high; /* quartiles */
};

/* Sorts @values, of which there must be one at least. */
struct spread spread_of(double *values, size_t count);

/* The least of @values, of which there must be one at least: what is left where a machine is busy. */
double least_of(const double *values, size_t count);

#endif
