/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Something that happened to the monitoring itself, as every sink gets it. */
#ifndef RCODEWATCH_EVENT_H
#define RCODEWATCH_EVENT_H

#include <stdint.h>

#include "report/labels.h"

/* X(suffix, name in reports): docs/json.md explains them. */
#define EVENT_KINDS(X)                        \
	X(ATTACHED, "attached")               \
	X(DETACHED, "detached")               \
	X(SINK_LOST, "sink_lost")             \
	X(SINK_BACK, "sink_back")             \
	X(LOSS_BEGAN, "loss_began")           \
	X(LOSS_ENDED, "loss_ended")           \
	X(CONFIG_RELOADED, "config_reloaded") \
	X(CONFIG_REFUSED, "config_refused")   \
	X(CONFIG_LAST_GOOD, "config_last_good")

#define EVENT_ENUM(suffix, name) EVENT_##suffix,
enum event_kind { EVENT_KINDS(EVENT_ENUM) EVENT_KIND_COUNT };

extern const char *const event_names[EVENT_KIND_COUNT];

/* Strings are the caller's and live as long as the call that is given the event. */
struct event {
	enum event_kind kind;
	int64_t time_ns; /* since 1970-01-01 UTC */
	const char *host, *instance;
	const struct labels *labels;
	/* EVENT_ATTACHED and EVENT_DETACHED; hook is the one that there is or was. */
	const char *interface, *direction, *hook;
	/* Those of sinks: which one, and how many of its messages have been lost since the start. */
	const char *sink;
	uint64_t lost;
	const char *reason; /* NULL: there is none to tell */
};

#endif
