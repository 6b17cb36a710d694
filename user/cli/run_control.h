/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The control socket of `run`: where it is, and what is answered there. */
#ifndef RCODEWATCH_RUN_CONTROL_H
#define RCODEWATCH_RUN_CONTROL_H

#include "cli/reload.h"
#include "cli/reporter.h"
#include "control/server.h"
#include "loader/bpf_maps.h"

struct run_control {
	struct control_server server;
	bool open;
	/* Whom answers are about; not owned. */
	struct reporter *reports;
	const struct watch *watch;
	const struct bpf_maps *maps;
	/* Do what SIGHUP does: put what has come of it into @text. False: the configuration was refused. */
	bool (*reload)(void *run, char text[RELOAD_TEXT_MAX]);
	void *run;
};

/* Whether this was built with what the control socket takes. */
bool run_control_built_in(void);

/*
 * Open the socket that @settings ask for, or systemd's RUNTIME_DIRECTORY; none: nothing is opened. Like
 * reporter_open(), after which it is called. 0, or a negative errno, logged.
 */
int run_control_open(struct run_control *control, const struct settings *settings);
/* Like reporter_start(). 0 or a negative errno, logged. */
int run_control_start(struct run_control *control);
/* Readable when run_control_answer() is to be called; -1: there is no socket. */
int run_control_fd(const struct run_control *control);
void run_control_answer(struct run_control *control);
/* Harmless if it was not opened. */
void run_control_close(struct run_control *control);

#endif
