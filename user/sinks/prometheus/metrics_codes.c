// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/prometheus/metrics_codes.h"

#include <stdio.h>
#include <string.h>

#include "catalog/catalog.h"

static size_t class_of(enum catalog_registry registry, uint32_t code, size_t direct)
{
	struct catalog_entry entry;

	if (catalog_lookup(registry, code, &entry)) {
		if (entry.status == CATALOG_ASSIGNED && code < direct)
			return code;
		if (entry.status == CATALOG_PRIVATE)
			return direct + 1;
	}
	return direct;
}

static size_t rcode_class(uint32_t code)
{
	return class_of(CATALOG_RCODE, code, RCODE_DIRECT);
}

static size_t ede_class(uint32_t code)
{
	return class_of(CATALOG_EDE, code, EDE_DIRECT);
}

static void fill_rcodes(struct code_counts *counts, const struct snapshot *snapshot)
{
	for (uint32_t code = 0; code < RCODE_DIRECT; code++)
		for (size_t family = 0; family < FAMILY_COUNT; family++)
			for (size_t transport = 0; transport < TRANSPORT_COUNT; transport++)
				counts->rcode[rcode_class(code)][family][transport] +=
					snapshot->counters.rcode[code][family][transport];
	for (uint32_t code = RCODE_DIRECT; code < RCODE_MAX; code++) {
		uint64_t count = snapshot->rcode_rest.count[code - RCODE_DIRECT];

		if (!count)
			continue;
		if (rcode_class(code) == RCODE_PRIVATE)
			counts->rest_private += count;
		else
			counts->rest_unassigned += count;
	}
}

/*
 * The last row and column of the counters are sums of what the table of rare values has one by one, as far as
 * it had room: what is not found there stays unassigned.
 */
static void fill_edes(struct code_counts *counts, const struct snapshot *snapshot)
{
	for (uint32_t row = 0; row <= RCODE_DIRECT; row++)
		for (uint32_t column = 0; column <= EDE_DIRECT; column++) {
			uint64_t count = snapshot->counters.ede[row][column];

			if (count)
				counts->ede[rcode_class(row)][ede_class(column)] += count;
		}
	for (size_t i = 0; i < snapshot->rare_count; i++) {
		const struct rare_count *rare = &snapshot->rare[i];
		uint32_t rcode = rare->value >> 16, info_code = rare->value & 0xffff;
		uint64_t *from, *to;

		if ((rare->kind != RARE_EDE && rare->kind != RARE_EDE_RETIRED) ||
		    (rcode < RCODE_DIRECT && info_code < EDE_DIRECT))
			continue;
		from = &counts->ede[rcode_class(rcode < RCODE_DIRECT ? rcode : RCODE_DIRECT)]
				   [ede_class(info_code < EDE_DIRECT ? info_code : EDE_DIRECT)];
		to = &counts->ede[rcode_class(rcode)][ede_class(info_code)];
		if (*from >= rare->count) {
			*from -= rare->count;
			*to += rare->count;
		}
	}
}

void code_counts_fill(struct code_counts *counts, const struct snapshot *snapshot)
{
	memset(counts, 0, sizeof(*counts));
	fill_rcodes(counts, snapshot);
	fill_edes(counts, snapshot);
}

static const char *group_label(size_t class, size_t direct)
{
	return class == direct ? "unassigned" : "private";
}

const char *rcode_label(size_t class, char text[CODE_LABEL_MAX])
{
	struct catalog_entry entry;

	if (class >= RCODE_DIRECT || !catalog_lookup(CATALOG_RCODE, (uint32_t) class, &entry))
		return group_label(class, RCODE_DIRECT);
	snprintf(text, CODE_LABEL_MAX, "%s", entry.name);
	return text;
}

const char *ede_label(size_t class, char text[CODE_LABEL_MAX])
{
	if (class >= EDE_DIRECT)
		return group_label(class, EDE_DIRECT);
	snprintf(text, CODE_LABEL_MAX, "%zu", class);
	return text;
}
