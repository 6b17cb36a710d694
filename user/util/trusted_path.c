// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/trusted_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/run_user.h"

/* As the kernel has it: path_resolution(7). */
#define LINKS_MAX 40

struct walk {
	int folder;          /* where it has come to, by O_PATH */
	char rest[PATH_MAX]; /* the components below that */
	unsigned int links;  /* followed so far */
	bool to_socket;      /* the path is of a socket that others may own */
	bool shared;         /* others can make entries in the folder; with to_socket */
	int socket;          /* by O_PATH, once it is found; else -1 */
	char *why;
	size_t size;
};

static bool ours(const struct stat *file)
{
	return file->st_uid == 0 || file->st_uid == geteuid();
}

/*
 * Whether others can make entries in it, even where they cannot remove those of others. No group is exempt:
 * any group can have members, and what a POSIX ACL grants to other users and groups shows in the group's
 * bits (acl(5)).
 */
static bool is_shared(const struct stat *folder)
{
	return folder->st_mode & (S_IWGRP | S_IWOTH);
}

/*
 * On the way to a socket: whether @entry, called @what in messages, is none of a user who could have put it there
 * before its owner did. 0 or -EPERM.
 */
static int check_entry(const struct walk *walk, const struct stat *entry, const char *what)
{
	if (!walk->shared || ours(entry))
		return 0;
	snprintf(walk->why, walk->size,
		 "%s belongs to another user (%u), in a folder in which others can make files",
		 what, entry->st_uid);
	return -EPERM;
}

static int check_folder(struct walk *walk, const char *name)
{
	struct stat folder;

	if (fstat(walk->folder, &folder) < 0)
		return -errno;
	if (!S_ISDIR(folder.st_mode))
		return -ENOTDIR;
	if (walk->to_socket) {
		char what[80];
		int err;

		snprintf(what, sizeof(what), "its folder '%.60s'", name);
		err = check_entry(walk, &folder, what);
		walk->shared = is_shared(&folder);
		return err;
	}
	if (!ours(&folder))
		snprintf(walk->why, walk->size,
			 "its folder '%.60s' belongs to another user (%u), who could swap the file",
			 name, folder.st_uid);
	else if (is_shared(&folder) && !(folder.st_mode & S_ISVTX))
		snprintf(walk->why, walk->size,
			 "others may write in its folder '%.60s' and could swap the file: take "
			 "their write permission away (chmod go-w)",
			 name);
	else
		return 0;
	return -EPERM;
}

/* Go to @folder, whose name is @name: a descriptor that becomes the walk's, or -1 with errno. */
static int go_to(struct walk *walk, int folder, const char *name)
{
	if (folder < 0)
		return -errno;
	if (walk->folder >= 0)
		close(walk->folder);
	walk->folder = folder;
	return check_folder(walk, name);
}

static int go_to_start(struct walk *walk)
{
	const char *start = walk->rest[0] == '/' ? "/" : ".";

	if (walk->folder >= 0 && *start == '.')
		return 0; /* of a link: relative to where it lies */
	return go_to(walk, open(start, O_PATH | O_DIRECTORY | O_CLOEXEC), start);
}

/* Put where @link leads before the rest of the way. */
static int follow(struct walk *walk, int link, const struct stat *entry)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t length = readlinkat(link, "", target, sizeof(target) - 1);

	if (length < 0)
		return -errno;
	target[length] = '\0';
	if (walk->to_socket) {
		int err = check_entry(walk, entry, "a symbolic link on the way to it");

		if (err)
			return err;
	} else if (!ours(entry)) { /* in a folder with a sticky bit anybody can put one */
		snprintf(walk->why, walk->size,
			 "a symbolic link on the way to it belongs to another user (%u)",
			 entry->st_uid);
		return -EPERM;
	}
	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	memcpy(rest, walk->rest, sizeof(rest));
	if (snprintf(walk->rest, sizeof(walk->rest), "%s/%s", target, rest) >=
	    (int)sizeof(walk->rest))
		return -ENAMETOOLONG;
	return go_to_start(walk);
}

/* The end of the way to a socket is @fd. */
static int end_at_socket(struct walk *walk, int fd, const struct stat *entry)
{
	int err = S_ISSOCK(entry->st_mode) ? check_entry(walk, entry, "it") : -ENOTSOCK;

	if (!err)
		walk->socket = fd;
	return err;
}

/* One component. 0, a negative errno, or 1 if there was none. */
static int step(struct walk *walk)
{
	char *begin = walk->rest + strspn(walk->rest, "/"), name[NAME_MAX + 1];
	size_t length = strcspn(begin, "/");
	struct stat entry;
	int fd, err;

	if (!length)
		return 1;
	if (length > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, begin, length);
	name[length] = '\0';
	memmove(walk->rest, begin + length, strlen(begin + length) + 1);
	/* What is left is below this, and no path from the root. */
	memmove(walk->rest, walk->rest + strspn(walk->rest, "/"),
		strlen(walk->rest + strspn(walk->rest, "/")) + 1);
	fd = openat(walk->folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &entry) < 0 || S_ISDIR(entry.st_mode))
		return go_to(walk, fd, name);
	if (S_ISLNK(entry.st_mode))
		err = follow(walk, fd, &entry);
	else if (walk->to_socket && !walk->rest[0])
		err = end_at_socket(walk, fd, &entry);
	else
		err = -ENOTDIR;
	if (walk->socket != fd)
		close(fd);
	return err;
}

/* To the end of walk->rest: the folder of a file, or a socket. */
static int go(struct walk *walk)
{
	int err = go_to_start(walk);

	while (!err)
		err = step(walk);
	return err > 0 ? 0 : err;
}

