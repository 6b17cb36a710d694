// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/alert_silent.h"

#include <string.h>

/* What is left after an evaluation: half after 69 of them. */
#define FADE 0.99
/* What is left of either where there is nothing but the other. */
#define CHANGED 0.5
/* Less is as good as none. */
#define FADED 0.5

static struct alert_silent_row *find(struct alert_silent *silent, const struct txn_key *key)
{
	for (size_t i = 0; i < silent->rows; i++)
		if (!memcmp(&silent->row[i].key, key, sizeof(*key)))
			return &silent->row[i];
	return NULL;
}

/* A place for one with @unanswered queries; NULL: all others have more. */
static struct alert_silent_row *place_for(struct alert_silent *silent, uint64_t unanswered)
{
	struct alert_silent_row *least = &silent->row[0];

	if (silent->rows < ALERT_SILENT_ROWS)
		return &silent->row[silent->rows++];
	for (size_t i = 1; i < silent->rows; i++)
		if (silent->row[i].unanswered < least->unanswered)
			least = &silent->row[i];
	return least->unanswered < (double)unanswered ? least : NULL;
}

static void fade(struct alert_silent *silent)
{
	size_t kept = 0;

	silent->unanswered *= FADE;
	for (size_t i = 0; i < silent->rows; i++) {
		struct alert_silent_row row = silent->row[i];

		row.unanswered *= FADE;
		row.answered *= FADE;
		if (row.unanswered >= FADED && ++row.idle <= ALERT_SILENT_IDLE)
			silent->row[kept++] = row;
	}
	silent->rows = kept;
}

void alert_silent_feed(struct alert_silent *silent, const struct txn_rows *rows,
		       uint64_t unanswered)
{
	fade(silent);
	silent->unanswered += (double)unanswered;
	for (size_t i = 0; i < rows->rows; i++) {
		const struct txn_row *now = &rows->row[i];
		struct alert_silent_row *row = find(silent, &now->key);
		uint64_t answered;

		if (!row && now->unanswered) {
			row = place_for(silent, now->unanswered);
			if (row)
				*row = (struct alert_silent_row){.key = now->key};
		}
		if (!row)
			continue;
		answered = txn_row_answered(now);
		row->idle = 0;
		if (!now->unanswered && answered)
			row->unanswered *= CHANGED;
		else if (now->unanswered && !answered)
			row->answered *= CHANGED;
		row->unanswered += (double)now->unanswered;
		row->answered += (double)answered;
	}
}
