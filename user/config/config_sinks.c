// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config/config_sinks.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NAMES_MAX 40
#define ENABLED   "enabled"

struct section {
	struct config *config;
	const struct config_value *head; /* its first line */
	struct sink_spec spec;
	bool wrong;
};

static const char *const enabled_words[] = {"yes", "no"};

/* Whether it is "sink NAME", whose name is a word. */
static bool is_sink(const char *section)
{
	const char *name = section + 4;

	if (strncmp(section, "sink", 4) != 0 || (*name != ' ' && *name != '\t'))
		return false;
	name += strspn(name, " \t");
	return *name && !strpbrk(name, " \t");
}

static bool is_of(const struct section *s, const struct config_value *v)
{
	return strcmp(v->section, s->head->section) == 0;
}

static bool is_first(const struct config *config, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(config->values[j].section, config->values[i].section) == 0)
			return false;
	return true;
}

/* The last line of the section that has a value for @name; NULL: there is none. */
static const struct config_value *value_of(const struct section *s, const char *name)
{
	const struct config_value *found = NULL;

	for (size_t i = 0; i < s->config->count; i++) {
		const struct config_value *v = &s->config->values[i];

		if (is_of(s, v) && strcmp(v->name, name) == 0)
			found = v->value[0] ? v : NULL;
	}
	return found;
}

static void twice(struct section *s)
{
	struct config *config = s->config;

	for (size_t i = 0; i < config->count; i++) {
		const struct config_value *v = &config->values[i];

		for (size_t j = 0; is_of(s, v) && v->name[0] && v->value[0] && j < i; j++) {
			const struct config_value *other = &config->values[j];

			if (is_of(s, other) && other->file == v->file && other->value[0] &&
			    strcmp(other->name, v->name) == 0) {
				config_error(config, v->file, v->line, "%s is in line %u already",
					     v->name, other->line);
				s->wrong = true;
				break;
			}
		}
	}
}

static void unknown(struct section *s, const struct sink_kind *kind, const struct config_value *v)
{
	const char *names[NAMES_MAX] = {"kind", "address", ENABLED}, *nearest;
	size_t count = 3;

	for (size_t i = 0; i < kind->option_count && count < NAMES_MAX; i++)
		names[count++] = kind->options[i].name;
	nearest = config_nearest(v->name, names, count);
	if (nearest)
		config_error(s->config, v->file, v->line,
			     "a sink of kind %s has no option '%s': did you mean %s?", kind->name,
			     v->name, nearest);
	else
		config_error(s->config, v->file, v->line,
			     "a sink of kind %s has no option '%s'; --sink %s:help lists them",
			     kind->name, v->name, kind->name);
	s->wrong = true;
}

static void wrong_kind(struct section *s, const struct config_value *kind)
{
	const char *names[NAMES_MAX], *nearest;
	size_t count = 0;

	s->wrong = true;
	if (!kind) {
		config_error(s->config, s->head->file, s->head->line,
			     "[%s] needs a kind: one of %s", s->head->section, sink_kind_list());
		return;
	}
	for (size_t i = 0; i < sink_kind_count && count < NAMES_MAX; i++)
		names[count++] = sink_kinds[i]->name;
	nearest = config_nearest(kind->value, names, count);
	config_error(s->config, kind->file, kind->line, "kind: must be one of %s%s%s%s",
		     sink_kind_list(), nearest ? ": did you mean " : "", nearest ? nearest : "",
		     nearest ? "?" : "");
}

/* Of which the kind knows nothing. */
static bool is_own(const char *name)
{
	return !name[0] || strcmp(name, "kind") == 0 || strcmp(name, "address") == 0 ||
	       strcmp(name, ENABLED) == 0;
}

static void check_names(struct section *s, const struct sink_kind *kind)
{
	for (size_t i = 0; i < s->config->count; i++) {
		const struct config_value *v = &s->config->values[i];

		if (is_of(s, v) && !is_own(v->name) && !sink_option_find(kind, v->name))
			unknown(s, kind, v);
	}
}

/* The kind, whether it has options of all these names, and the address. */
static void begin(struct section *s)
{
	const struct config_value *kind = value_of(s, "kind"), *address = value_of(s, "address");
	const struct config_value *at = address ? address : s->head;
	const struct sink_kind *found = kind ? sink_kind_find(kind->value, strlen(kind->value))
					     : NULL;
	char why[OPTION_WHY_MAX];

	if (!found) {
		wrong_kind(s, kind);
		return;
	}
	check_names(s, found);
	if (sink_spec_begin(&s->spec, kind->value, address ? address->value : "", why) < 0 &&
	    !s->wrong) {
		config_error(s->config, at->file, at->line, "address: %s", why);
		s->wrong = true;
	}
}

/* The line that is in force. */
static void set(struct section *s, const struct config_value *v)
{
	char why[OPTION_WHY_MAX];

	if (value_of(s, v->name) == v &&
	    option_set(sink_option_find(s->spec.kind, v->name), &s->spec, v->value, why) < 0) {
		config_error(s->config, v->file, v->line, "%s: %s", v->name, why);
		s->wrong = true;
	}
}

static bool is_enabled(struct section *s)
{
	const struct config_value *v = value_of(s, ENABLED);

	if (!v || strcmp(v->value, enabled_words[0]) == 0)
		return true;
	if (strcmp(v->value, enabled_words[1]) == 0)
		return false;
	config_error(s->config, v->file, v->line, ENABLED ": must be yes or no");
	s->wrong = true;
	return false;
}

static int note_origins(const struct section *s, struct config_origins *origins)
{
	int err = 0;

	for (size_t i = 0; i < s->config->count && !err; i++) {
		const struct config_value *v = &s->config->values[i];

		if (is_of(s, v) && v->name[0] && value_of(s, v->name) == v)
			err = config_origins_add(origins, &(struct config_origin){
								  .section = v->section,
								  .name = v->name,
								  .value = v->value,
								  .file = v->file,
								  .line = v->line,
							  });
	}
	return err;
}

static int apply_section(struct section *s, struct sink_specs *specs,
			 struct config_origins *origins)
{
	struct config *config = s->config;
	char why[OPTION_WHY_MAX];
	bool enabled = is_enabled(s);

	twice(s);
	begin(s);
	for (size_t i = 0; i < config->count && !s->wrong; i++)
		if (is_of(s, &config->values[i]) && !is_own(config->values[i].name))
			set(s, &config->values[i]);
	if (!s->wrong && sink_spec_finish(&s->spec, why) < 0) {
		config_error(config, s->head->file, s->head->line, "[%s]: %s", s->head->section,
			     why);
		s->wrong = true;
	}
	if (s->wrong || !enabled)
		return 0;
	if (specs->count == SINKS_MAX) {
		config_error(config, s->head->file, s->head->line, "at most %d sinks", SINKS_MAX);
		return 0;
	}
	specs->spec[specs->count++] = s->spec;
	return origins ? note_origins(s, origins) : 0;
}

int config_sinks(struct config *config, void *sinks, struct config_origins *origins)
{
	int err = 0;

	for (size_t i = 0; i < config->count && !err; i++) {
		const struct config_value *v = &config->values[i];
		struct section section = {.config = config, .head = v};

		if (!v->section[0] || !is_first(config, i))
			continue;
		if (is_sink(v->section))
			err = apply_section(&section, sinks, origins);
		else
			config_error(
				config, v->file, v->line,
				"no section [%s]: there are sections of sinks alone, [sink NAME]",
				v->section);
	}
	return err;
}
