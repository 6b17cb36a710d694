// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/option_tables.h"
#include "cli/reporter_groups.h"
#include "sinks/sinks_change.h"
#include "util/log.h"
#include "util/privileges.h"

struct candidate {
	struct settings settings;
	struct configuration configuration;
	struct settings merged; /* the ones in force, with what can change of the others */
};

/* Number @n of the values of @option; NULL: it has not so many. */
static const struct config_origin *value_of(const struct config_origins *origins,
					    const struct option_spec *option, size_t n)
{
	for (size_t i = 0; i < origins->count; i++)
		if (origins->origin[i].option == option && n-- == 0)
			return &origins->origin[i];
	return NULL;
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool differs(const struct reload *r, const struct candidate *c,
		    const struct option_spec *option)
{
	for (size_t n = 0;; n++) {
		const struct config_origin *was = value_of(&r->configuration->origins, option, n);
		const struct config_origin *is = value_of(&c->configuration.origins, option, n);

		if (!was || !is)
			return was != is;
		if (!is_same(was->value, is->value))
			return true;
	}
}

/* Lists are made, and attacks looked for, by programs and tables that were loaded for it. */
static bool can_change(const struct reload *r, const struct candidate *c,
		       const struct option_spec *option)
{
	const struct settings *was = r->settings, *is = &c->settings;

	if (strcmp(option->name, "top") == 0)
		return !was->top.rows == !is->top.rows;
	if (strcmp(option->name, "attack-rate") == 0)
		return !was->attack.rate_min == !is->attack.rate_min;
	return option->reloads;
}

static void merge(const struct reload *r, struct candidate *c)
{
	c->merged = *r->settings;
	for (size_t i = 0; i < run_command.option_count; i++) {
		const struct option_spec *option = &run_command.options[i];

		if (can_change(r, c, option))
			memcpy((char *)&c->merged + option->offset,
			       (const char *)&c->settings + option->offset, option->size);
	}
}

/* The names of what differs: of what can change, or of what cannot. */
static void name_changes(const struct reload *r, const struct candidate *c, bool can, char *text,
			 size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i <= run_command.option_count && used < size; i++) {
		const struct option_spec *option = i < run_command.option_count
							   ? &run_command.options[i]
							   : &interface_option;

		if (differs(r, c, option) && can_change(r, c, option) == can)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
						 option->name);
	}
}

static void refuse(struct reload *r, const char *why)
{
	const struct event event = {.kind = EVENT_CONFIG_REFUSED, .reason = r->text};
	const struct log_about about = event_about(&event);

	r->refused = true;
	snprintf(r->configuration->config.fault, sizeof(r->configuration->config.fault), "%s", why);
	snprintf(r->text, sizeof(r->text), "the configuration stays as it was: %s", why);
	log_about(LOG_LEVEL_ERROR, &about, "%s", r->text);
	sinks_event(&r->reports->sinks, &event);
}

static void publish(struct reload *r, const struct candidate *c, const struct sinks_changed *sinks)
{
	const struct event event = {.kind = EVENT_CONFIG_RELOADED, .reason = r->text};
	const struct log_about about = event_about(&event);
	char changed[RELOAD_TEXT_MAX / 3], left[RELOAD_TEXT_MAX / 3];

	name_changes(r, c, true, changed, sizeof(changed));
	name_changes(r, c, false, left, sizeof(left));
	snprintf(r->text, sizeof(r->text),
		 "configuration read again; sinks opened: %u, closed: %u; changed: %s%s%s",
		 sinks->opened, sinks->closed, changed[0] ? changed : "no option",
		 left[0] ? "; needs a restart: " : "", left);
	/* Where nothing differs somebody has moved files: that is none's news, unless the files were wrong. */
	if (!changed[0] && !left[0] && !sinks->opened && !sinks->closed &&
	    !r->configuration->config.fault[0])
		return;
	log_about(left[0] ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, &about, "%s", r->text);
	sinks_event(&r->reports->sinks, &event);
}

/* All is right: from here on nothing fails but for lack of memory. */
static int apply(struct reload *r, struct candidate *c, const struct sinks_changed *sinks)
{
	bool names_any = c->configuration.count > 0;

	publish(r, c, sinks);
	attack_ignore_free(&r->settings->attack.ignore);
	memset(&c->settings.attack.ignore, 0, sizeof(c->settings.attack.ignore));
	*r->settings = c->merged;
	sampler_keep(r->sampler, top_keep(r->settings->top.rows));
	configuration_replace(r->configuration, &c->configuration);
	/* No start would be possible with one that names no interface. */
	if (names_any)
		last_good_keep(r->last_good, &r->configuration->config,
			       configuration_path(r->configuration));
	return groups_follow_settings(r->reports, r->settings);
}

static int try(struct reload *r, struct candidate *c)
{
	struct configuration *new = &c->configuration;
	struct sinks_changed sinks;
	char why[SINK_NAME_MAX + 32];

	settings_init(&c->settings);
	if (configuration_read(new, &run_command, r->configuration->argc, r->configuration->argv,
			       &c->settings) != 0) {
		refuse(r, new->config.first_error[0] ? new->config.first_error
						     : "its values do not go together");
		return 0;
	}
	merge(r, c);
	if (settings_check(&c->merged) < 0) {
		refuse(r, "its values do not go with those that cannot change");
		return 0;
	}
	if (attack_ignore_ready(&c->settings.attack.ignore) < 0) {
		log_error("out of memory");
		return -ENOMEM;
	}
	c->merged.attack.ignore = c->settings.attack.ignore;
	if (sinks_change(&r->reports->sinks, &c->merged.sinks, &sinks) < 0) {
		snprintf(why, sizeof(why), "sink %s cannot be opened", sinks.wrong);
		refuse(r, why);
		return 0;
	}
	return apply(r, c, &sinks);
}

/* Files are read and sinks opened in a thread without capabilities; the one that counts waits for it. */
static int reload_without(void *arg)
{
	struct reload *r = arg;
	struct candidate *c = calloc(1, sizeof(*c));
	int err;

	if (!c) {
		log_error("out of memory");
		return -ENOMEM;
	}
	err = try(r, c);
	sinks_reopen(&r->reports->sinks);
	configuration_free(&c->configuration);
	settings_free(&c->settings);
	free(c);
	return err;
}

int reload(struct reload *r)
{
	return privileges_call_without(reload_without, r);
}
