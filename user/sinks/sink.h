/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A kind of sink: a place that reports can be sent to by --sink KIND:ADDRESS[,OPTION=VALUE...], any
 * number of them at once. docs/architecture.md says how one is added.
 *
 * All functions but open() and start() are called by the thread that counts, which nothing may hold up:
 * none of them waits for a receiver. What has to wait does so in a thread of the sink's own (sender.h has one).
 */
#ifndef RCODEWATCH_SINK_H
#define RCODEWATCH_SINK_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>

#include "analysis/alert.h"
#include "report/code_history.h"
#include "report/event.h"
#include "util/options.h"
#include "report/report.h"
#include "report/transactions.h"
#include "sinks/sink_queue.h"
#include "report/snapshot.h"
#include "util/clock.h"

#define SINK_ADDRESS_MAX      512 /* bytes, with the final NUL */
#define SINK_NAME_MAX         (SINK_ADDRESS_MAX + 16)
#define SINK_SETTINGS_MAX     4096 /* bytes for the settings of any kind */
#define SINK_INTERVAL_DEFAULT (10 * NS_PER_S)
#define INTERVAL_MIN_NS       (100 * NS_PER_MS) /* of all reports */
#define SINK_QUEUE_DEFAULT    (4u << 20)

struct sink_kind;

/* What --sink says. Plain bytes: may be copied. */
struct sink_spec {
	const struct sink_kind *kind;
	char name[SINK_NAME_MAX]; /* KIND:ADDRESS, as messages and events call it */
	long long interval_ns;    /* 0: not said */
	size_t queue_max;         /* bytes, of kinds that queue */
	bool no_names;            /* it gets batches without names: without_names.h */
	alignas(max_align_t) char settings[SINK_SETTINGS_MAX]; /* the kind's own */
};

/* One interface and direction of a batch. */
struct batch_part {
	struct report report;
	const struct snapshot *now; /* all counts since the start, for those that want these */
};

struct sinks;
struct kernel_cost;

/* All that is reported at one time to the sinks of one interval. Valid during the call. */
struct batch {
	const struct batch_part *part;
	size_t parts;
	const struct txn_report *transactions; /* by side */
	size_t sides; /* 0: no transactions are followed, or nothing is watched */
	const struct alert
		*alerts; /* under way or just ended, as of the last evaluation; by importance */
	size_t alert_count;
	const struct code_history *history; /* of the time before; NULL: not known */
	const struct sinks *sinks;      /* for sinks_status(): what became of everyone's messages */
	const struct kernel_cost *cost; /* kernel_cost.h; NULL: not known */
	bool config_wrong; /* the configuration files are, as last read, and those before in force */
	const char *status; /* of the monitor, for kinds that want it: a line of JSON; NULL: none */
	size_t status_size;
};

#define SINK_WHY_MAX 192

struct sink_status {
	struct sink_counts counts;
	bool lost;              /* the receiver cannot be reached, or the file not be written */
	bool gone;              /* it has hung up and wants no more: nothing is lost or published */
	uint64_t times_lost;    /* how often that began */
	char why[SINK_WHY_MAX]; /* for the last time; "" before the first */
};

/* A sink at work. */
struct sink {
	const struct sink_spec *spec; /* a copy of its own */
	bool fixed;                   /* not one of sinks_open(): sinks_change() leaves it alone */
	int notice_fd;                /* eventfd; add 1 to it when sink_status has changed */
	void *state;                  /* the kind's, from open() to close() */
	struct sink_status logged;    /* how much of it the events have published */
};

struct sink_kind {
	const char *name;    /* "json" */
	const char *address; /* how it is written: "FILE|unix:PATH|tcp:HOST:PORT" */
	const char *summary; /* a line for the list of kinds */
	const char
		*place; /* the address where there is none: --sink KIND; NULL: there must be one */
	/* Their fields are in the struct sink_spec: SINK_FIELD(). */
	const struct option_spec *options;
	size_t option_count;
	long long interval_ns; /* when the user names none; 0: SINK_INTERVAL_DEFAULT */
	bool wants_status;     /* batch.status is made for it */

	/* Put the defaults and @address into spec->settings, which is zeroed. 0 or -EINVAL with @why. */
	int (*prepare)(struct sink_spec *spec, const char *address, char why[OPTION_WHY_MAX]);
	/* After all options: do they go together? May be NULL. 0 or -EINVAL with @why. */
	int (*check)(const struct sink_spec *spec, char why[OPTION_WHY_MAX]);

	/*
	 * Before anything is attached to, in a thread without capabilities and as the user of --user: make
	 * state, read and open files, see whether all will work. 0, or a negative errno, logged.
	 */
	int (*open)(struct sink *sink);
	/* Once all is attached to, in such a thread: start threads. 0, or a negative errno, logged. */
	int (*start)(struct sink *sink);
	void (*report)(struct sink *sink, const struct batch *batch);
	void (*event)(struct sink *sink, const struct event *event);
	/* An alert that is news: at once, whatever the sink's interval. May be NULL. */
	void (*alert)(struct sink *sink, const struct alert *alert);
	bool listens; /* at its address, where no second one can */
	/* Whether SIGHUP is for this sink, and what it does then. Both may be NULL. */
	bool (*reopens)(const struct sink_spec *spec);
	void (*reopen)(struct sink *sink);
	void (*status)(const struct sink *sink, struct sink_status *status);
	/* Nothing more will come: send what is queued until @until_ns (CLOCK_MONOTONIC). Only if
	 * started; does not wait. */
	void (*stop)(struct sink *sink, long long until_ns);
	/* Wait for that, count what is left as lost. After it status() still answers. */
	void (*join)(struct sink *sink);
	/* Free state, opened or started or not. */
	void (*close)(struct sink *sink);
};

/* For the option tables of kinds: the place of @member in settings of @type, within a struct sink_spec. */
#define SINK_FIELD(type, member)                                                 \
	.offset = offsetof(struct sink_spec, settings) + offsetof(type, member), \
	.size = sizeof(((type *)NULL)->member)

extern const struct option_word sink_names_words[];

/* Each the inside of an element of an option table. */
#define SINK_INTERVAL_RANGE                                                           \
	OPTION_SECONDS, OPTION_FIELD(struct sink_spec, interval_ns), INTERVAL_MIN_NS, \
		86400 * NS_PER_S
#define SINK_OPTION_INTERVAL                                                              \
	"interval", 0, "SECONDS",                                                         \
		"time from report to report, a multiple of --interval\nif that is given " \
		"(default 10, or the next multiple)",                                     \
		SINK_INTERVAL_RANGE
#define SINK_OPTION_NAMES                                                                        \
	"names", 0, "WORD",                                                                      \
		"all (default); none: no names of domains, addresses,\ntexts of errors, advice " \
		"and alerts",                                                                    \
		OPTION_WORD, OPTION_FIELD(struct sink_spec, no_names), .words = sink_names_words
#define SINK_OPTION_QUEUE                                                                    \
	"queue", 0, "MIB",                                                                   \
		"most memory for what waits for the receiver, 1 to\n1024; when it is full, " \
		"the oldest is lost (default 4)",                                            \
		OPTION_NUMBER, OPTION_FIELD(struct sink_spec, queue_max), 1, 1024, 1ul << 20

#endif
