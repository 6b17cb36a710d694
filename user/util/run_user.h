/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The user that `run` becomes once the BPF programs are loaded: --user. */
#ifndef RCODEWATCH_RUN_USER_H
#define RCODEWATCH_RUN_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define RUN_USER_NAME_MAX 64

struct run_user {
	char name[RUN_USER_NAME_MAX];
	uid_t uid;
	gid_t gid;
	bool change; /* otherwise this process stays the user that it is */
};

/*
 * Find the user called @name. NULL: for a process of root's rcodewatch or, if there is no such user, nobody;
 * for any other process the user that it is. An enum exit_status: EXIT_DONE, or an error that was logged.
 */
int run_user_find(struct run_user *user, const char *name);

/* Become @user, with its groups, or with none where it has no name. Needs CAP_SETUID and CAP_SETGID, and the only thread. 0, or a negative errno, logged. */
int run_user_become(const struct run_user *user);

/* The name of the user that this process has become; NULL if it has not changed. */
const char *run_user_became(void);

/* Put into @why what is the matter with a file that is to be read, after @err, and what to do about it. */
void run_user_explain_read(int err, char *why, size_t size);

#endif
