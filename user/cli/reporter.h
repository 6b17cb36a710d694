/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From the snapshots of `run` to everyone who gets reports: standard output and sinks, each at its
 * own interval. All of one interval see the same reports, and only these.
 */
#ifndef RCODEWATCH_REPORTER_H
#define RCODEWATCH_REPORTER_H

#include "analysis/attacks.h"
#include "analysis/report_series.h"
#include "report/history_store.h"
#include "control/status.h"
#include "report/identity.h"
#include "loader/kept_record.h"
#include "loader/kernel_cost.h"
#include "cli/settings.h"
#include "sinks/sinks.h"
#include "report/snapshot.h"
#include "loader/watch.h"

/* Those with one interval. */
struct report_group {
	int64_t interval_ns;
	int64_t period; /* which of the wall clock's intervals the last report was made in */
	struct report_series series;
	struct kernel_cost cost; /* as of the last report */
};

struct reporter {
	const struct settings *settings;
	struct identity identity;
	struct sink_spec stdout_spec;
	struct sinks sinks; /* those of --sink, then standard output if it is used */
	struct attacks attacks[2];
	/* The first has one step as its interval: alerts go to all sinks then. */
	struct report_group group[SINKS_MAX + 2];
	size_t groups;
	struct batch_part *part; /* of the batch, by point */
	size_t points;
	struct kernel_cost cost; /* the caller renews it before each batch */
	uint64_t batches;  /* that --count counts: of standard output, or what would go there */
	struct kept *kept; /* where reports are noted for the next run; not owned */
	bool resumed;      /* an earlier run's are continued */
	struct history_store *history; /* of the first group's reports */
	const struct config *files;    /* of the configuration, for the status; NULL: none */
	int64_t started_ns;            /* since 1970-01-01 UTC */
	struct control_point *status;  /* by point */
	/* What events have said. */
	enum hook logged[MAX_INTERFACES][DIRECTION_COUNT];
	char logged_name[MAX_INTERFACES][IF_NAMESIZE];
};

/*
 * Before anything is attached to: an identity, standard output, all sinks opened, which takes a thread
 * without capabilities. @settings, @suffixes and @kept stay the caller's; @kept has the identity of an earlier run, or
 * gets that of this one. 0, or a negative errno, logged, with nothing open.
 */
int reporter_open(struct reporter *reports, struct settings *settings, struct suffixes *suffixes,
		  struct kept *kept, size_t points);
/*
 * Go on with reports where an earlier run has ended, which had reported @before. Before reporter_start(). 0 or
 * -ENOMEM.
 */
int reporter_resume(struct reporter *reports, const struct snapshot_set *before);
/* Once all is attached to, in such a thread: counting begins now. 0 or a negative errno, logged. */
int reporter_start(struct reporter *reports);
/*
 * Flush sinks and standard output, a few seconds at most. EXIT_DONE, or EXIT_FAILED if standard output has
 * not got all there was, unless its reader has gone.
 */
int reporter_close(struct reporter *reports);

/*
 * Report @now to those whose interval has ended; to all, if it is the @last batch. Nothing waits. 0, the
 * negative errno of reporter_notices(), or of lack of memory.
 */
int reporter_show(struct reporter *reports, const struct watch *watch,
		  const struct hook_config *config, const struct snapshot_set *now, bool last);

/*
 * When sinks.notice_fd is readable: tell what became of sinks. 0; -EPIPE if the reader of standard output
 * has gone; -EIO, logged, if that cannot be written to and there is no sink besides.
 */
int reporter_notices(struct reporter *reports);

/* Write what `rcodewatch status` shows, one line of JSON, to @out. The caller has renewed reports->cost. */
void reporter_status(const struct reporter *reports, const struct watch *watch,
		     const struct hook_config *config, FILE *out);

/* Of a reading without a report: keep its lists, as the next reading does not have them. 0 or -ENOMEM. */
int reporter_gather(struct reporter *reports, const struct snapshot_set *now);

/*
 * The settings, which are those of reporter_open(), have changed, and the sinks with them (sinks_change()): make reports at
 * the intervals that are wanted now, with what they say now. What goes on at the same interval is not interrupted. 0 or
 * -ENOMEM, logged.
 */
int reporter_follow_settings(struct reporter *reports, struct settings *settings,
			     struct suffixes *suffixes);

/* Tell the sinks what has been attached and detached since the last time. */
void reporter_hooks(struct reporter *reports, const struct watch *watch);
/* The same at the end, when all has been detached. */
void reporter_detached(struct reporter *reports, const struct watch *watch);

#endif
