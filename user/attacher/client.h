/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The process that loads and attaches for this one: it keeps the privileges which that takes, and does nothing but what
 * it is asked here (serve.h). All functions are for the main thread. Those that ask give a negative errno, -EPIPE once it has
 * ended; what it has to say is logged here.
 */
#ifndef RCODEWATCH_ATTACHER_CLIENT_H
#define RCODEWATCH_ATTACHER_CLIENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "attacher/libbpf_log.h"
#include "attacher/protocol.h"
#include "util/run_user.h"

enum attacher_state {
	ATTACHER_AWAY, /* not started */
	ATTACHER_READY,
	ATTACHER_FINISHED, /* it was told to attach no more: --no-reattach */
	ATTACHER_ENDED,    /* for a reason of its own */
};

struct attacher {
	int socket; /* readable once it has ended; -1: it has */
	pid_t pid;
	enum attacher_state state;
	bool all_attached;         /* and all of that goes on without it: the caller sets it */
	char end[40];              /* how it has ended: "was ended by signal 9" */
	char why[LIBBPF_LOG_SIZE]; /* of the last failure, in libbpf's words; "" if it has none */
};

#define ATTACHER_NONE ((struct attacher){.socket = -1})

/*
 * Start it, before other threads and before anything is read or opened that it should not have. It ends when this process does,
 * for whatever reason. 0 or a negative errno, logged; end it by attacher_close().
 */
int attacher_open(struct attacher *attacher);
void attacher_close(struct attacher *attacher);
/* Once the socket is readable: note that it has ended, and log why, unless that was asked for. */
void attacher_look(struct attacher *attacher);

/* Once: it becomes @user, and keeps what loading and attaching takes. @verbose: libbpf's messages are logged. */
int attacher_become(struct attacher *attacher, const struct run_user *user, bool debug,
		    bool verbose);
/* Pins go into the folder of @fd, which stays the caller's; once, before attacher_load(). */
int attacher_folder(struct attacher *attacher, int fd);
/* A new map of @pages pages of STATE_PAGE bytes, which processes can map: a descriptor. Before attacher_load(). */
int attacher_make_state(struct attacher *attacher, size_t pages);
/*
 * What transactions need to know of the kernel: how its clocks go together, and whether programs have a compare-and-swap. Before
 * attacher_load().
 */
int attacher_clock(struct attacher *attacher, struct kernel_clock *clock, bool *has_swap);
/*
 * Load, once, with the @count maps @maps if that is not 0. *@fds gets descriptors in the order that protocol.h says,
 * at most ATTACHER_FDS_MAX: how many. *@transactions: whether the programs follow them.
 */
int attacher_load(struct attacher *attacher, const struct attacher_load *load, const int *maps,
		  size_t count, int fds[ATTACHER_FDS_MAX], bool *transactions);
/* The programs that were to be loaded later, once; likewise. */
int attacher_load_rest(struct attacher *attacher, int fds[ATTACHER_FDS_MAX]);
/* A link's descriptor in *@link, or -1 for a clsact filter. @answer says what is attached. */
int attacher_attach(struct attacher *attacher, const struct attacher_attach *attach,
		    struct attacher_answer *answer, int *link);
/* Give the link of @fd the program of that number. */
int attacher_update(struct attacher *attacher, int fd, __u32 program);
/* Take a clsact filter off, if it has that program still. */
int attacher_detach(struct attacher *attacher, const struct attacher_detach *detach);
int attacher_pin(struct attacher *attacher, const char *name, int fd);
/* Attach no more: it ends, but where it has @filters to detach later, which is all that it does then. */
int attacher_finish(struct attacher *attacher, bool filters);

#endif
