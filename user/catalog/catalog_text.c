// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <string.h>

#include "catalog/catalog_show.h"
#include "util/text_format.h"

#define LABEL_COLUMNS 13

const char *catalog_number(enum catalog_registry registry, uint64_t code,
			   char buf[static CATALOG_NUMBER_MAX])
{
	if (registry == CATALOG_DOQ)
		snprintf(buf, CATALOG_NUMBER_MAX, "0x%" PRIx64, code);
	else
		snprintf(buf, CATALOG_NUMBER_MAX, "%" PRIu64, code);
	return buf;
}

const char *catalog_when(const struct guide_mapping *m, char buf[static CATALOG_WHEN_MAX])
{
	struct catalog_entry rcode = {.name = "any RCODE"}, ede;

	if (m->rcode != GUIDE_ANY_RCODE)
		catalog_lookup(CATALOG_RCODE, (uint32_t)m->rcode, &rcode);
	if (m->ede != GUIDE_NO_EDE && catalog_lookup(CATALOG_EDE, (uint32_t)m->ede, &ede))
		snprintf(buf, CATALOG_WHEN_MAX, "%s with EDE %" PRId32 " (%s)", rcode.name, m->ede,
			 ede.name);
	else
		snprintf(buf, CATALOG_WHEN_MAX, "%s%s", rcode.name,
			 m->nodata ? " without data (NODATA)" : "");
	return buf;
}

bool catalog_mapping_concerns(const struct guide_mapping *m, const struct catalog_entry *e)
{
	switch (e->registry) {
	case CATALOG_RCODE: return m->ede == GUIDE_NO_EDE && m->rcode == (int32_t)e->code;
	case CATALOG_EDE: return m->ede != GUIDE_NO_EDE && m->ede == (int32_t)e->code;
	case CATALOG_GUIDE: return m->code == e->code;
	case CATALOG_DOQ:
	case CATALOG_HTTP:
	case CATALOG_REGISTRIES: break;
	}
	return false;
}

static void labelled(FILE *out, unsigned int width, const char *label, const char *text)
{
	fprintf(out, "  %-*s", LABEL_COLUMNS - 2, label);
	text_wrap(out, width, LABEL_COLUMNS, LABEL_COLUMNS, text);
}

static void bullet(FILE *out, unsigned int width, const char *text)
{
	fputs("  - ", out);
	text_wrap(out, width, 4, 4, text);
}

static void print_readings(FILE *out, unsigned int width, const struct catalog_entry *e)
{
	if (!e->readings)
		return;
	fputs("\nIts meanings\n", out);
	for (const struct catalog_reading *r = e->readings; r->name; r++) {
		char text[512];

		snprintf(text, sizeof(text), "%s, %s: %s (%s)", r->name, r->where, r->meaning,
			 r->reference);
		bullet(out, width, text);
	}
}

static void put_heading(FILE *out, unsigned int width, const char *heading)
{
	fputc('\n', out);
	text_wrap(out, width, 0, 2, heading);
}

/* Those that change something begin with a root shell's prompt, behind which a paste by mistake does nothing. */
static void print_commands(FILE *out, unsigned int width, const struct catalog_check *check)
{
	const char *const *command = catalog_check_commands(check);
	const char *prompt = catalog_check_changes(check) ? "#" : "$";

	for (size_t i = 0; i < CATALOG_COMMANDS_MAX && command[i]; i++) {
		if (i && check->either)
			fputs("      or\n", out);
		fprintf(out, "    %s %s\n", prompt, command[i]);
	}
	fputs("      ", out);
	text_wrap(out, width, 6, 6, check->why);
}

/* Those of the topics that change something, or that do not: by topic, that of the first of them first. */
static void print_checks(FILE *out, unsigned int width, const struct catalog_check *checks,
			 const char *heading, enum catalog_topic from, enum catalog_topic to,
			 bool changes)
{
	unsigned int done = 0;

	for (const struct catalog_check *first = checks; first->why; first++) {
		enum catalog_topic t = first->topic;

		if (t < from || t >= to || done & 1u << t ||
		    catalog_check_changes(first) != changes)
			continue;
		if (!done)
			put_heading(out, width, heading);
		done |= 1u << t;
		fprintf(out, "  %s\n", catalog_topic_name(t));
		for (const struct catalog_check *c = first; c->why; c++)
			if (c->topic == t && catalog_check_changes(c) == changes)
				print_commands(out, width, c);
	}
}

