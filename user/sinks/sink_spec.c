// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* --sink KIND:ADDRESS[,OPTION=VALUE...], and the table of kinds that it is read by. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sinks/sinks.h"

/* Each in a file NAME.c; an optional one stands between #ifdefs. */
extern const struct sink_kind json_kind;
extern const struct sink_kind syslog_kind;
#ifdef HAVE_RDKAFKA
extern const struct sink_kind kafka_kind;
#endif
#ifdef HAVE_MICROHTTPD
extern const struct sink_kind prometheus_kind;
#endif

const struct option_word sink_names_words[] = {{"all", false}, {"none", true}, {0}};

const struct sink_kind *const sink_kinds[] = {
	&json_kind,
	&syslog_kind,
#ifdef HAVE_RDKAFKA
	&kafka_kind,
#endif
#ifdef HAVE_MICROHTTPD
	&prometheus_kind,
#endif
};
const size_t sink_kind_count = sizeof(sink_kinds) / sizeof(sink_kinds[0]);

const char *sink_kind_list(void)
{
	static char list[128];
	size_t used = 0;

	for (size_t i = 0; i < sink_kind_count && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "",
					 sink_kinds[i]->name);
	return list;
}

const struct sink_kind *sink_kind_find(const char *name, size_t length)
{
	for (size_t i = 0; i < sink_kind_count; i++)
		if (strlen(sink_kinds[i]->name) == length &&
		    memcmp(sink_kinds[i]->name, name, length) == 0)
			return sink_kinds[i];
	return NULL;
}

void sink_kinds_summary(void)
{
	printf("\nSinks:\n");
	for (size_t i = 0; i < sink_kind_count; i++)
		printf("  %s:%s\n%26s%s\n", sink_kinds[i]->name, sink_kinds[i]->address, "",
		       sink_kinds[i]->summary);
}

static void show_kinds(void)
{
	printf("--sink KIND:ADDRESS[,OPTION=VALUE...] sends reports and events there. In\n"
	       "addresses and values \\, is a comma and \\\\ a backslash.\n");
	sink_kinds_summary();
	printf("\n--sink KIND:help shows the options of a kind.\n");
}

static void show_kind(const struct sink_kind *kind)
{
	printf("--sink %s:%s[,OPTION=VALUE...]\n%s\n\nOptions:\n", kind->name, kind->address,
	       kind->summary);
	for (size_t i = 0; i < kind->option_count; i++)
		option_print_plain(&kind->options[i]);
}

/*
 * Cut the first part off *@rest, up to a comma, and put it into @part without its escapes. False if it
 * is too long.
 */
static bool cut_part(const char **rest, char *part, size_t size)
{
	const char *c = *rest;
	size_t used = 0;

	for (; *c && *c != ','; c++) {
		if (*c == '\\' && (c[1] == ',' || c[1] == '\\'))
			c++;
		if (used + 1 >= size)
			return false;
		part[used++] = *c;
	}
	part[used] = '\0';
	*rest = *c ? c + 1 : NULL;
	return true;
}

const struct option_spec *sink_option_find(const struct sink_kind *kind, const char *name)
{
	for (size_t i = 0; i < kind->option_count; i++)
		if (strcmp(kind->options[i].name, name) == 0)
			return &kind->options[i];
	return NULL;
}

static int set_option(struct sink_spec *spec, char *part, char why[OPTION_WHY_MAX])
{
	char reason[OPTION_WHY_MAX] = "", *value = strchr(part, '=');
	const struct option_spec *o;

	if (value)
		*value++ = '\0';
	o = sink_option_find(spec->kind, part);
	if (!o) {
		snprintf(why, OPTION_WHY_MAX, "no option '%.60s'; --sink %s:help lists them", part,
			 spec->kind->name);
		return -EINVAL;
	}
	if (o->argument && !value)
		snprintf(reason, sizeof(reason), "needs a value");
	else if (!o->argument && value)
		snprintf(reason, sizeof(reason), "takes no value");
	else if (option_set(o, spec, value, reason) == 0)
		return 0;
	snprintf(why, OPTION_WHY_MAX, "%s: %.120s", o->name, reason);
	return -EINVAL;
}

int sink_spec_begin(struct sink_spec *spec, const char *kind, const char *address,
		    char why[OPTION_WHY_MAX])
{
	const struct sink_kind *found = sink_kind_find(kind, strlen(kind));

	*spec = (struct sink_spec){.kind = found, .queue_max = SINK_QUEUE_DEFAULT};
	if (!address[0] && found->place)
		address = found->place;
	if (strlen(address) >= SINK_ADDRESS_MAX) {
		snprintf(why, OPTION_WHY_MAX, "the address is longer than %d bytes",
			 SINK_ADDRESS_MAX - 1);
		return -EINVAL;
	}
	snprintf(spec->name, sizeof(spec->name), "%s:%s", found->name, address);
	return found->prepare(spec, address, why);
}

int sink_spec_finish(const struct sink_spec *spec, char why[OPTION_WHY_MAX])
{
	return spec->kind->check ? spec->kind->check(spec, why) : 0;
}

static int parse(struct sink_spec *spec, const struct sink_kind *kind, const char *address,
		 char why[OPTION_WHY_MAX])
{
	char part[SINK_ADDRESS_MAX];
	const char *rest = address;
	int err = 0;

	if (!cut_part(&rest, part, sizeof(part))) {
		snprintf(why, OPTION_WHY_MAX, "the address is longer than %d bytes",
			 SINK_ADDRESS_MAX - 1);
		return -EINVAL;
	}
	err = sink_spec_begin(spec, kind->name, part, why);
	while (!err && rest) {
		if (cut_part(&rest, part, sizeof(part))) {
			err = set_option(spec, part, why);
		} else {
			snprintf(why, OPTION_WHY_MAX, "an option is longer than %d bytes",
				 SINK_ADDRESS_MAX - 1);
			err = -EINVAL;
		}
	}
	return err ? err : sink_spec_finish(spec, why);
}

bool sink_help_asked(const char *text)
{
	size_t kind = strcspn(text, ":,");

	return strcmp(text, "help") == 0 ||
	       (strcmp(text + kind, ":help") == 0 && sink_kind_find(text, kind));
}

int sink_specs_add(void *into, const char *text, char why[OPTION_WHY_MAX])
{
	struct sink_specs *specs = into;
	size_t length = strcspn(text, ":,");
	const struct sink_kind *kind = sink_kind_find(text, length);
	struct sink_spec *spec;
	bool placed = text[length] == ':';
	int err;

	if (strcmp(text, "help") == 0) {
		show_kinds();
		return OPTION_SHOWN;
	}
	if (!kind || !(placed || kind->place)) {
		snprintf(why, OPTION_WHY_MAX,
			 "must be KIND:ADDRESS, the kind one of %.80s; --sink help tells more",
			 sink_kind_list());
		return -EINVAL;
	}
	if (strcmp(text + length, ":help") == 0) {
		show_kind(kind);
		return OPTION_SHOWN;
	}
	if (specs->count == SINKS_MAX) {
		snprintf(why, OPTION_WHY_MAX, "at most %d sinks", SINKS_MAX);
		return -EINVAL;
	}
	spec = &specs->spec[specs->count];
	err = parse(spec, kind, text + length + placed, why);
	if (!err)
		specs->count++;
	return err;
}

bool sink_specs_reopen(const struct sink_specs *specs)
{
	for (size_t i = 0; i < specs->count; i++) {
		const struct sink_kind *kind = specs->spec[i].kind;

		if (kind->reopens && kind->reopens(&specs->spec[i]))
			return true;
	}
	return false;
}
