/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading the configuration again while `run` counts: for SIGHUP and for `rcodewatch reload`. */
#ifndef RCODEWATCH_RELOAD_H
#define RCODEWATCH_RELOAD_H

#include "cli/configuration.h"
#include "cli/reporter.h"
#include "config/last_good_store.h"
#include "loader/sampler.h"

#define RELOAD_TEXT_MAX 512

/* What is to change. All of it is used by the thread that counts alone. */
struct reload {
	struct settings *settings;
	struct configuration *configuration;
	struct last_good_store *last_good;
	struct reporter *reports;
	struct sampler *sampler;
	/* Results. */
	bool refused;               /* the configuration is wrong: what was in force stays so */
	char text[RELOAD_TEXT_MAX]; /* what has come of it, a line for people */
};

/*
 * Read the command line and the configuration files again and apply what can change without attaching anew: sinks, labels, rows
 * shown, thresholds and exceptions of attacks. What else differs stays as it is, and is named. Where anything is wrong all
 * stays as it is. Sinks open their files again in any case. Logs what it has done, and tells it the sinks by an event. 0; or
 * -ENOMEM, logged, after which run cannot go on.
 */
int reload(struct reload *reload);

#endif
