// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What must hold of the lists, whatever packets came in; and names against another reading of them. */
#include <inttypes.h>
#include <string.h>

#include "frame.h"
#include "fast_name.h"
#include "toplist/top_read.h"

#define IP_UDP       17u
#define POINTERS_MAX 16u /* in one name: as many as the parser follows for sure */

/* ---- the tables, and the rows made of them ------------------------------------------- */

static bool has_names(uint32_t dimension)
{
	return dimension == TOP_ZONE || dimension == TOP_NAME;
}

/* As on the wire, and none of its letters a capital. */
static void check_name(const uint8_t *name)
{
	size_t length = top_name_length(name);
	struct fast_name fast;

	if (!length || !fast_name_read(&fast, name, 0, length) || fast.pointers ||
	    fast.length != length || memcmp(fast.wire, name, length) != 0)
		fuzz_fail("a row's name is none, of %zu octets", length);
}

static void check_way(const struct host_store *store, uint32_t dimension, uint32_t index,
		      uint32_t way)
{
	const struct top_set *set = &store->top.sets[index];
	const struct top_meta *row_meta = &store->top.row_meta[index];
	const struct top_key *key = &row_meta->key[way];
	const __u64 *mask;

	if (set->count[way] <= row_meta->inherited[way])
		fuzz_fail("a way counts %u, of which %u are not its own", set->count[way],
			  row_meta->inherited[way]);
	if (row_meta->before[way] > set->unattributed || !set->fingerprint[way])
		fuzz_fail("a way began after %u of %u", row_meta->before[way], set->unattributed);
	if (key->rcode >= RCODE_MAX || key->point || key->kind > 1)
		fuzz_fail("a way is of RCODE %u, slot %u, kind %u", key->rcode, key->point,
			  key->kind);
	if (has_names(dimension)) {
		check_name(store->top.texts[top_tables_text(&fuzz_settings()->config, index)]
				   .name[way]);
		return;
	}
	mask = fuzz_settings()->config.address_mask[dimension][key->kind];
	if (key->address[0] & ~mask[0] || key->address[1] & ~mask[1])
		fuzz_fail("an address was not cut");
}

/* How many responses came to the table. */
static uint64_t check_table(const struct host_store *store, uint32_t dimension)
{
	const struct hook_config *config = &fuzz_settings()->config;
	uint32_t first = top_tables_first(config, dimension, 0, 0);
	uint64_t arrivals = 0;

	for (uint32_t i = first; i < first + config->top_sets[dimension]; i++) {
		const struct top_set *set = &store->top.sets[i];

		if (set->generation != store->epoch)
			continue;
		arrivals += set->unattributed;
		for (uint32_t way = 0; way < TOP_WAYS; way++) {
			if (!set->count[way])
				continue;
			check_way(store, dimension, i, way);
			arrivals += set->count[way] - store->top.row_meta[i].inherited[way];
		}
	}
	return arrivals;
}

static void check_list(const struct top_list *list, uint32_t dimension)
{
	struct top_rest rest = top_list_rest(list, list->count);
	uint64_t counts = rest.count;

	for (size_t i = 0; i < list->count; i++) {
		const struct top_row *row = &list->rows[i];

		if (row->low > row->count || row->count > row->high || row->high > list->total)
			fuzz_fail("a row of %" PRIu64 " is between %" PRIu64 " and %" PRIu64,
				  row->count, row->low, row->high);
		if (i && row->count > row[-1].count)
			fuzz_fail("rows are out of order at %zu", i);
		if (dimension == TOP_ZONE && top_row_names(row) > row->count)
			fuzz_fail("more names than responses");
		counts += row->count;
	}
	if (counts != list->total || rest.low > rest.count || rest.count > rest.high)
		fuzz_fail("rows and rest are %" PRIu64 " of %" PRIu64, counts, list->total);
}

static void check_rows(const struct host_store *store)
{
	const struct top_source source = {
		.tables = &store->top,
		.config = &fuzz_settings()->config,
		.cpus = 1,
		.epoch = store->epoch,
	};
	const struct top_totals totals = top_totals_of(&fuzz_settings()->config,
						       &store->counts.counters);
	static struct top_lists lists = {.keep = 10};

	if (top_read(&source, &totals, &lists) < 0)
		fuzz_fail("the tables cannot be read");
	for (uint32_t d = 0; d < TOP_DIMENSIONS; d++)
		check_list(&lists.list[d], d);
	check_list(&lists.nodata_zones, TOP_ZONE);
}

