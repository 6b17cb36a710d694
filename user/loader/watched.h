/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The interfaces being watched, for watch.h and watch_open.h. */
#ifndef RCODEWATCH_WATCHED_H
#define RCODEWATCH_WATCHED_H

#include <net/if.h>
#include <stdbool.h>

#include "loader/attach.h"
#include "loader/kept.h"
#include "netdev/interface_choice.h"
#include "netdev/mode.h"
#include "netdev/netlink.h"

/* For interfaces that a pattern takes in after the start, as there is room: each costs counters on every CPU. */
#define WATCH_SPARE_PLACES 4u
/* Names that reports have had; further ones are not taken over from the kernel. */
#define WATCH_NAMES_MAX 64u
/* Interfaces that came and cannot be watched, of which that was logged. */
#define WATCH_REFUSED_MAX 64u

struct watched {
	char name[IF_NAMESIZE];    /* in reports */
	char present[IF_NAMESIZE]; /* by the kernel, or when it went */
	char wanted[IF_NAMESIZE];  /* by which it is found again once it has gone */
	uint32_t ifindex;          /* 0 while it is away */
	bool direction[DIRECTION_COUNT];
	bool raw_ip;
	enum attach_mode mode;  /* native, tc or generic: of ingress */
	bool automatic;         /* nobody asked for that mode */
	bool own_xdp;           /* native XDP is by a program of its own */
	bool behind_xdp;        /* of others, which may keep packets from tc; @why says so */
	char why[MODE_WHY_MAX]; /* for that mode; "" if it was asked for */
	struct attachment at[DIRECTION_COUNT];
	int64_t since_ns[DIRECTION_COUNT]; /* attached: since 1970-01-01 UTC */
	enum hook hook[DIRECTION_COUNT];   /* what the interval was seen by, also after detaching */
	int lock[DIRECTION_COUNT];         /* interface_lock(); 0: none, as no lock is below 3 */
	bool failed;  /* back, but could not be attached: not tried again until it changes */
	bool deleted; /* the kernel said so; its number may be another interface's by now */
};

/* What the user chooses of it. */
struct watch_settings {
	enum attach_mode mode;           /* of every interface; MODE_AUTO: for each what fits */
	bool direction[DIRECTION_COUNT]; /* where the interface is named without one */
	bool quiet;                      /* not to say how and where it attached */
	struct kept *kept;               /* what earlier runs have left; not owned */
	struct attacher *attacher;       /* not owned */
};

struct watch {
	struct watched interface[MAX_INTERFACES];
	uint32_t count;
	uint32_t places; /* for which there are counters: @count and some to spare */
	char names[WATCH_NAMES_MAX][IF_NAMESIZE];
	uint32_t name_count;
	struct interface_choice choice[MAX_INTERFACES];
	uint32_t choices;
	enum attach_mode mode; /* as chosen by the user */
	bool appeared;         /* an interface that a pattern takes in has come, maybe */
	uint32_t refused[WATCH_REFUSED_MAX], refused_count; /* a ring of ifindexes */
	bool quiet;
	bool tcx;       /* the kernel has tcx, or it is not known */
	bool xdp_frags; /* the kernel has XDP programs that take frames of several buffers */
	struct kernel_facts kernel; /* as it was with all privileges */
	struct kept *kept;          /* not owned */
	struct attacher *attacher;  /* likewise */
	struct netlink changes;     /* notifications of interfaces; readable when one has changed */
};

#endif
