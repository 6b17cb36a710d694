/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Numbers drawn by Zipf's law: the one of rank r with a probability in proportion to 1 / r^s. */
#ifndef RCODEWATCH_BENCH_ZIPF_H
#define RCODEWATCH_BENCH_ZIPF_H

#include <stdint.h>

struct zipf {
	uint32_t count;
	double *keep; /* Walker's aliases (1977), as Vose fills them (1991) */
	uint32_t *other;
};

/* Of @count ranks, from 0. Aborts if memory is short. Free with zipf_free(). */
void zipf_make(struct zipf *zipf, uint32_t count, double s);
void zipf_free(struct zipf *zipf);
/* A rank, by 64 random bits. */
uint32_t zipf_draw(const struct zipf *zipf, uint64_t random);

#endif
