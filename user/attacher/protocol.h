/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the main process asks of the attacher, and is told: messages of one size each, over a socket that keeps their
 * boundaries, with descriptors beside them (SCM_RIGHTS). Both ends are one build, so that the form may change.
 */
#ifndef RCODEWATCH_ATTACHER_PROTOCOL_H
#define RCODEWATCH_ATTACHER_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "attacher/hook.h"
#include "attacher/kernel_clock.h"
#include "attacher/pin.h"

/*
 * XDP programs: one for each interface that has its own, by its position, and one for all others. A program of
 * one interface takes every packet for one of that: where a driver hands the program to other devices
 * (interface_shares_xdp()), packets name those.
 */
#define XDP_SHARED   MAX_INTERFACES
#define XDP_PROGRAMS (MAX_INTERFACES + 1u)
/* All programs that can be attached: those of XDP, then those of tc by direction. */
#define HOOK_PROGRAMS         (XDP_PROGRAMS + DIRECTION_COUNT)
#define TC_PROGRAM(direction) (XDP_PROGRAMS + (__u32)(direction))

#define SHARED_MAPS_MAX 32u
#define ATTACHER_FDS_MAX \
	(SHARED_MAPS_MAX + 2u + 3u * HOOK_PROGRAMS) /* of a message; 253 is the kernel's limit */

#define STATE_PAGE        4096u
#define STATE_PAGES_MAX   16384u
#define ATTACHER_TEXT_MAX 2304u

/* By the commands' first letters: what each may have, and how often, serve.c checks. */
enum attacher_command {
	ATTACHER_BECOME =
		1, /* once: another user, without what is not needed; before it makes anything */
	ATTACHER_FOLDER, /* once, with the folder of pins, before it is filtered */
	ATTACHER_STATE,  /* a map of pages that processes can map; before it is filtered */
	ATTACHER_CLOCK,  /* what transactions need of the kernel; before it is filtered */
	ATTACHER_LOAD,   /* once: maps, or those of the descriptors, and programs */
	ATTACHER_REST, /* once: the programs that were to come later; when nothing is left to load it is filtered */
	ATTACHER_ATTACH,
	ATTACHER_UPDATE, /* the link of the descriptor gets a program */
	ATTACHER_DETACH, /* a clsact filter */
	ATTACHER_PIN,    /* the object of the descriptor, in the folder */
	ATTACHER_FINISH, /* attach and pin no more */
};

struct attacher_become {
	__u32 uid, gid;
	__u32 change; /* 0: it stays the user that it is */
	__u32 debug, verbose;
};

/*
 * When a program is loaded: what is attached first need not wait for what may be attached some day, as each keeps the
 * kernel's verifier busy for a tenth of a second and more.
 */
enum attacher_when {
	LOAD_NEVER,
	LOAD_NOW,
	LOAD_REST, /* by ATTACHER_REST */
};

/* All that maps and programs depend on. */
struct attacher_load {
	struct hook_config config;
	__u32 cpus_online;
	__u32 program[HOOK_PROGRAMS]; /* enum attacher_when */
	__u32 needs_transactions;     /* 1: without them it loads nothing, else without them */
	__u32 reuse; /* 1: the maps are those of the descriptors, in the order of the object's */
};

struct attacher_attach {
	__u32 hook; /* enum hook: HOOK_TCX also stands for HOOK_CLSACT, which it is where there is no tcx */
	__u32 direction;
	__u32 program;
	__u32 ifindex;
};

struct attacher_detach {
	__u32 ifindex, direction, program_id;
};

struct attacher_request {
	__u32 command, fds; /* how many descriptors are with it */
	union {
		struct attacher_become become;
		__u32 pages;
		struct attacher_load load;
		struct attacher_attach attach;
		__u32 program; /* of ATTACHER_UPDATE */
		struct attacher_detach detach;
		char name[PIN_NAME_MAX];
		__u32 filters; /* of ATTACHER_FINISH: 1: filters are to be detached later */
	};
};

/*
 * Descriptors of ATTACHER_LOAD: the maps, the two that programs are waited for with, and of each program that was
 * loaded the two paths and the array that joins them. Of ATTACHER_REST: the latter.
 */
struct attacher_answer {
	__u32 text_only; /* a message for the log, before the answer: its enum log_level */
	__s32 error;     /* 0 or a negative errno */
	__u32 fds;
	__u32 hook;       /* of ATTACHER_ATTACH, as attached */
	__u32 program_id; /* of a clsact filter */
	__u32 before;     /* the program of the filter that it has replaced; 0: there was none */
	struct kernel_clock clock;    /* of ATTACHER_CLOCK */
	__u32 has_swap;               /* likewise: programs have a compare-and-swap */
	__u32 transactions;           /* of ATTACHER_LOAD: the programs follow them */
	char text[ATTACHER_TEXT_MAX]; /* for the log; or why it failed, in libbpf's words */
};

#endif
