// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "catalog/catalog.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "catalog/catalog_table.h"

static const struct catalog_table *const tables[CATALOG_REGISTRIES] = {
	[CATALOG_RCODE] = &catalog_rcode_table, [CATALOG_EDE] = &catalog_ede_table,
	[CATALOG_DOQ] = &catalog_doq_table,     [CATALOG_HTTP] = &catalog_http_table,
	[CATALOG_GUIDE] = &catalog_guide_table,
};

static const char *const no_causes[] = {NULL};
static const struct catalog_check no_checks[] = {{.why = NULL}};
static const struct catalog_ref no_related[] = {{.registry = CATALOG_REGISTRIES}};

const struct catalog_table *catalog_table_of(enum catalog_registry registry)
{
	return tables[registry];
}

static const struct catalog_row *row_of(const struct catalog_table *table, uint32_t code)
{
	for (size_t p = 0; p < CATALOG_PARTS && table->parts[p]; p++) {
		const struct catalog_rows *rows = table->parts[p];

		for (size_t i = 0; i < rows->count; i++)
			if (rows->row[i].code == code)
				return &rows->row[i];
	}
	return NULL;
}

static const struct catalog_range *range_of(const struct catalog_table *table, uint32_t code)
{
	for (size_t i = 0; i < table->range_count; i++)
		if (code >= table->ranges[i].first && code <= table->ranges[i].last)
			return &table->ranges[i];
	return NULL;
}

/* The lowest code above @code that has a row; UINT64_MAX if there is none. */
static uint64_t next_row(const struct catalog_table *table, uint32_t code)
{
	uint64_t next = UINT64_MAX;

	for (size_t p = 0; p < CATALOG_PARTS && table->parts[p]; p++) {
		const struct catalog_rows *rows = table->parts[p];

		for (size_t i = 0; i < rows->count; i++)
			if (rows->row[i].code > code && rows->row[i].code < next)
				next = rows->row[i].code;
	}
	return next;
}

const char *catalog_name_text(enum catalog_registry registry, const char *name, uint32_t code,
			      char buf[static CATALOG_UNNAMED_MAX])
{
	static const char *const prefix[CATALOG_REGISTRIES] = {
		[CATALOG_RCODE] = "RCODE", [CATALOG_EDE] = "EDE",     [CATALOG_DOQ] = "DOQ",
		[CATALOG_HTTP] = "HTTP",   [CATALOG_GUIDE] = "GUIDE",
	};

	if (name)
		return name;
	if (registry == CATALOG_DOQ)
		snprintf(buf, CATALOG_UNNAMED_MAX, "DOQ0x%" PRIx32, code);
	else
		snprintf(buf, CATALOG_UNNAMED_MAX, "%s%" PRIu32, prefix[registry], code);
	return buf;
}

static void name_entry(struct catalog_entry *e, const struct catalog_row *row)
{
	char number[CATALOG_UNNAMED_MAX];

	snprintf(e->name, sizeof(e->name), "%s",
		 catalog_name_text(e->registry, row ? row->name : NULL, e->code, number));
}

const char *catalog_name(enum catalog_registry registry, uint32_t code)
{
	const struct catalog_row *row = row_of(tables[registry], code);

	return row ? row->name : NULL;
}

#define EITHER(row, range, field) ((row) && (row)->field ? (row)->field : (range)->field)

static void fill(struct catalog_entry *e, const struct catalog_row *row,
		 const struct catalog_range *range)
{
	e->status = row ? row->status : range->status;
	e->description = EITHER(row, range, description);
	e->reference = EITHER(row, range, reference);
	e->class_name = EITHER(row, range, class_name);
	e->causes = EITHER(row, range, causes);
	e->checks = EITHER(row, range, checks);
	e->related = EITHER(row, range, related);
	/* A paragraph about the unassigned numbers of a range would be wrong of an assigned one. */
	e->detail = row ? row->detail : range->detail;
	e->readings = row ? row->readings : NULL;
	if (!e->causes)
		e->causes = no_causes;
	if (!e->checks)
		e->checks = no_checks;
	if (!e->related)
		e->related = no_related;
}

