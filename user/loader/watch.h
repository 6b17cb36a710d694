/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The interfaces being watched: decided on, attached, lost and found again. An interface that goes
 * away keeps its place and its counters; when one of its name appears, it is attached anew. One that is renamed goes
 * on as it is. One that a pattern takes in gets a spare place when it comes.
 */
#ifndef RCODEWATCH_WATCH_H
#define RCODEWATCH_WATCH_H

#include "loader/bpf_maps.h"
#include "loader/watched.h"

/* Note what watch_attach() may have to tell, and needs privileges to find out. */
void watch_look(struct watch *watch);
/*
 * Attach everywhere; on an error, which is logged, nothing stays attached but what an earlier run has left. 0 or
 * negative errno.
 */
int watch_attach(struct watch *watch, struct bpf_maps *maps);
void watch_detach(struct watch *watch);
/* Whether clsact filters are attached, which do not end with a process. */
bool watch_has_filters(const struct watch *watch);
/* Once all is attached: take off filters that only an earlier run had. */
void watch_sweep(const struct watch *watch);
/* End with what is kept going on: links, and clsact filters if @filters says so. All else is detached. */
void watch_release(struct watch *watch, bool filters);

/* Open watch->changes, before anything is attached. 0 or a negative errno, logged. */
int watch_changes_open(struct watch *watch);
void watch_changes_close(struct watch *watch);

/*
 * After a change of any interface: read what has changed, attach what has come or come back, note and tell
 * what has gone. An interface that was deleted and made anew has gone and come back, whatever its number.
 */
void watch_refresh(struct watch *watch, struct bpf_maps *maps);

/*
 * See whether others have detached a program from an interface that is there, and tell it. It is not
 * attached again: the one who took it off had a reason. Where the interface itself has gone this does
 * what watch_refresh() does.
 */
void watch_check(struct watch *watch, struct bpf_maps *maps);

#endif
