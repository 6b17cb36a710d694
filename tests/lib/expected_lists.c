// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "expected_lists.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "expected.h"
#include "memory_file.h"
#include "message.h"
#include "toplist/top_tables.h"

#define MEMORY (16u << 20) /* more than the tables of one CPU take */

struct hook_config expected_lists_config(void)
{
	struct hook_config config = expected_config();

	for (size_t i = 0; i < POINTS_MAX; i++)
		config.top_point[i] = (1u << TOP_DIMENSIONS) - 1;
	config.offending_rcodes = ~0u;
	config.offending = OFFENDING_REST | OFFENDING_NODATA | OFFENDING_EDE;
	memset(config.address_mask, 0xff, sizeof(config.address_mask));
	/* Of no meaning: digits of pi and of e, and multiples. */
	for (size_t i = 0; i < NAME_KEYS; i++)
		config.name_key[i] = 0x243f6a8885a308d3 * (i + 1) | 1;
	for (size_t i = 0; i < TOP_KEYS; i++)
		config.top_key[i] = 0x2b7e151628aed2a7 * (i + 1) | 1;
	config.top_key[TOP_KEY_SET] |= 1;
	if (top_tables_plan(&config, 1, MEMORY) < 0)
		build_failed("the lists do not fit");
	return config;
}

struct hook_config expected_lists_default(void)
{
	struct hook_config config = expected_lists_config();

	config.offending_rcodes = ~1u;
	config.offending = OFFENDING_REST | OFFENDING_NODATA_ZONES;
	return config;
}

void expected_suffixes(struct suffixes *suffixes, struct hook_config *config)
{
	static const char rules[] = "com\nnet\norg\nuk\nco.uk\nck\n*.ck\n!www.ck\n"
				    "s3.amazonaws.com\n";
	struct memory_file file;

	memory_file_make(&file, rules, sizeof(rules) - 1);
	if (suffixes_open(suffixes, config, file.path) < 0)
		build_failed("there is no table of suffixes");
	memory_file_close(&file);
}

/* A row that is wanted. */
struct wanted {
	uint8_t key[TOP_NAME_MAX];
	unsigned int rcode;
	int kind; /* -1: any */
};

static char text[128];

static const char *wrong(enum top_dimension dimension, const char *what)
{
	static const char *const names[TOP_DIMENSIONS] = {"zones", "names", "servers", "clients"};

	snprintf(text, sizeof(text), "%s: %s", names[dimension], what);
	return text;
}

static void want_name(struct wanted *want, const char *name)
{
	struct buf wire = {0};

	message_name(&wire, name);
	if (wire.length > sizeof(want->key))
		build_failed("'%s' is no name", name);
	memcpy(want->key, wire.data, wire.length);
	buf_free(&wire);
}

static void want_address(struct wanted *want, const struct expect *e, const char *v4,
			 const char *v6)
{
	want->kind = e->family == 6 ? FAMILY_IPV6 : FAMILY_IPV4;
	if (inet_pton(e->family == 6 ? AF_INET6 : AF_INET, e->family == 6 ? v6 : v4, want->key) !=
	    1)
		build_failed("no address");
}

/* What a message is to be listed as; false: not at all. */
static bool want_row(struct wanted *want, const struct expect *e, bool rules,
		     enum top_dimension dimension)
{
	const char *zone = rules || !e->zone_no_rules ? e->zone : e->zone_no_rules;

	*want = (struct wanted){.rcode = e->rcode, .kind = -1};
	switch (dimension) {
	case TOP_ZONE:
		if (zone)
			want_name(want, zone);
		want->kind = e->zone_of_soa ? ZONE_SOA : ZONE_REGISTRABLE;
		return zone != NULL;
	case TOP_NAME:
		if (e->name)
			want_name(want, e->name);
		return e->name != NULL;
	case TOP_SERVER: want_address(want, e, "192.0.2.53", "2001:db8::53"); return true;
	case TOP_CLIENT: want_address(want, e, "198.51.100.7", "2001:db8:1::7"); return true;
	case TOP_DIMENSIONS:
	default: build_failed("no list");
	}
}

static bool has_row(const struct top_list *list, const struct wanted *want)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct top_row *row = &list->rows[i];

		if (row->rcode == want->rcode && row->low == 1 && row->count == 1 &&
		    (want->kind < 0 || row->kind == want->kind) &&
		    !memcmp(row->key, want->key, sizeof(row->key)))
			return true;
	}
	return false;
}

static bool any(const struct expect *e)
{
	(void)e;
	return true;
}

static bool error(const struct expect *e)
{
	return e->rcode != 0;
}

static bool nodata(const struct expect *e)
{
	return e->answer && strcmp(e->answer, "nodata") == 0;
}

static bool none(const struct expect *e)
{
	(void)e;
	return false;
}

/* Those of the messages that are @of it are in @list, and no others. */
static const char *difference(const struct expect *expect, bool rules, enum top_dimension d,
			      bool (*of)(const struct expect *), const struct top_list *list)
{
	size_t messages = 0, rows = 0;

	for (const struct expect *e = expect; e; e = e->also) {
		struct wanted want;

		if (!of(e))
			continue;
		messages++;
		if (!want_row(&want, e, rules, d))
			continue;
		rows++;
		if (!has_row(list, &want))
			return wrong(d, list->count ? "another row" : "no row");
	}
	if (list->count != rows)
		return wrong(d, "there are more");
	return list->total == messages ? NULL : wrong(d, "the total is another");
}

const char *expected_lists_difference(const struct expect *expect, bool rules, bool by_default,
				      const struct top_lists *got)
{
	const char *found = difference(expect, rules, TOP_ZONE, by_default ? nodata : none,
				       &got->nodata_zones);

	for (enum top_dimension d = 0; d < TOP_DIMENSIONS && !found; d++)
		found = difference(expect, rules, d, by_default ? error : any, &got->list[d]);
	return found;
}