const char *catalog_description(enum catalog_registry registry, uint32_t code)
{
	const struct catalog_range *range = range_of(tables[registry], code);
	const struct catalog_row *row = row_of(tables[registry], code);

	return range ? EITHER(row, range, description) : "";
}

bool catalog_lookup(enum catalog_registry registry, uint32_t code, struct catalog_entry *out)
{
	const struct catalog_range *range;
	const struct catalog_row *row;
	struct catalog_entry e = {.registry = registry, .code = code};

	if ((unsigned int)registry >= CATALOG_REGISTRIES)
		return false;
	range = range_of(tables[registry], code);
	if (!range)
		return false;
	row = row_of(tables[registry], code);
	fill(&e, row, range);
	name_entry(&e, row);
	e.advice_of.registry = CATALOG_REGISTRIES;
	if (registry == CATALOG_GUIDE && row) {
		struct catalog_entry like;

		e.advice_of = row->like;
		if (catalog_lookup(row->like.registry, row->like.code, &like)) {
			e.causes = like.causes;
			e.checks = like.checks;
		}
	}
	*out = e;
	return true;
}

const char *catalog_registry_id(enum catalog_registry registry)
{
	return tables[registry]->id;
}

const char *catalog_registry_title(enum catalog_registry registry)
{
	return tables[registry]->title;
}

enum catalog_registry catalog_registry_of(const char *id, size_t len)
{
	enum catalog_registry r;

	for (r = 0; r < CATALOG_REGISTRIES; r++)
		if (strlen(tables[r]->id) == len && !strncasecmp(tables[r]->id, id, len))
			break;
	return r;
}

void catalog_registry_limits(enum catalog_registry registry, uint64_t *first, uint64_t *last)
{
	const struct catalog_table *table = tables[registry];

	*first = table->ranges[0].first;
	*last = registry == CATALOG_DOQ ? CATALOG_DOQ_LAST
					: table->ranges[table->range_count - 1].last;
}

bool catalog_walk(enum catalog_registry registry, uint64_t *next, struct catalog_entry *out,
		  uint64_t *last)
{
	const struct catalog_table *table = tables[registry];
	const struct catalog_range *range;
	uint32_t code;

	if (*next > UINT32_MAX)
		return false;
	code = (uint32_t)*next;
	range = range_of(table, code);
	if (!range || !catalog_lookup(registry, code, out))
		return false;
	*last = code;
	if (!row_of(table, code)) {
		uint64_t row = next_row(table, code);

		*last = row <= range->last ? row - 1 : range->last;
		if (registry == CATALOG_DOQ && *last == UINT32_MAX)
			*last = CATALOG_DOQ_LAST;
	}
	*next = *last + 1;
	return true;
}

const char *catalog_status_name(enum catalog_status status)
{
	switch (status) {
	case CATALOG_ASSIGNED: return "assigned";
	case CATALOG_UNASSIGNED: return "unassigned";
	case CATALOG_RESERVED: return "reserved";
	case CATALOG_PRIVATE: return "private use";
	}
	return "unknown";
}

const char *catalog_topic_name(enum catalog_topic topic)
{
	static const char *const names[CATALOG_TOPICS] = {
		[CATALOG_CONFIGURATION] = "Check the DNS configuration",
		[CATALOG_RECORDS] = "Verify the records",
		[CATALOG_CONNECTIVITY] = "Test connectivity",
		[CATALOG_SERVER] = "Check for server problems",
		[CATALOG_SOFTWARE] = "Update software",
		[CATALOG_PROVIDER] = "Use a reliable provider",
		[CATALOG_DNSSEC] = "Keep DNSSEC in order",
		[CATALOG_PERFORMANCE] = "Watch performance",
		[CATALOG_BACKUP] = "Back up",
		[CATALOG_RATE_LIMITING] = "Limit rates",
	};

	return names[topic];
}
