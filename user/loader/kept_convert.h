/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sums in the form of one version as another has them: by what each word counts. */
#ifndef RCODEWATCH_KEPT_CONVERT_H
#define RCODEWATCH_KEPT_CONVERT_H

#include "loader/kept_state.h"

struct kept_convert {
	const struct kept_state *from, *to;
	__u32 *word;             /* by word of @from: that of @to, UNASSIGNED if it has none */
	__u32 point[POINTS_MAX]; /* likewise, of observation points */
};

/* Both states stay the caller's. 0 or -ENOMEM; free with kept_convert_close(). */
int kept_convert_open(struct kept_convert *convert, const struct kept_state *from,
		      const struct kept_state *to);
void kept_convert_close(struct kept_convert *convert);
/*
 * Add @count words of @from, the first of which is number @first of a point's sums, to @sums, those of that point in
 * @to. What the other version does not count is left out.
 */
void kept_convert_add(const struct kept_convert *convert, const __u64 *words, size_t first,
		      size_t count, struct kept_sums *sums);
/* Add the sums of all points. */
void kept_convert_all(const struct kept_convert *convert, const __u64 *sums, struct kept_sums *to);

/* Add what the runs of @from had reported. */
void kept_convert_reported(const struct kept_convert *convert, struct kept_sums *to);

#endif
