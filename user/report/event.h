/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Something that happened to the monitoring itself, as every sink gets it. */
#ifndef RCODEWATCH_EVENT_H
#define RCODEWATCH_EVENT_H

#include <stdint.h>

#include "report/labels.h"
#include "util/log.h"

/* X(suffix, name in reports: docs/json.md explains them, MESSAGE_ID of the journal: made by systemd-id128 new). */
#define EVENT_KINDS(X)                                                              \
	X(ATTACHED, "attached", "93387c85e6a24c56a1f1b4114dcce15d")                 \
	X(DETACHED, "detached", "6288ff32172742c09cc1da1036521da0")                 \
	X(SINK_LOST, "sink_lost", "0b5a0fb13b594dec952b177bba828869")               \
	X(SINK_BACK, "sink_back", "4764e215eca24af8af3381cf888d8cee")               \
	X(LOSS_BEGAN, "loss_began", "253a425a814a4a4db401255b16b0de20")             \
	X(LOSS_ENDED, "loss_ended", "e503d818c00e492dbb66bf466cb3f38a")             \
	X(CONFIG_RELOADED, "config_reloaded", "b8726b6213d646aea2551574346366e4")   \
	X(CONFIG_REFUSED, "config_refused", "4b649f0743d24b2fa6de2bb986f6b62a")     \
	X(CONFIG_LAST_GOOD, "config_last_good", "bf14b0d5bda34d55837e056251e47542") \
	X(ATTACHER_ENDED, "attacher_ended", "aafafc21341e4a1ca681d2b196703026")

#define EVENT_ENUM(suffix, name, id) EVENT_##suffix,
enum event_kind { EVENT_KINDS(EVENT_ENUM) EVENT_KIND_COUNT };

extern const char *const event_names[EVENT_KIND_COUNT];
extern const char *const event_ids[EVENT_KIND_COUNT]; /* of 32 hexadecimal digits */

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

/* What a message of the log about @event is about. It points to what @event points to. */
struct log_about event_about(const struct event *event);

#endif
