// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "toplist/hll.h"

#define M ((double)HLL_SIZE)

#define TWO_LN_2 1.3862943611198906

/*
 * x + x^2 + 2 x^4 + 4 x^8 and so on, for a share @x < 1 of empty registers: ibid., equation 13. The
 * terms fall to nothing before the number of them can grow past some 16, as x is 255/256 at most.
 */
static double sigma(double x)
{
	double sum = x, weight = 1.0;

	for (double before = -1.0; sum > before; weight *= 2.0) {
		before = sum;
		x *= x;
		sum += x * weight;
	}
	return sum;
}

/* Ibid., algorithm 6, less its correction for full registers, which 2^50 names would be needed for. */
double hll_estimate(const uint8_t hll[HLL_SIZE])
{
	unsigned count[HLL_RANK_MAX + 1] = {0};
	double sum = 0.0;

	for (unsigned i = 0; i < HLL_SIZE; i++)
		count[hll[i] < HLL_RANK_MAX ? hll[i] : HLL_RANK_MAX]++;
	if (count[0] == HLL_SIZE)
		return 0.0;
	for (unsigned rank = HLL_RANK_MAX; rank >= 1; rank--)
		sum = 0.5 * (sum + count[rank]);
	sum += M * sigma(count[0] / M);
	return M * M / (TWO_LN_2 * sum);
}

void hll_merge(uint8_t hll[restrict HLL_SIZE], const uint8_t more[restrict HLL_SIZE])
{
	for (unsigned i = 0; i < HLL_SIZE; i++)
		hll[i] = hll[i] < more[i] ? more[i] : hll[i];
}
