// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/run_user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/environment.h"
#include "util/log.h"

static char became[RUN_USER_NAME_MAX];

/* Whether there is one. */
static bool look_up(struct run_user *user, const char *name)
{
	const struct passwd *entry = getpwnam(name);

	if (!entry || strlen(name) >= sizeof(user->name))
		return false;
	snprintf(user->name, sizeof(user->name), "%s", name);
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	user->change = user->uid != geteuid();
	return true;
}

static int find_default(struct run_user *user)
{
	if (geteuid() != 0 || look_up(user, "rcodewatch") || look_up(user, "nobody"))
		return EXIT_DONE;
	log_error("there is neither a user rcodewatch nor a user nobody to run as: make one, or "
		  "name another by --user (--user root stays root)");
	return EXIT_FAILED;
}

int run_user_find(struct run_user *user, const char *name)
{
	*user = (struct run_user){.uid = geteuid(), .gid = getegid()};
	if (!name)
		return find_default(user);
	/* Where the file has CAP_SETUID, or is set-user-ID, anybody would become anybody. */
	if (environment_untrusted()) {
		log_error("--user %s: only for those who run rcodewatch with their own privileges, "
			  "not with those of its file",
			  name);
		return EXIT_USAGE;
	}
	if (look_up(user, name))
		return EXIT_DONE;
	log_error("--user %s: there is no such user", name);
	return EXIT_USAGE;
}

int run_user_become(const struct run_user *user)
{
	const char *what = "set its groups";
	int err = 0;

	if (!user->change)
		return 0;
	if (user->name[0] ? initgroups(user->name, user->gid) < 0 : setgroups(0, NULL) < 0) {
		err = -errno;
	} else if (setresgid(user->gid, user->gid, user->gid) < 0) {
		err = -errno;
	} else if (setresuid(user->uid, user->uid, user->uid) < 0) {
		what = "change to it";
		err = -errno;
	}
	if (err) {
		log_error("cannot run as user %s: cannot %s: %s: that takes root with CAP_SETUID "
			  "and CAP_SETGID; --user root stays root",
			  user->name, what, strerror(-err));
		return err;
	}
	snprintf(became, sizeof(became), "%s", user->name);
	return 0;
}

const char *run_user_became(void)
{
	return became[0] ? became : NULL;
}

void run_user_explain_read(int err, char *why, size_t size)
{
	if (err == -EACCES && became[0])
		snprintf(
			why, size,
			"%s: user %s, as which this runs, may not: let it read the file (chgrp and "
			"chmod g+r), or name another user by --user",
			strerror(-err), became);
	else
		snprintf(why, size, "%s", strerror(-err));
}
