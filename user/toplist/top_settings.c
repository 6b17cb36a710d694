// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "toplist/top_settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog.h"
#include "util/environment.h"
#include "dns_wire.h"
#include "util/address_mask.h"

#define ROWS_DEFAULT 10u
#define ALL_RCODES   0xffffffffu
#define ERRORS       (ALL_RCODES & ~(1u << DNS_RCODE_NOERROR))
#define WORD_MAX     64
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What providers give to a site: RIPE-690 for IPv6. */
static const struct top_prefix prefix_default = {.bits = {24, 56}};
static const struct top_prefix whole = {.bits = {32, 128}};

void top_settings_init(struct top_settings *top)
{
	*top = (struct top_settings){
		.rows = ROWS_DEFAULT,
		.offending_rcodes = ERRORS,
		.offending = OFFENDING_REST,
		.attacks = true,
		.servers = whole,
		.clients = prefix_default,
	};
}

/* ---- for the hooks ----------------------------------------------------------------- */

enum top_view top_settings_view(const struct top_settings *top, bool decap, int direction)
{
	if (top->all || decap)
		return TOP_VIEW_BOTH;
	return direction == DIRECTION_RX   ? TOP_VIEW_RX
	       : direction == DIRECTION_TX ? TOP_VIEW_TX
					   : TOP_VIEW_BOTH;
}

void top_settings_point(const struct top_settings *top, struct hook_config *config, uint32_t point,
			enum top_view view)
{
	uint32_t lists = 1u << TOP_ZONE | 1u << TOP_NAME;

	if (!top->servers.off && view != TOP_VIEW_TX)
		lists |= 1u << TOP_SERVER;
	if (!top->clients.off && view != TOP_VIEW_RX)
		lists |= 1u << TOP_CLIENT;
	config->top_point[point] = top->rows ? lists : 0;
}

static void fill_masks(const struct top_prefix *prefix, __u64 mask[FAMILY_COUNT][2])
{
	for (size_t family = 0; family < FAMILY_COUNT; family++)
		address_mask(prefix->bits[family], mask[family]);
}

/* NODATA is a denial, like NXDOMAIN: who lists that wants to know of attacks by both. */
static bool counts_nodata_zones(const struct top_settings *top)
{
	return top->attacks && top_settings_nodata(top) && !(top->offending & OFFENDING_NODATA) &&
	       top->offending_rcodes >> DNS_RCODE_NXDOMAIN & 1;
}

void top_settings_configure(const struct top_settings *top, struct hook_config *config)
{
	if (!top->rows)
		return;
	config->offending_rcodes = top->offending_rcodes;
	config->offending = top->offending;
	if (counts_nodata_zones(top))
		config->offending |= OFFENDING_NODATA_ZONES;
	fill_masks(&top->servers, config->address_mask[TOP_SERVER]);
	fill_masks(&top->clients, config->address_mask[TOP_CLIENT]);
	if (top->hll_keyed)
		memcpy(config->name_key, top->hll_key, sizeof(config->name_key));
}

bool top_settings_nodata(const struct top_settings *top)
{
	return !(top->offending_rcodes >> DNS_RCODE_NOERROR & 1) &&
	       !(top->offending & OFFENDING_EDE);
}

/* ---- options ------------------------------------------------------------------------- */

/* A single RCODE by number or name. */
static int offending_rcode(struct top_settings *top, const char *word, char why[OPTION_WHY_MAX])
{
	struct catalog_ref found;
	unsigned long code;

	if (option_number(word, 0, RCODE_DIRECT - 1, &code, why) == 0) {
		top->offending_rcodes |= 1u << code;
		return 0;
	}
	if (catalog_find(CATALOG_RCODE, word, &found, 1) == 1 && found.code < RCODE_DIRECT) {
		top->offending_rcodes |= 1u << found.code;
		return 0;
	}
	snprintf(why, OPTION_WHY_MAX,
		 "'%.32s' is not errors, nodata, ede, rare (codes from %u up), all, a code's name "
		 "or its number below %u",
		 word, RCODE_DIRECT, RCODE_DIRECT);
	return -EINVAL;
}

