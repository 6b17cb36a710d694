// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "catalog/catalog_show.h"
#include "util/json_writer.h"

static void head(struct json *j, FILE *out, const struct catalog_entry *e, uint64_t code)
{
	json_init(j, out);
	json_object_begin(j, NULL);
	json_string(j, "schema", "rcodewatch/1");
	json_string(j, "type", "explain");
	json_string(j, "registry", catalog_registry_id(e->registry));
	json_u64(j, "code", code);
}

static void essentials(struct json *j, const struct catalog_entry *e)
{
	json_string(j, "description", e->description);
	json_string(j, "status", catalog_status_name(e->status));
	json_string(j, "class", e->class_name);
	json_string(j, "reference", e->reference);
}

static void reference(struct json *j, const char *key, const struct catalog_ref *ref)
{
	struct catalog_entry e;

	if (!catalog_lookup(ref->registry, ref->code, &e))
		return;
	json_object_begin(j, key);
	json_string(j, "registry", catalog_registry_id(e.registry));
	json_u64(j, "code", e.code);
	json_string(j, "name", e.name);
	json_object_end(j);
}

static void readings(struct json *j, const struct catalog_reading *r)
{
	if (!r)
		return;
	json_array_begin(j, "readings");
	for (; r->name; r++) {
		json_object_begin(j, NULL);
		json_string(j, "name", r->name);
		json_string(j, "where", r->where);
		json_string(j, "meaning", r->meaning);
		json_string(j, "reference", r->reference);
		json_object_end(j);
	}
	json_array_end(j);
}

static void checks(struct json *j, const char *key, const struct catalog_check *c,
		   enum catalog_topic from, enum catalog_topic to)
{
	json_array_begin(j, key);
	for (; c->why; c++) {
		const char *const *command = catalog_check_commands(c);

		if (c->topic < from || c->topic >= to)
			continue;
		for (size_t i = 0; i < CATALOG_COMMANDS_MAX && command[i]; i++) {
			json_object_begin(j, NULL);
			json_string(j, "topic", catalog_topic_name(c->topic));
			json_string(j, "command", command[i]);
			json_bool(j, "changes", catalog_check_changes(c));
			if (c->either)
				json_bool(j, "alternative", i > 0);
			json_string(j, "why", c->why);
			json_object_end(j);
		}
	}
	json_array_end(j);
}

static void mappings(struct json *j, const struct catalog_entry *e)
{
	size_t count;
	const struct guide_mapping *m = guide_mappings(&count);

	if (e->registry == CATALOG_DOQ || e->registry == CATALOG_HTTP)
		return;
	json_array_begin(j, "guide");
	for (size_t i = 0; i < count; i++) {
		struct catalog_entry guide;
		char when[CATALOG_WHEN_MAX];

		if (!catalog_mapping_concerns(&m[i], e) ||
		    !catalog_lookup(CATALOG_GUIDE, m[i].code, &guide))
			continue;
		json_object_begin(j, NULL);
		json_string(j, "when", catalog_when(&m[i], when));
		json_u64(j, "guide_code", m[i].code);
		json_string(j, "guide_description", guide.description);
		json_string(j, "why", m[i].why);
		json_object_end(j);
	}
	json_array_end(j);
}

void catalog_json_entry(FILE *out, const struct catalog_entry *e, uint64_t code)
{
	struct json j;

	head(&j, out, e, code);
	json_string(&j, "name", e->name);
	essentials(&j, e);
	if (e->detail)
		json_string(&j, "detail", e->detail);
	readings(&j, e->readings);
	json_array_begin(&j, "causes");
	for (const char *const *cause = e->causes; *cause; cause++)
		json_string(&j, NULL, *cause);
	json_array_end(&j);
	checks(&j, "checks", e->checks, CATALOG_CONFIGURATION, CATALOG_PROVIDER);
	checks(&j, "practices", e->checks, CATALOG_PROVIDER, CATALOG_TOPICS);
	json_array_begin(&j, "related");
	for (const struct catalog_ref *r = e->related; r->registry != CATALOG_REGISTRIES; r++)
		reference(&j, NULL, r);
	json_array_end(&j);
	if (e->advice_of.registry != CATALOG_REGISTRIES)
		reference(&j, "advice_of", &e->advice_of);
	mappings(&j, e);
	json_object_end(&j);
	fputc('\n', out);
}

void catalog_json_list(FILE *out, enum catalog_registry registry)
{
	uint64_t first, last, end, next;
	struct catalog_entry e;

	catalog_registry_limits(registry, &first, &last);
	for (next = first; catalog_walk(registry, &next, &e, &end);) {
		struct json j;

		head(&j, out, &e, e.code);
		if (end != e.code)
			json_u64(&j, "last", end);
		else
			json_string(&j, "name", e.name);
		essentials(&j, &e);
		if (registry == CATALOG_GUIDE && end == e.code)
			mappings(&j, &e);
		json_object_end(&j);
		fputc('\n', out);
	}
}