void frame_lists_check(const struct host_store *store)
{
	const struct pkt_counters *counters = &store->counts.counters;
	struct top_totals totals = top_totals_of(&fuzz_settings()->config, counters);
	uint64_t came[TOP_DIMENSIONS], nameless = 0;

	if (counters->unlisted > counters->offending)
		fuzz_fail("more unlisted than offending");
	if (!store->top.sets)
		return;
	for (uint32_t d = 0; d < TOP_DIMENSIONS; d++)
		came[d] = check_table(store, d);
	for (size_t i = 0; i < sizeof(counters->rcode) / sizeof(__u64); i++)
		nameless += ((const __u64 *)counters->rcode)[i];
	for (size_t i = 0; i <= QTYPE_DIRECT; i++)
		nameless -= counters->qtype[i];
	if (came[TOP_ZONE] > came[TOP_NAME] + totals.nodata || came[TOP_NAME] > came[TOP_SERVER] ||
	    came[TOP_SERVER] != came[TOP_CLIENT] || came[TOP_SERVER] > counters->offending ||
	    came[TOP_ZONE] + counters->unlisted + nameless < counters->offending ||
	    came[TOP_ZONE] + counters->unlisted > counters->offending + totals.nodata)
		fuzz_fail("of %llu, %llu unlisted, %" PRIu64 " nameless: %" PRIu64
			  " zones, %" PRIu64 " names, %" PRIu64 " servers, %" PRIu64 " clients",
			  counters->offending, counters->unlisted, nameless, came[TOP_ZONE],
			  came[TOP_NAME], came[TOP_SERVER], came[TOP_CLIENT]);
	if (counters->offending || totals.nodata)
		check_rows(store);
}

/* ---- one message ----------------------------------------------------------------------- */

static void compare_name(const struct name_labels *got, const struct fast_name *want,
			 const char *which)
{
	if (got->count != want->labels || got->octets != want->length ||
	    memcmp(got->text, want->wire, want->length) != 0)
		fuzz_fail("the %s name has %u labels and %u octets, should have %zu and %zu", which,
			  got->count, got->octets, want->labels, want->length);
}

/* The message as it lies in the frame. */
struct reading {
	const struct msg_scratch *scratch;
	const uint8_t *message;
	size_t end;
};

static bool read_name(const struct reading *r, uint32_t at, struct fast_name *name)
{
	return fast_name_read(name, r->message, at - r->scratch->message, r->end);
}

static void check_zone(const struct reading *r, const struct fast_name *denied)
{
	const struct msg_scratch *scratch = r->scratch;
	const struct listed *zone = &scratch->listed[TOP_ZONE];
	struct fast_name owner;
	uint8_t kind = ZONE_REGISTRABLE;
	size_t labels;

	/* A target that lies is cut short by nothing: it may run into the owner that leads back to it. */
	if (scratch->soa && denied->reach > scratch->soa - scratch->message)
		return;
	labels = fast_name_registrable(denied, fuzz_suffix_rules);
	if (scratch->soa && read_name(r, scratch->soa, &owner)) {
		if (owner.pointers > POINTERS_MAX)
			return;
		if (fast_name_above(&owner, denied)) {
			kind = ZONE_SOA;
			labels = owner.labels;
		}
	}
	if (zone->kind != kind || zone->label != denied->labels - labels)
		fuzz_fail("the zone, of kind %u, begins with label %u of %zu, should begin with "
			  "%zu, of kind %u",
			  zone->kind, zone->label, denied->labels, denied->labels - labels, kind);
}

void frame_names_check(const struct host_store *store, const uint8_t *frame, size_t captured,
		       bool listed)
{
	const struct msg_scratch *scratch = &store->message;
	const uint8_t *ip = frame + scratch->l4.network;
	struct fast_name asked, denied;
	struct reading r = {scratch, frame + scratch->message, captured - scratch->message};

	/* Of TCP this may be the message before. */
	if (ip[*ip >> 4 == 4 ? 9 : 6] != IP_UDP)
		return;
	if (r.end > scratch->end - scratch->message)
		r.end = scratch->end - scratch->message;
	if (!scratch->question)
		return;
	if (!read_name(&r, scratch->question, &asked) ||
	    (scratch->alias && !read_name(&r, scratch->alias, &denied))) {
		if (listed)
			fuzz_fail("a name that is none was listed");
		return;
	}
	if (!scratch->alias)
		denied = asked;
	if (asked.pointers > POINTERS_MAX || denied.pointers > POINTERS_MAX)
		return;
	if (!listed)
		fuzz_fail("a name of %zu octets was not listed", asked.length);
	compare_name(&scratch->name[NAME_ASKED], &asked, "asked");
	if (scratch->alias)
		compare_name(&scratch->name[NAME_DENIED], &denied, "denied");
	check_zone(&r, &denied);
}