static int offending_word(struct top_settings *top, const char *word, char why[OPTION_WHY_MAX])
{
	static const struct {
		const char *word;
		uint32_t rcodes, others;
	} groups[] = {
		{"errors", ERRORS, OFFENDING_REST},  {"nodata", 0, OFFENDING_NODATA},
		{"ede", 0, OFFENDING_EDE},           {"rare", 0, OFFENDING_REST},
		{"all", ALL_RCODES, OFFENDING_REST},
	};

	for (size_t i = 0; i < COUNT(groups); i++)
		if (strcmp(word, groups[i].word) == 0) {
			top->offending_rcodes |= groups[i].rcodes;
			top->offending |= groups[i].others;
			return 0;
		}
	return offending_rcode(top, word, why);
}

int top_parse_offending(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct top_settings *top = into, chosen = *top;
	char text[512];
	char *rest = text, *word;

	if (snprintf(text, sizeof(text), "%s", value) >= (int)sizeof(text)) {
		snprintf(why, OPTION_WHY_MAX, "too long");
		return -EINVAL;
	}
	chosen.offending_rcodes = chosen.offending = 0;
	while ((word = strsep(&rest, ",")) != NULL)
		if (offending_word(&chosen, word, why) < 0)
			return -EINVAL;
	*top = chosen;
	return 0;
}

static int prefix_lengths(struct top_prefix *prefix, const char *value, char why[OPTION_WHY_MAX])
{
	unsigned long v4, v6;
	const char *comma = strchr(value, ',');
	char first[WORD_MAX], ignored[OPTION_WHY_MAX];

	if (!comma ||
	    snprintf(first, sizeof(first), "%.*s", (int)(comma - value), value) >=
		    (int)sizeof(first) ||
	    option_number(first, 0, 32, &v4, ignored) < 0 ||
	    option_number(comma + 1, 0, 128, &v6, ignored) < 0) {
		snprintf(why, OPTION_WHY_MAX,
			 "must be full, prefix, off, or the bits kept of IPv4 and IPv6: 24,56");
		return -EINVAL;
	}
	*prefix = (struct top_prefix){.bits = {(uint8_t)v4, (uint8_t)v6}};
	return 0;
}

int top_parse_prefix(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct top_prefix *prefix = into;

	if (strcmp(value, "full") == 0)
		*prefix = whole;
	else if (strcmp(value, "prefix") == 0)
		*prefix = prefix_default;
	else if (strcmp(value, "off") == 0)
		prefix->off = true;
	else
		return prefix_lengths(prefix, value, why);
	return 0;
}

static bool is_zero(const uint64_t key[NAME_KEYS])
{
	for (size_t i = 0; i < NAME_KEYS; i++)
		if (key[i])
			return false;
	return true;
}

int top_parse_hll_key(void *into, const char *path, char why[OPTION_WHY_MAX])
{
	struct top_settings *top = into;
	uint64_t key[NAME_KEYS];
	FILE *file;
	size_t got;

	if (environment_refuses_file(why))
		return -EINVAL;
	file = fopen(path, "rbe");
	if (!file) {
		snprintf(why, OPTION_WHY_MAX, "%s", strerror(errno));
		return -EINVAL;
	}
	got = fread(key, 1, sizeof(key), file);
	fclose(file);
	if (got < sizeof(key)) {
		snprintf(why, OPTION_WHY_MAX,
			 "needs %zu bytes of key, has %zu: head -c %zu /dev/urandom makes one",
			 sizeof(key), got, sizeof(key));
		return -EINVAL;
	}
	if (is_zero(key)) {
		snprintf(why, OPTION_WHY_MAX,
			 "is all zero bytes, which anybody can guess: head -c %zu /dev/urandom "
			 "makes "
			 "a key",
			 sizeof(key));
		return -EINVAL;
	}
	memcpy(top->hll_key, key, sizeof(key));
	top->hll_keyed = true;
	return 0;
}
