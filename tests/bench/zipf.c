// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "zipf.h"

#include <math.h>
#include <stdlib.h>

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

void zipf_make(struct zipf *zipf, uint32_t count, double s)
{
	uint32_t *small = must(calloc(count, sizeof(*small)));
	uint32_t *large = must(calloc(count, sizeof(*large)));
	uint32_t smalls = 0, larges = 0;
	double sum = 0;

	zipf->count = count;
	zipf->keep = must(calloc(count, sizeof(*zipf->keep)));
	zipf->other = must(calloc(count, sizeof(*zipf->other)));
	for (uint32_t i = 0; i < count; i++)
		sum += zipf->keep[i] = pow(i + 1.0, -s);
	for (uint32_t i = 0; i < count; i++) {
		zipf->keep[i] *= count / sum;
		if (zipf->keep[i] < 1.0)
			small[smalls++] = i;
		else
			large[larges++] = i;
	}
	while (smalls && larges) {
		uint32_t less = small[--smalls], more = large[larges - 1];

		zipf->other[less] = more;
		zipf->keep[more] -= 1.0 - zipf->keep[less];
		if (zipf->keep[more] < 1.0) {
			larges--;
			small[smalls++] = more;
		}
	}
	while (smalls)
		zipf->keep[small[--smalls]] = 1.0;
	while (larges)
		zipf->keep[large[--larges]] = 1.0;
	free(small);
	free(large);
}

void zipf_free(struct zipf *zipf)
{
	free(zipf->keep);
	free(zipf->other);
}

uint32_t zipf_draw(const struct zipf *zipf, uint64_t random)
{
	uint32_t i = (uint32_t)((random >> 32) * zipf->count >> 32);

	return (double)(uint32_t)random < zipf->keep[i] * 4294967296.0 ? i : zipf->other[i];
}