int trusted_folder(const char *path, const char **name, char *why, size_t size)
{
	const char *slash = strrchr(path, '/');
	struct walk walk = {.folder = -1, .socket = -1, .why = why, .size = size};
	size_t length = slash ? (size_t)(slash + 1 - path) : 0;
	int err = 0;

	why[0] = '\0';
	*name = slash ? slash + 1 : path;
	if (!**name || strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0)
		err = -EISDIR;
	else if (length >= sizeof(walk.rest))
		err = -ENAMETOOLONG;
	if (!err) {
		memcpy(walk.rest, path, length);
		walk.rest[length] = '\0';
		err = go(&walk);
	}
	if (!err)
		return walk.folder;
	if (walk.folder >= 0)
		close(walk.folder);
	if (!why[0])
		trusted_explain(err, why, size);
	return err;
}

int trusted_socket(const char *path, char *why, size_t size)
{
	struct walk walk = {
		.folder = -1, .socket = -1, .to_socket = true, .why = why, .size = size};
	int err = -ENAMETOOLONG;

	why[0] = '\0';
	if (snprintf(walk.rest, sizeof(walk.rest), "%s", path) < (int)sizeof(walk.rest))
		err = go(&walk);
	if (!err && walk.socket < 0)
		err = -ENOTSOCK; /* a folder */
	if (walk.folder >= 0)
		close(walk.folder);
	if (!err)
		return walk.socket;
	if (!why[0])
		trusted_explain(err, why, size);
	return err;
}

/* Where others can put files: whether @file is none of theirs. */
static int check_file(int folder, int file, char *why, size_t size)
{
	struct stat in, opened;

	if (fstat(folder, &in) < 0 || fstat(file, &opened) < 0)
		return -errno;
	if (!is_shared(&in))
		return 0;
	if (!ours(&opened))
		snprintf(why, size,
			 "it belongs to another user (%u), in a folder in which everybody can make "
			 "files",
			 opened.st_uid);
	else if (S_ISREG(opened.st_mode) && opened.st_nlink > 1)
		snprintf(why, size,
			 "it has more than one name, in a folder in which everybody can make them");
	else
		return 0;
	return -EPERM;
}

int trusted_open(const char *path, int flags, mode_t mode, char *why, size_t size)
{
	const char *name;
	int folder = trusted_folder(path, &name, why, size), fd, err;

	if (folder < 0)
		return folder;
	fd = openat(folder, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
	err = fd < 0 ? -errno : check_file(folder, fd, why, size);
	close(folder);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	if (err == -ELOOP)
		snprintf(why, size, "it is a symbolic link: name the file that it leads to");
	else if (!why[0])
		trusted_explain(err, why, size);
	return err;
}

/* Whether nobody else can choose what is in @file. 0 or -EPERM with @why. */
static int check_content(const struct stat *file, char *why, size_t size)
{
	if (!ours(file))
		snprintf(why, size, "it belongs to another user (%u)", file->st_uid);
	else if (!S_ISLNK(file->st_mode) && is_shared(file))
		snprintf(why, size,
			 "others may write it: take their write permission away (chmod go-w)");
	else
		return 0;
	return -EPERM;
}

/* Put into @path what the link called @name in @folder leads to. 0 or a negative errno. */
static int follow_link(int folder, const char *name, char path[PATH_MAX])
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(folder, name, target, sizeof(target));
	size_t kept = (size_t)(strrchr(path, '/') ? strrchr(path, '/') + 1 - path : 0);

	if (length < 0)
		return -errno;
	if (target[0] == '/')
		kept = 0;
	if (kept + (size_t)length >= PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(path + kept, target, (size_t)length);
	path[kept + (size_t)length] = '\0';
	return 0;
}

/* Open the file at @path, or put into @path where the link there leads to: -ELOOP. */
static int open_or_follow(char path[PATH_MAX], char *why, size_t size)
{
	const char *name;
	int folder = trusted_folder(path, &name, why, size), fd, err = 0;
	struct stat entry = {0};

	if (folder < 0)
		return folder;
	fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &entry) < 0)
		err = -errno;
	else
		err = check_content(&entry, why, size);
	if (!err && S_ISLNK(entry.st_mode))
		err = follow_link(folder, name, path);
	if (fd >= 0)
		close(fd);
	fd = -1;
	if (!err && S_ISLNK(entry.st_mode)) {
		err = -ELOOP;
	} else if (!err) {
		/* Not a FIFO's other end is waited for. */
		fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		err = fd < 0 ? -errno : 0;
	}
	close(folder);
	return err ? err : fd;
}

int trusted_open_read(const char *path, char *why, size_t size)
{
	char way[PATH_MAX];
	struct stat opened;
	int fd = -ELOOP;

	why[0] = '\0';
	if (snprintf(way, sizeof(way), "%s", path) >= (int)sizeof(way))
		fd = -ENAMETOOLONG;
	for (unsigned int links = 0; fd == -ELOOP && links < LINKS_MAX; links++)
		fd = open_or_follow(way, why, size);
	/* What was opened is what counts: another one may lie there by now. */
	if (fd >= 0 && fstat(fd, &opened) == 0 && check_content(&opened, why, size) < 0) {
		close(fd);
		fd = -EPERM;
	}
	if (fd < 0 && !why[0])
		run_user_explain_read(fd, why, size);
	return fd;
}

void trusted_explain(int err, char *why, size_t size)
{
	const char *user = run_user_became();

	if (user && (err == -EACCES || err == -EPERM))
		snprintf(why, size,
			 "%s: user %s, as which this runs, may not: give it a folder of its own "
			 "(chown %s), or name another user by --user",
			 strerror(-err), user, user);
	else
		snprintf(why, size, "%s", strerror(-err));
}
