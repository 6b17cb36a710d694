// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/edit_distance.h"

static size_t least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Three rows of the matrix are enough. */
size_t edit_distance(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t rows[3][EDIT_DISTANCE_MAX + 1], *before = rows[0], *above = rows[1], *row = rows[2];

	if (alen > EDIT_DISTANCE_MAX || blen > EDIT_DISTANCE_MAX)
		return alen > blen ? alen : blen;
	for (size_t j = 0; j <= blen; j++)
		above[j] = j;
	for (size_t i = 1; i <= alen; i++) {
		size_t *oldest = before;

		row[0] = i;
		for (size_t j = 1; j <= blen; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1,
				       above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		before = above;
		above = row;
		row = oldest;
	}
	return above[blen];
}