static void print_related(FILE *out, unsigned int width, const struct catalog_entry *e)
{
	char text[1024], number[CATALOG_NUMBER_MAX];
	size_t used = 0;

	for (const struct catalog_ref *r = e->related; r->registry != CATALOG_REGISTRIES; r++) {
		struct catalog_entry other;

		if (!catalog_lookup(r->registry, r->code, &other) || used >= sizeof(text))
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s:%s %s",
					 used ? ", " : "", catalog_registry_id(r->registry),
					 catalog_number(r->registry, r->code, number), other.name);
	}
	if (used)
		labelled(out, width, "Related", text);
}

/* What a code of the guide stands for on the wire. */
static void print_mappings(FILE *out, unsigned int width, const struct catalog_entry *e)
{
	size_t count;
	const struct guide_mapping *m = guide_mappings(&count);
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		char when[CATALOG_WHEN_MAX], text[512];

		if (!catalog_mapping_concerns(&m[i], e))
			continue;
		if (!any)
			fputs("\nWhat it stands for on the wire\n", out);
		any = true;
		snprintf(text, sizeof(text), "%s: %s", catalog_when(&m[i], when), m[i].why);
		bullet(out, width, text);
	}
	if (!any && e->status == CATALOG_ASSIGNED)
		fputs("\nNo response code is translated to this number.\n", out);
}

/* The guide's numbers for a standard code, in one line: most people have no use for them. */
static void print_guide(FILE *out, unsigned int width, const struct catalog_entry *e)
{
	size_t count, used = 0;
	const struct guide_mapping *m = guide_mappings(&count);
	unsigned int last = 0;
	char text[128] = "";

	for (size_t i = 0; i < count && used < sizeof(text); i++) {
		if (!catalog_mapping_concerns(&m[i], e) || m[i].code == last)
			continue;
		last = m[i].code;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%sguide:%u",
					 used ? ", " : "", last);
	}
	if (used && used < sizeof(text))
		snprintf(text + used, sizeof(text) - used, " (no standard)");
	if (used)
		labelled(out, width, "Guide", text);
}

void catalog_text_entry(FILE *out, unsigned int width, const struct catalog_entry *e, uint64_t code)
{
	char number[CATALOG_NUMBER_MAX], text[192];

	fprintf(out, "%s\n", e->name);
	snprintf(text, sizeof(text), "%s:%s, %s", catalog_registry_id(e->registry),
		 catalog_number(e->registry, code, number),
		 e->registry != CATALOG_GUIDE    ? catalog_status_name(e->status)
		 : e->status == CATALOG_ASSIGNED ? "listed (not a standard)"
						 : "not listed");
	labelled(out, width, "Code", text);
	labelled(out, width, "Class", e->class_name);
	labelled(out, width, "Means", e->description);
	labelled(out, width, "Reference", e->reference);
	print_related(out, width, e);
	if (e->registry != CATALOG_GUIDE)
		print_guide(out, width, e);
	if (e->detail) {
		fputs("\n  ", out);
		text_wrap(out, width, 2, 2, e->detail);
	}
	print_readings(out, width, e);
	if (e->registry == CATALOG_GUIDE)
		print_mappings(out, width, e);
	if (e->advice_of.registry != CATALOG_REGISTRIES) {
		struct catalog_entry like;

		catalog_lookup(e->advice_of.registry, e->advice_of.code, &like);
		snprintf(text, sizeof(text),
			 "What follows is the advice for %s:%s %s, the nearest standard code.",
			 catalog_registry_id(like.registry),
			 catalog_number(like.registry, like.code, number), like.name);
		fputc('\n', out);
		text_wrap(out, width, 0, 0, text);
	}
	if (*e->causes)
		fputs("\nLikely causes\n", out);
	for (const char *const *cause = e->causes; *cause; cause++)
		bullet(out, width, *cause);
	print_checks(out, width, e->checks,
		     "What to check (these only look; words in capitals are yours to fill in)",
		     CATALOG_CONFIGURATION, CATALOG_PROVIDER, false);
	print_checks(out, width, e->checks, "Good practice (these only look)", CATALOG_PROVIDER,
		     CATALOG_TOPICS, false);
	print_checks(out, width, e->checks,
		     "What changes something (look first; words in capitals are yours to fill in)",
		     CATALOG_CONFIGURATION, CATALOG_TOPICS, true);
}

