/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the user chooses about top lists, and what of it is in the hooks' configuration. */
#ifndef RCODEWATCH_TOP_SETTINGS_H
#define RCODEWATCH_TOP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "util/options.h"

#define TOP_ROWS_MAX 1000u

/* How much of addresses is kept. */
struct top_prefix {
	bool off;                   /* no such list */
	uint8_t bits[FAMILY_COUNT]; /* 0 to 32, 0 to 128 */
};

struct top_settings {
	size_t rows;               /* of each list that are shown; 0: no lists */
	uint32_t offending_rcodes; /* as in struct hook_config */
	uint32_t offending;        /* OFFENDING_* */
	struct top_prefix servers, clients;
	bool all;       /* servers and clients in both directions */
	bool attacks;   /* are looked for in the zones: NODATA is counted there, listed or not */
	bool hll_keyed; /* hll_key was given; else it is as the other keys */
	uint64_t hll_key[NAME_KEYS];
	bool hll; /* those of zones are reported */
};

/* Which addresses say something: those that are not always this host's. */
enum top_view {
	TOP_VIEW_RX,   /* no clients */
	TOP_VIEW_TX,   /* no servers */
	TOP_VIEW_BOTH, /* mirrored traffic and captures: between others */
};

void top_settings_init(struct top_settings *top);

/*
 * How an observation point sees addresses. @direction: a DIRECTION_*, or another number where directions are
 * not told apart. @decap: tunnels are looked into, where the addresses are those of other hosts.
 */
enum top_view top_settings_view(const struct top_settings *top, bool decap, int direction);

/*
 * Switch on in @config the lists of @point, as seen by @view; then, after all points, the rest of the
 * configuration, to whose keys of hashes, which are set, --distinct-key is added.
 */
void top_settings_point(const struct top_settings *top, struct hook_config *config, uint32_t point,
			enum top_view view);
void top_settings_configure(const struct top_settings *top, struct hook_config *config);

/* Rows with NOERROR are of NODATA and nothing else. */
bool top_settings_nodata(const struct top_settings *top);

/* For the table of options: of --offending, into a struct top_settings. 0, or -EINVAL with @why. */
int top_parse_offending(void *top, const char *value, char why[OPTION_WHY_MAX]);
/* The same, of --servers and --clients, into a struct top_prefix. */
int top_parse_prefix(void *prefix, const char *value, char why[OPTION_WHY_MAX]);
/* The same, of --distinct-key, whose file is read into a struct top_settings. */
int top_parse_hll_key(void *top, const char *path, char why[OPTION_WHY_MAX]);

#endif
