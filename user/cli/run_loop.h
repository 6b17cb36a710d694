/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The event loop of `run`: intervals, signals, interfaces that change, clients, the end. All of it on the main thread. */
#ifndef RCODEWATCH_RUN_LOOP_H
#define RCODEWATCH_RUN_LOOP_H

#include "cli/run.h"

/* Block the signals that the loop reads, before any thread starts. 0 or a negative errno. */
int run_signals_open(struct run *run);
/* From the first interval to the last report. EXIT_DONE, or EXIT_FAILED, logged. */
int run_loop(struct run *run);
/* Detach, or let what is kept count on where run->goes_on says so. Harmless a second time. */
void run_detach(struct run *run);
/* Close what run_signals_open() and run_loop() have opened. */
void run_loop_close(const struct run *run);

/* For run_control: reload as SIGHUP does, for a client. False: the configuration was refused. */
bool run_reload_asked(void *run, char text[RELOAD_TEXT_MAX]);

#endif
