// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/attack_text.h"

#include <string.h>

const char *attack_zone_text(const struct attack *attack, char text[static TOP_TEXT_SIZE])
{
	static const uint8_t whole[FAMILY_COUNT] = {32, 128};
	struct top_row row = {.kind = attack->kind};

	memcpy(row.key, attack->zone, sizeof(row.key));
	return top_row_text(&row, TOP_ZONE, whole, text);
}

size_t attack_parties(const struct report *report, const struct attack *attack,
		      enum top_dimension dimension, const struct top_row **rows, size_t most)
{
	const struct top_list *list = &report->top->list[dimension];
	size_t count = 0;

	for (size_t i = 0; i < list->count && count < most && attack->count; i++)
		if (list->rows[i].rcode == attack->rcode)
			rows[count++] = &list->rows[i];
	return count;
}
