/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The interfaces being watched: decided on, attached, lost and found again. An interface that goes
 * away keeps its place and its counters; when one of its name appears, it is attached anew.
 */
#ifndef RCODEWATCH_WATCH_H
#define RCODEWATCH_WATCH_H

#include <net/if.h>
#include <stdbool.h>

#include "loader/attach.h"
#include "loader/bpf_maps.h"
#include "loader/kept.h"
#include "netdev/mode.h"
#include "netdev/netlink.h"

struct watched {
	char name[IF_NAMESIZE];
	uint32_t ifindex; /* 0 while it is away */
	bool raw_ip;
	enum attach_mode mode;  /* native, tc or generic: of ingress */
	bool automatic;         /* nobody asked for that mode */
	bool own_xdp;           /* native XDP is by a program of its own */
	char why[MODE_WHY_MAX]; /* for that mode; "" if it was asked for */
	struct attachment at[DIRECTION_COUNT];
	enum hook hook[DIRECTION_COUNT]; /* what the interval was seen by, also after detaching */
	int lock[DIRECTION_COUNT];       /* interface_lock(); 0: none, as no lock is below 3 */
	bool failed;  /* back, but could not be attached: not tried again until it changes */
	bool deleted; /* the kernel said so; its number may be another interface's by now */
};

/* What the user chooses of it. */
struct watch_settings {
	enum attach_mode mode; /* of every interface; MODE_AUTO: for each what fits */
	bool direction[DIRECTION_COUNT];
	bool quiet;        /* not to say how and where it attached */
	struct kept *kept; /* what earlier runs have left; not owned */
};

struct watch {
	struct watched interface[MAX_INTERFACES];
	uint32_t count;
	bool direction[DIRECTION_COUNT];
	bool quiet;
	bool tcx;          /* the kernel has tcx, or it is not known */
	bool xdp_frags;    /* the kernel has XDP programs that take frames of several buffers */
	struct kept *kept; /* not owned */
	struct netlink changes; /* notifications of interfaces; readable when one has changed */
};

/*
 * Decide on the interfaces called @names: facts, modes, and what cannot be watched together. An
 * enum exit_status: EXIT_DONE, or an error, logged.
 */
int watch_open(struct watch *watch, const struct watch_settings *settings, char **names, int count);

/* The hooks' configuration for these interfaces, and which programs they need. */
void watch_configure(const struct watch *watch, struct hook_config *config,
		     struct bpf_wants *wants);

/* Note what watch_attach() may have to tell, and needs privileges to find out. */
void watch_look(struct watch *watch);
/*
 * Attach everywhere; on an error, which is logged, nothing stays attached but what an earlier run has left. 0 or
 * negative errno.
 */
int watch_attach(struct watch *watch, struct bpf_maps *maps);
void watch_detach(struct watch *watch);
/* Once all is attached: take off filters that only an earlier run had. */
void watch_sweep(const struct watch *watch);
/* End with what is kept going on: links, and clsact filters if @filters says so. All else is detached. */
void watch_release(struct watch *watch, bool filters);

/* Open watch->changes, before anything is attached. 0 or a negative errno, logged. */
int watch_changes_open(struct watch *watch);
void watch_changes_close(struct watch *watch);

/*
 * After a change of any interface: read what has changed, attach what has come back, note and tell
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
