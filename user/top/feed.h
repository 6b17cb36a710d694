/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What brings models, in a thread of its own: so a terminal that takes nothing holds nothing up. Others look at it under its
 * lock.
 */
#ifndef RCODEWATCH_TOP_FEED_H
#define RCODEWATCH_TOP_FEED_H

#include <pthread.h>
#include <stdatomic.h>

#include "top/page.h"
#include "top/ring.h"

struct feed {
	pthread_mutex_t lock; /* of the ring and the status */
	struct ring ring;
	struct feed_status status;
	int wake_fd; /* readable when there is something new */
	atomic_bool stop;
};

/* 0 or a negative errno; feed_free() then too. */
int feed_init(struct feed *feed);
void feed_free(struct feed *feed);
/* Add @model, which is the feed's from now on, and say that all is well. */
void feed_add(struct feed *feed, struct model *model);
/* Show @words for a while: something was said that is no end. */
void feed_words(struct feed *feed, const char *words);
/* Say how things are. */
__attribute__((format(printf, 3, 4))) void feed_say(struct feed *feed, enum feed_state state,
						    const char *format, ...);

/* The control socket of a monitor. */
struct feed_control {
	struct feed *feed;
	char path[108]; /* unix(7) */
	char instance[64];
};

/* For pthread_create(), with a struct feed_control: ask until feed->stop. */
void *feed_control_run(void *control);

/* A program that prints JSON lines: `rcodewatch run` or `read`. */
struct feed_child {
	struct feed *feed;
	int pid_fd, out_fd, err_fd;   /* pidfd_open(2); -1: none */
	atomic_bool failed;           /* it has ended otherwise than well */
	char words[VIEW_MESSAGE_MAX]; /* its last line on standard error */
};

/* Start this program again with @argv, which ends with NULL. 0 or a negative errno. */
int feed_child_start(struct feed_child *child, struct feed *feed, char *const argv[]);
/* For pthread_create(), with a struct feed_child: read until its end. */
void *feed_child_run(void *child);
/* End it, if it runs. */
void feed_child_stop(struct feed_child *child);

#endif
