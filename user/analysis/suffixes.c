// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/suffixes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parser/host_store.h"
#include "util/log.h"
#include "analysis/suffix_list.h"

#define PLACES_LEAST 1024u
#define PLACES_MOST  (1u << 22) /* 32 MiB: the list would have 2 million rules */

/* Of the table, in no order. */
struct entries {
	__u64 *entry;
	uint32_t count, room;
};

struct filling {
	struct suffixes *suffixes;
	struct entries entries;
};

/* How far @entry is from the place that its hash gives, if it is at @at. */
static uint32_t distance(__u64 entry, uint32_t at, uint32_t places)
{
	return (at - suffix_place(entry)) & (places - 1);
}

/*
 * Put @entry into the table: the entry that is nearer to its own place gives way (Celis, 1986), which keeps
 * the longest way short. Of two entries for one suffix the kinds are joined. 0 or -ENOSPC.
 */
static int insert(__u64 *table, uint32_t places, __u64 entry)
{
	uint32_t at = suffix_place(entry) & (places - 1);

	for (uint32_t far = 0; far < SUFFIX_PROBES; far++, at = (at + 1) & (places - 1)) {
		__u64 there = table[at];
		uint32_t its = distance(there, at, places);

		if (there == 0 || (there | SUFFIX_KINDS) == (entry | SUFFIX_KINDS)) {
			table[at] |= entry;
			return 0;
		}
		if (its < far) {
			table[at] = entry;
			entry = there;
			far = its;
		}
	}
	return -ENOSPC;
}

/* A table of @places for all entries. 0 or a negative errno. */
static int fill(struct suffixes *s, const struct entries *entries, uint32_t places)
{
	int err = 0;

	s->places = calloc(places, sizeof(*s->places));
	if (!s->places)
		return -ENOMEM;
	for (uint32_t i = 0; !err && i < entries->count; i++)
		err = insert(s->places, places, entries->entry[i]);
	if (err) {
		free(s->places);
		s->places = NULL;
	}
	return err;
}

static int build(struct suffixes *s, struct hook_config *config, const struct entries *entries)
{
	uint32_t places = PLACES_LEAST;
	int err;

	while (places < entries->count * 2)
		places *= 2;
	do {
		err = fill(s, entries, places);
		config->suffixes = err ? 0 : places;
		places *= 2;
	} while (err == -ENOSPC && places <= PLACES_MOST);
	s->own->suffixes = s->places;
	return err;
}

static int add(struct entries *entries, __u64 hash, uint32_t kind)
{
	if (entries->count == entries->room) {
		uint32_t room = entries->room ? entries->room * 2 : 16384;
		__u64 *more;

		if (room > PLACES_MOST / 2)
			return -ENOSPC;
		more = realloc(entries->entry, room * sizeof(*more));
		if (!more)
			return -ENOMEM;
		entries->entry = more;
		entries->room = room;
	}
	entries->entry[entries->count++] = (hash & ~(__u64)SUFFIX_KINDS) | kind;
	return 0;
}

static int add_rule(void *into, const struct suffix_rule *rule)
{
	struct filling *filling = into;
	struct suffixes *s = filling->suffixes;
	const struct name_labels *name = &s->own->message.name[NAME_ASKED];
	int err;

	if (rule->labels > SUFFIX_LABELS) {
		s->too_long++;
		return 0;
	}
	if (!host_name_scan(s->own, s->config, rule->wire, rule->length))
		return -EINVAL;
	err = add(&filling->entries, host_name_hash(s->own, s->config, 0), rule->kind);
	for (uint32_t label = 1; !err && label + 1 < name->count; label++)
		err = add(&filling->entries, host_name_hash(s->own, s->config, label),
			  SUFFIX_BELOW);
	return err;
}

static int load(struct suffixes *s, struct hook_config *config, const char *path)
{
	struct filling filling = {.suffixes = s};
	int err;

	err = suffix_list_read(path, add_rule, &filling);
	if (!err) {
		err = build(s, config, &filling.entries);
		if (err)
			log_error("cannot use the public suffix list %s: %s", path, strerror(-err));
	}
	free(filling.entries.entry);
	if (!err && s->too_long)
		log_warning("%s: %u rules have more than %u labels and are left out", path,
			    s->too_long, SUFFIX_LABELS);
	return err;
}

int suffixes_open(struct suffixes *suffixes, struct hook_config *config, const char *path)
{
	*suffixes = (struct suffixes){.config = config};
	config->suffixes = 0;
	suffixes->own = calloc(1, sizeof(*suffixes->own));
	if (!suffixes->own) {
		log_error("out of memory");
		return -ENOMEM;
	}
	if (!path || !path[0])
		path = suffix_list_installed();
	return path ? load(suffixes, config, path) : 0;
}

void suffixes_free(struct suffixes *suffixes)
{
	free(suffixes->places);
	free(suffixes->own);
	suffixes->places = NULL;
	suffixes->own = NULL;
}

uint32_t suffixes_registrable(struct suffixes *suffixes, const uint8_t *wire, size_t length)
{
	if (!host_name_scan(suffixes->own, suffixes->config, wire, length))
		return 0;
	return host_name_registrable(suffixes->own, suffixes->config);
}

/* A name below, of a label that no rule can have, is registrable by itself. */
bool suffixes_is_public(struct suffixes *suffixes, const uint8_t *wire, size_t length)
{
	uint8_t below[2 + DNS_NAME_MAX] = {1, '*'};

	if (length > DNS_NAME_MAX - 2)
		return false;
	memcpy(below + 2, wire, length);
	return suffixes_registrable(suffixes, below, length + 2) ==
	       suffixes->own->message.name[NAME_ASKED].count;
}
