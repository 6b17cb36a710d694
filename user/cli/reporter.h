/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From the snapshots of `run` to everyone who gets reports: standard output and sinks, each at its
 * own interval. All of one interval see the same reports, and only these.
 */
#ifndef RCODEWATCH_REPORTER_H
#define RCODEWATCH_REPORTER_H

#include "cli/reporter_state.h"

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

/* Tell the sinks what has been attached and detached since the last time, and that the attacher has ended. */
void reporter_hooks(struct reporter *reports, const struct watch *watch);
/* The same at the end, when all has been detached. */
void reporter_detached(struct reporter *reports, const struct watch *watch);

#endif