void catalog_text_brief(FILE *out, unsigned int width, const struct catalog_entry *e)
{
	char number[CATALOG_NUMBER_MAX], text[512];

	snprintf(text, sizeof(text), "%s:%s %s: %s", catalog_registry_id(e->registry),
		 catalog_number(e->registry, e->code, number), e->name, e->description);
	fputs("  ", out);
	text_wrap(out, width, 2, 6, text);
}

/* The columns of numbers and of names; a range, having no name, may use both. */
struct columns {
	unsigned int number, name;
};

static void list_line(FILE *out, unsigned int width, const struct columns *columns,
		      const struct catalog_entry *e, uint64_t last)
{
	char number[CATALOG_NUMBER_MAX], end[CATALOG_NUMBER_MAX];
	unsigned int indent = 2 + columns->number + 2;

	catalog_number(e->registry, e->code, number);
	if (columns->name)
		indent += columns->name + 2;
	if (last != e->code) {
		catalog_number(e->registry, last, end);
		fprintf(out, "  %s-%-*s", number, (int)(indent - 3 - strlen(number)), end);
	} else {
		fprintf(out, "  %*s  ", (int)columns->number, number);
		if (columns->name)
			fprintf(out, "%-*s  ", (int)columns->name, e->name);
	}
	text_wrap(out, width, indent, indent, e->description);
}

/* What a code of the guide stands for, and why, below its line. */
static void list_mappings(FILE *out, unsigned int width, unsigned int indent,
			  const struct catalog_entry *e)
{
	size_t count;
	const struct guide_mapping *m = guide_mappings(&count);

	for (size_t i = 0; i < count; i++) {
		char when[CATALOG_WHEN_MAX], text[512];

		if (!catalog_mapping_concerns(&m[i], e))
			continue;
		snprintf(text, sizeof(text), "<- %s: %s", catalog_when(&m[i], when), m[i].why);
		fprintf(out, "%*s", (int)indent, "");
		text_wrap(out, width, indent, indent + 3, text);
	}
}

static struct columns measure(enum catalog_registry registry)
{
	uint64_t first, last, end, next;
	struct columns columns = {0};
	struct catalog_entry e;

	catalog_registry_limits(registry, &first, &last);
	for (next = first; catalog_walk(registry, &next, &e, &end);) {
		char a[CATALOG_NUMBER_MAX], b[CATALOG_NUMBER_MAX];
		size_t number = strlen(catalog_number(registry, e.code, a)), name = strlen(e.name);

		/* A guide's code has no name but its number. */
		if (registry == CATALOG_GUIDE && end != e.code)
			number += 1 + strlen(catalog_number(registry, end, b));
		else if (end != e.code)
			continue;
		if (number > columns.number)
			columns.number = (unsigned int)number;
		if (registry != CATALOG_GUIDE && name > columns.name)
			columns.name = (unsigned int)name;
	}
	return columns;
}

void catalog_text_list(FILE *out, unsigned int width, enum catalog_registry registry)
{
	uint64_t first, last, end, next;
	struct columns columns = measure(registry);
	struct catalog_entry e;

	catalog_registry_limits(registry, &first, &last);
	text_wrap(out, width, 0, 0, catalog_registry_title(registry));
	for (next = first; catalog_walk(registry, &next, &e, &end);) {
		list_line(out, width, &columns, &e, end);
		if (registry == CATALOG_GUIDE && end == e.code)
			list_mappings(out, width, 2 + columns.number + 2, &e);
	}
}
