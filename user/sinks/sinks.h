/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The kinds of sinks that were built in, and the sinks at work. */
#ifndef RCODEWATCH_SINKS_H
#define RCODEWATCH_SINKS_H

#include "sinks/sink.h"

#define SINKS_MAX 16

extern const struct sink_kind *const sink_kinds[];
extern const size_t sink_kind_count;

/* "json, syslog": what was built in. */
const char *sink_kind_list(void);

struct sink_specs {
	struct sink_spec spec[SINKS_MAX];
	size_t count;
};

/* Print a line for each kind, for the help of a command. */
void sink_kinds_summary(void);

/* The kind of that name, of @length bytes; NULL: there is none. */
const struct sink_kind *sink_kind_find(const char *name, size_t length);
/* The option of that name; NULL: @kind has none. */
const struct option_spec *sink_option_find(const struct sink_kind *kind, const char *name);

/*
 * A sink piece by piece: its kind, which there must be, and address; then options by option_set() into @spec; then whether
 * they go together. 0, or -EINVAL with @why.
 */
int sink_spec_begin(struct sink_spec *spec, const char *kind, const char *address,
		    char why[OPTION_WHY_MAX]);
int sink_spec_finish(const struct sink_spec *spec, char why[OPTION_WHY_MAX]);

/* Whether what --sink says is help, or KIND:help. */
bool sink_help_asked(const char *text);

/*
 * Add what --sink says to a struct sink_specs. 0; OPTION_SHOWN if that asked for help ("help", "KIND:help"), which is on
 * standard output then; -EINVAL with @why and nothing added.
 */
int sink_specs_add(void *specs, const char *text, char why[OPTION_WHY_MAX]);

/* Whether SIGHUP is for any of them. */
bool sink_specs_reopen(const struct sink_specs *specs);

struct sinks {
	struct sink sink[SINKS_MAX + 1]; /* standard output is one more */
	size_t count;
	int notice_fd; /* readable when sinks_notices() has something to tell */
	const char *host, *instance;
	const struct labels *labels;
	bool started;
	struct sink_retired *retired; /* flushing their queues in threads of their own */
};

/*
 * Open all, before anything is attached to, in a thread without capabilities. @host and the others go into
 * events; they stay the caller's and must outlive @sinks. 0, or a negative errno, logged, with
 * nothing open.
 */
int sinks_open(struct sinks *sinks, const struct sink_specs *specs, const char *host,
	       const char *instance, const struct labels *labels);
/* The same with one more, of which there is room for one. 0, or a negative errno, logged. */
int sinks_add(struct sinks *sinks, const struct sink_spec *spec);
/*
 * Pieces of these, for sinks_change(): open @sink, which is zeroed, by a copy of @spec. 0, or a negative errno, logged.
 */
int sink_open(const struct sinks *sinks, struct sink *sink, const struct sink_spec *spec);
/* Flush what it has queued, if it was started, for a few seconds at most; say what is lost; free all of it. */
void sink_close(struct sink *sink, bool started);
/* The same in a thread that is waited for by sinks_close(). @sink is copied. */
void sinks_retire(struct sinks *sinks, struct sink *sink);

/* Once all is attached to, in such a thread. 0 or a negative errno, logged. */
int sinks_start(struct sinks *sinks);
/* To all of them; time, host, instance and labels are filled in here. */
void sinks_event(struct sinks *sinks, const struct event *event);
/* To those of that interval. 0, or -ENOMEM with some not told. */
int sinks_report(struct sinks *sinks, int64_t interval_ns, const struct batch *batch);
/* To all that take alerts: those of the @count at @alerts that are news. */
void sinks_alerts(struct sinks *sinks, const struct alert *alerts, size_t count);
/* Tell, on standard error and to the sinks, which ones were lost or are back, and what was lost. */
void sinks_notices(struct sinks *sinks);
/* SIGHUP. */
void sinks_reopen(struct sinks *sinks);
/* What became of the messages of sink number @i. After the end of it, what is queued is lost too. */
struct sink_status sinks_status(const struct sinks *sinks, size_t i);
/* Give all of them, at the same time, a few seconds to get rid of what is queued. */
void sinks_stop(struct sinks *sinks);
/* Stop them, tell what is lost then, and free everything. Harmless if nothing is open. */
void sinks_close(struct sinks *sinks);

#endif
