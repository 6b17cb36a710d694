// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/pin.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef BPF_FS_MAGIC
#define BPF_FS_MAGIC 0xcafe4a11
#endif

bool pin_name_valid(const char *name)
{
	size_t length = strnlen(name, PIN_NAME_MAX);

	return length && length < PIN_NAME_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == length;
}

bool pin_folder_valid(int fd)
{
	struct statfs filesystem;
	struct stat status;

	return fstatfs(fd, &filesystem) == 0 && (__u32)filesystem.f_type == BPF_FS_MAGIC &&
	       fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

void pin_path(char path[PIN_PATH_MAX], int folder, const char *name)
{
	snprintf(path, PIN_PATH_MAX, "/proc/self/fd/%d/%s", folder, name);
}

int pin_add(int folder, const char *name, int fd)
{
	char path[PIN_PATH_MAX];
	struct stat status;
	int err;

	pin_path(path, folder, name);
	if (unlinkat(folder, name, 0) < 0 && errno != ENOENT)
		return -errno;
	err = bpf_obj_pin(fd, path);
	if (err || geteuid() != 0)
		return err;
	/* The folder's user removes and opens them later. */
	if (fstat(folder, &status) < 0 ||
	    fchownat(folder, name, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return 0;
}
