// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "same_counts.h"

#include <string.h>

static bool same_rare(const struct snapshot *a, const struct snapshot *b)
{
	if (a->rare_count != b->rare_count || a->rare_lost != b->rare_lost)
		return false;
	for (size_t i = 0; i < a->rare_count; i++) {
		const struct rare_count *one = &a->rare[i], *other = &b->rare[i];

		if (one->kind != other->kind || one->value != other->value ||
		    one->count != other->count ||
		    memcmp(&one->text, &other->text, sizeof(one->text)) != 0)
			return false;
	}
	return true;
}

/* Names end where they end: what lies behind is of no meaning. */
static bool same_texts(const struct top_tables *a, const struct top_tables *b, size_t texts)
{
	for (size_t i = 0; i < texts; i++)
		for (size_t way = 0; way < TOP_WAYS; way++) {
			const __u8 *name = a->texts[i].name[way];
			size_t length = top_name_length(name);

			if (memcmp(name, b->texts[i].name[way], length ? length : 1) != 0)
				return false;
		}
	return true;
}

static bool same_tables(const struct top_tables *a, const struct top_tables *b,
			const struct hook_config *config)
{
	struct top_sizes sizes = top_tables_sizes(config, 1);

	if (!a->sets || !b->sets)
		return a->sets == b->sets;
	return !memcmp(a->sets, b->sets, sizes.sets * sizeof(*a->sets)) &&
	       !memcmp(a->row_meta, b->row_meta, sizes.sets * sizeof(*a->row_meta)) &&
	       !memcmp(a->hlls, b->hlls, sizes.hlls * sizeof(*a->hlls)) &&
	       same_texts(a, b, sizes.texts);
}

static bool same_flows(const struct flow_bucket *a, const struct flow_bucket *b, size_t buckets)
{
	if (!a || !b)
		return a == b;
	return !memcmp(a, b, buckets * sizeof(*a));
}

const char *same_counts_difference(const struct host_store *a, const struct host_store *b,
				   const struct hook_config *config)
{
	if (memcmp(&a->counts.counters, &b->counts.counters, COUNTED_SIZE) != 0)
		return "counters";
	if (memcmp(&a->counts.rcode_rest, &b->counts.rcode_rest, sizeof(a->counts.rcode_rest)) != 0)
		return "large RCODEs";
	if (!same_rare(&a->counts, &b->counts))
		return "rare values";
	if (!same_tables(&a->top, &b->top, config))
		return "lists";
	if (!same_flows(a->flows, b->flows, config->flow_buckets))
		return "streams";
	return a->error == b->error ? NULL : "errors";
}
