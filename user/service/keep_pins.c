// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "service/keep_pins.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "attacher/pin.h"
#include "util/log.h"
#include "util/trusted_path.h"

#ifndef BPF_FS_MAGIC
#define BPF_FS_MAGIC 0xcafe4a11
#endif

/* Open it, and make it where it is missing. A descriptor, or a negative errno, logged. */
static int open_folder(const char *folder, uid_t uid, gid_t gid)
{
	char why[256] = "";
	const char *name;
	int fd = -1, err = 0, parent = trusted_folder(folder, &name, why, sizeof(why));

	if (parent < 0) {
		log_error("--pin %s: %s", folder, why[0] ? why : strerror(-parent));
		return parent;
	}
	if (mkdirat(parent, name, 0700) < 0)
		err = errno == EEXIST ? 0 : -errno;
	else if (geteuid() == 0 && fchownat(parent, name, uid, gid, AT_SYMLINK_NOFOLLOW) < 0)
		err = -errno; /* Pins are made and removed after the change of user, too. */
	if (!err) {
		fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		err = fd < 0 ? -errno : 0;
	}
	close(parent);
	if (err)
		log_error("--pin %s: cannot open or make the folder: %s", folder, strerror(-err));
	return err ? err : fd;
}

/* 0, or a negative errno, logged. */
static int check_folder(int fd, const char *folder, uid_t uid)
{
	struct statfs filesystem;
	struct stat status;

	if (fstatfs(fd, &filesystem) < 0 || fstat(fd, &status) < 0) {
		int err = -errno;

		log_error("--pin %s: %s", folder, strerror(-err));
		return err;
	}
	if ((__u32)filesystem.f_type != BPF_FS_MAGIC) {
		log_error("--pin %s: is not in a BPF filesystem: name a folder below one "
			  "('mount -t bpf bpf /sys/fs/bpf' makes it)",
			  folder);
		return -EINVAL;
	}
	if ((status.st_uid != 0 && status.st_uid != uid && status.st_uid != geteuid()) ||
	    (status.st_mode & 077)) {
		log_error("--pin %s: others could change what is in it (owner %u, mode %03o): give "
			  "it to %u alone (chown, chmod 700)",
			  folder, status.st_uid, status.st_mode & 0777, uid);
		return -EPERM;
	}
	return 0;
}

int keep_pins_open(const char *folder, uid_t uid, gid_t gid)
{
	int fd, err;

	if (folder[0] != '/') {
		log_error("--pin %s: needs an absolute path", folder);
		return -EINVAL;
	}
	fd = open_folder(folder, uid, gid);
	if (fd < 0)
		return fd;
	err = check_folder(fd, folder, uid);
	if (!err && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		err = -errno;
		log_error("--pin %s: %s", folder,
			  err == -EWOULDBLOCK ? "another rcodewatch that runs uses it"
					      : strerror(-err));
	}
	if (!err)
		return fd;
	close(fd);
	return err;
}

void keep_pins_read(int folder, void (*add)(void *context, const char *name, int fd), void *context)
{
	int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = again < 0 ? NULL : fdopendir(again);
	const struct dirent *entry;

	if (!list && again >= 0)
		close(again);
	while (list && (entry = readdir(list)) != NULL) {
		char path[PIN_PATH_MAX];
		int fd;

		if (!pin_name_valid(entry->d_name))
			continue;
		pin_path(path, folder, entry->d_name);
		fd = bpf_obj_get(path);
		if (fd >= 0)
			add(context, entry->d_name, fd);
		else
			log_warning("cannot open what is pinned as %s: %s", entry->d_name,
				    strerror(-fd));
	}
	if (list)
		closedir(list);
}

void keep_pins_remove(int folder, const char *name)
{
	if (unlinkat(folder, name, 0) < 0 && errno != ENOENT)
		log_warning("cannot remove the pin %s: %s", name, strerror(errno));
}
