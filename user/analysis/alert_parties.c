// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/alert_parties.h"

#include <string.h>

void alert_parties(struct alert_parties *parties, const struct report *report,
		   enum top_dimension dimension, uint16_t rcode, size_t most)
{
	const struct top_list *list;

	*parties = (struct alert_parties){0};
	if (!report || !report->top)
		return;
	list = &report->top->list[dimension];
	parties->listed = report->top->listed >> dimension & 1;
	memcpy(parties->bits, report->top_bits[dimension], sizeof(parties->bits));
	for (size_t i = 0; i < list->count && parties->count < most; i++) {
		const struct top_row *row = &list->rows[i];

		if (row->rcode != rcode)
			continue;
		parties->party[parties->count].family = row->kind;
		memcpy(parties->party[parties->count].address, row->key, TOP_ADDRESS_SIZE);
		parties->count++;
	}
}
