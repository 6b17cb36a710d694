/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Giving up what is not needed. Capabilities belong to each thread, and a new thread has its maker's. */
#ifndef RCODEWATCH_PRIVILEGES_H
#define RCODEWATCH_PRIVILEGES_H

#include <stdbool.h>

#include "util/run_user.h"

/*
 * For `run`, its main process, once the interfaces are known: become @user, keep no capability but, on kernels before 5.19, CAP_BPF
 * (reading maps), drop all others for good, forbid gaining new ones, and let no process of the same user look
 * into this one. Call before starting threads. 0 or a negative errno, logged: a failed drop is fatal.
 */
int privileges_drop(const struct run_user *user);
/* Whether this kernel wants CAP_BPF of who reads maps. */
bool privileges_maps_need(void);

/* The same for the attacher: CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON stay, as far as there are. */
int privileges_drop_for_loading(const struct run_user *user);
/* Once all is loaded: CAP_NET_ADMIN and, on kernels before 5.19, CAP_BPF stay. 0 or a negative errno, logged. */
int privileges_keep_attaching(void);
/* To take filters off: CAP_NET_ADMIN stays. 0 or a negative errno, logged. */
int privileges_keep_detaching(void);

/*
 * For commands that need none: drop all capabilities for good, of this process with one thread. Where they
 * are the user's own and not those of the program's file, CAP_DAC_READ_SEARCH stays, so that root reads
 * captures of other users. 0 or a negative errno, logged.
 */
int privileges_give_up(void);

/* The same for one that has started a program, which may become another user: CAP_KILL stays, to end it. */
int privileges_keep_ending(void);

/*
 * Call @function with @arg in a thread without capabilities and wait for it: threads that it starts have none
 * either. What @function gives, or a negative errno, logged.
 */
int privileges_call_without(int (*function)(void *arg), void *arg);

/* For a thread that needs none: drop its capabilities. Logs nothing. */
void privileges_none(void);
/* For the thread that reads the maps: drop all, on kernels before 5.19 all but CAP_BPF. Logs nothing. */
void privileges_read_maps(void);

#endif
