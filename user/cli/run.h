/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* All that `run` holds while it runs. */
#ifndef RCODEWATCH_RUN_H
#define RCODEWATCH_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/configuration.h"
#include "cli/reporter.h"
#include "cli/run_control.h"
#include "config/last_good_store.h"
#include "loader/sampler.h"
#include "loader/watch.h"

struct run {
	struct settings settings;
	struct configuration configuration;
	struct last_good_store last_good; /* where it is kept */
	struct watch watch;
	struct bpf_maps maps;
	struct suffixes suffixes;
	struct read_maps source;
	struct sampler sampler;
	struct reporter reports;
	struct run_control control;
	const char *no_transactions; /* why none are followed; NULL: they are */
	int reloaded;                /* status of the last reload */
	struct run_user user;
	struct kept kept; /* over restarts */
	struct attacher attacher;
	int epoll_fd, signal_fd, timer_fd, end_fd;
	int watchdog_fd;      /* timer of the service manager's watchdog */
	int hangup_fd;        /* SIGHUP, where it does not end it */
	int64_t interval_end; /* of the present interval, by the wall clock */
	bool part_next;       /* the timer fires next within an interval */
	bool part;            /* so was that of the snapshot under way */
	bool done;
	int end_signal; /* 0: it ends for another reason */
	bool goes_on;   /* what is kept counts on after the end, clsact filters, too */
};

#endif
