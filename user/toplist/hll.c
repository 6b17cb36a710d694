// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "toplist/hll.h"

#define M ((double)TOP_REGISTERS)

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
double distinct_estimate(const uint8_t registers[TOP_REGISTERS])
{
	unsigned count[DISTINCT_RANK_MAX + 1] = {0};
	double sum = 0.0;

	for (unsigned i = 0; i < TOP_REGISTERS; i++)
		count[registers[i] < DISTINCT_RANK_MAX ? registers[i] : DISTINCT_RANK_MAX]++;
	if (count[0] == TOP_REGISTERS)
		return 0.0;
	for (unsigned rank = DISTINCT_RANK_MAX; rank >= 1; rank--)
		sum = 0.5 * (sum + count[rank]);
	sum += M * sigma(count[0] / M);
	return M * M / (TWO_LN_2 * sum);
}

void distinct_merge(uint8_t registers[restrict TOP_REGISTERS],
		    const uint8_t more[restrict TOP_REGISTERS])
{
	for (unsigned i = 0; i < TOP_REGISTERS; i++)
		registers[i] = registers[i] < more[i] ? more[i] : registers[i];
}
