/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The state of `run`'s reports. For reporter*.c; others use it through reporter.h. */
#ifndef RCODEWATCH_REPORTER_STATE_H
#define RCODEWATCH_REPORTER_STATE_H

#include "analysis/alerts.h"
#include "analysis/alerts_store.h"
#include "analysis/report_series.h"
#include "report/history_store.h"
#include "control/latest.h"
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
	struct txn_counts txn;   /* since the last report */
	/* Messages since the start, by side: queries and responses. */
	uint64_t queries[TXN_SIDES], responses[TXN_SIDES];
};

struct reporter {
	const struct settings *settings;
	struct identity identity;
	struct sink_spec stdout_spec;
	struct sinks sinks; /* those of --sink, then standard output if it is used */
	struct attacks attacks;
	struct alerts alerts;              /* of the reports of the alerts' interval */
	struct alerts_store *alerts_store; /* by which these go on over a restart */
	/* The first has one step as its interval. */
	struct report_group group[SINKS_MAX + 3];
	size_t groups;
	struct batch_part *part; /* of the batch, by point */
	size_t points;
	struct txn_report transactions[TXN_SIDES]; /* of the batch */
	struct kernel_cost cost;                   /* the caller renews it before each batch */
	uint64_t batches;    /* that --count counts: of standard output, or what would go there */
	struct kept *kept;   /* where reports are noted for the next run; not owned */
	bool resumed;        /* an earlier run's are continued */
	bool follows;        /* transactions */
	bool alerts_refused; /* too many at a time: that is logged */
	struct history_store *history; /* of the first group's reports */
	const char *no_transactions; /* why none are followed; NULL: they are. The caller sets it */
	const struct config *files;  /* of the configuration, for the status; NULL: none */
	int64_t started_ns;          /* since 1970-01-01 UTC */
	struct control_point *status; /* by point */
	bool answers;                 /* the control socket is open: what it is asked is kept */
	struct control_latest latest; /* of the first group */
	/* What events have said. */
	enum hook logged[MAX_INTERFACES][DIRECTION_COUNT];
	char logged_name[MAX_INTERFACES][IF_NAMESIZE];
	bool logged_end; /* of the attacher */
};

#endif
