// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Paths on which others could put another file or socket in the place of ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "util/trusted_path.h"

#define OTHER 12345 /* a user that is neither root nor this one */

static char top[] = "/tmp/trusted-path-XXXXXX";
static char why[192];

static const char *in_top(const char *rest)
{
	static char paths[2][256]; /* two of them can be in use */
	static unsigned int next;
	char *path = paths[next++ % 2];

	snprintf(path, sizeof(paths[0]), "%s/%s", top, rest);
	return path;
}

static int try(const char *path)
{
	int fd = trusted_open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, 0600, why,
			      sizeof(why));

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static void accepted(const char *rest)
{
	if (try(in_top(rest)) != 0)
		fail_msg("%s: %s", rest, why);
}

static void refused(const char *rest, int err, const char *reason)
{
	if (try(in_top(rest)) != err || !strstr(why, reason))
		fail_msg("%s: should be refused: %s", rest, why);
}

static void make_link(const char *target, const char *rest)
{
	assert_int_equal(symlink(target, in_top(rest)), 0);
}

static void files(void **state)
{
	struct stat file;

	(void)state;
	accepted("new");
	assert_int_equal(stat(in_top("new"), &file), 0);
	assert_int_equal(file.st_mode & 07777, 0600);
	accepted("new");
	accepted(".//new");
	accepted("folder/../new");
	accepted("folder/new");
	assert_int_equal(mkfifo(in_top("fifo"), 0600), 0);
	refused("fifo", -ENXIO, "No such device"); /* of open(2): nobody reads it */
	refused("none/new", -ENOENT, "No such file");
	refused("new/new", -ENOTDIR, "Not a directory");
	refused("folder", -EISDIR, "directory");
	refused("folder/", -EISDIR, "directory");
	refused("folder/..", -EISDIR, "directory");
	assert_int_equal(try(""), -EISDIR);
	assert_int_equal(try("/"), -EISDIR);
}

static void below_the_working_directory(void **state)
{
	int here = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_int_equal(chdir(top), 0);
	assert_int_equal(try("relative"), 0);
	assert_int_equal(try("folder/relative"), 0);
	assert_int_equal(access(in_top("folder/relative"), F_OK), 0);
	assert_int_equal(chmod(top, 0777), 0);
	assert_int_equal(try("relative"), -EPERM);
	assert_int_equal(chmod(top, 0700), 0);
	assert_int_equal(fchdir(here), 0);
	close(here);
}

static void symbolic_links(void **state)
{
	(void)state;
	make_link("new", "link");
	make_link("nowhere", "dangling");
	refused("link", -ELOOP, "symbolic link");
	refused("dangling", -ELOOP, "symbolic link");
	assert_int_equal(access(in_top("nowhere"), F_OK), -1);
	/* Of folders they may be, as /var/run is one: relative, from the root, one after the other. */
	make_link("folder", "to-folder");
	make_link(in_top("to-folder"), "to-link");
	make_link("../to-link", "folder/back");
	accepted("to-folder/by-link");
	accepted("to-link/by-link");
	accepted("folder/back/by-link");
	assert_int_equal(access(in_top("folder/by-link"), F_OK), 0);
	make_link("circle", "circle");
	refused("circle/x", -ELOOP, "Too many levels");
}

static void folders_of_others(void **state)
{
	(void)state;
	assert_int_equal(chmod(in_top("folder"), 0707), 0);
	refused("folder/x", -EPERM, "others may write in its folder 'folder'");
	refused("to-folder/x", -EPERM, "others may write");
	assert_int_equal(mkdir(in_top("folder/inner"), 0700), 0);
	refused("folder/inner/x", -EPERM, "others may write in its folder 'folder'");
	/* Where nobody can remove what is not theirs, it is as good as ours. */
	assert_int_equal(chmod(in_top("folder"), 01707), 0);
	accepted("folder/x");
	accepted("folder/inner/x");
	/* No group is ours alone, and in its bits shows what an ACL grants to others. */
	assert_int_equal(chmod(in_top("folder"), 0770), 0);
	refused("folder/x", -EPERM, "others may write in its folder 'folder'");
	refused("folder/inner/x", -EPERM, "others may write");
	assert_int_equal(chmod(in_top("folder"), 01770), 0);
	accepted("folder/x");
	assert_int_equal(link(in_top("new"), in_top("second")), 0);
	accepted("second");
	assert_int_equal(rename(in_top("second"), "/tmp/trusted-path-second"), 0);
	assert_int_equal(try("/tmp/trusted-path-second"), -EPERM);
	assert_non_null(strstr(why, "more than one name"));
	unlink("/tmp/trusted-path-second");
	assert_int_equal(chmod(in_top("folder"), 0755), 0);
}

/* As root, who can give files away. */
static void folders_of_other_users(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(in_top("folder"), OTHER, 0), 0);
	refused("folder/x", -EPERM, "its folder 'folder' belongs to another user (12345)");
	refused("folder/inner/x", -EPERM, "belongs to another user");
	assert_int_equal(chown(in_top("folder"), 0, OTHER), 0);
	assert_int_equal(chmod(in_top("folder"), 0775), 0);
	refused("folder/x", -EPERM, "others may write");
	assert_int_equal(chown(in_top("folder"), 0, 0), 0);
	refused("folder/x", -EPERM, "others may write");
	/* In a shared folder: a file that another has put there, and a link. */
	assert_int_equal(chmod(in_top("folder"), 01777), 0);
	assert_int_equal(chown(in_top("folder/x"), OTHER, 0), 0);
	refused("folder/x", -EPERM, "it belongs to another user (12345)");
	make_link(in_top("folder/inner"), "folder/planted");
	accepted("folder/planted/x");
	assert_int_equal(lchown(in_top("folder/planted"), OTHER, 0), 0);
	refused("folder/planted/x", -EPERM, "a symbolic link on the way to it belongs");
	/* Where only we make files, one of another user was put there by us. */
	assert_int_equal(chmod(in_top("folder"), 0755), 0);
	accepted("folder/x");
}

/* One entry of the extended attribute that holds an ACL: linux/posix_acl_xattr.h, acl(5). */
struct acl_entry {
	uint16_t tag, perm;
	uint32_t id;
};

static void folders_with_an_acl(void **state)
{
	const struct {
		uint32_t version;
		struct acl_entry entry[5];
	} acl = {2,
		 {
			 {0x01, 7, UINT32_MAX}, /* ACL_USER_OBJ */
			 {0x02, 7, OTHER},      /* ACL_USER */
			 {0x04, 5, UINT32_MAX}, /* ACL_GROUP_OBJ: the group itself may not write */
			 {0x10, 7, UINT32_MAX}, /* ACL_MASK */
			 {0x20, 5, UINT32_MAX}, /* ACL_OTHER */
		 }};

	(void)state;
	assert_int_equal(chmod(in_top("folder"), 0755), 0);
	accepted("folder/acl");
	if (setxattr(in_top("folder"), "system.posix_acl_access", &acl, sizeof(acl), 0) < 0) {
		assert_int_equal(errno, EOPNOTSUPP);
		return; /* a file system without ACLs */
	}
	refused("folder/acl", -EPERM, "others may write in its folder 'folder'");
	assert_int_equal(removexattr(in_top("folder"), "system.posix_acl_access"), 0);
	assert_int_equal(chmod(in_top("folder"), 0755), 0);
	accepted("folder/acl");
}

/* ---- sockets ---------------------------------------------------------------------- */

static void make_socket(const char *rest)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", in_top(rest));
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
}

/* It is found, and is the socket at @end. */
static void found(const char *rest, const char *end)
{
	struct stat socket, expected;
	int fd = trusted_socket(in_top(rest), why, sizeof(why));

	if (fd < 0)
		fail_msg("%s: %s", rest, why);
	assert_int_equal(fstat(fd, &socket), 0);
	assert_int_equal(lstat(in_top(end), &expected), 0);
	assert_int_equal(socket.st_ino, expected.st_ino);
	close(fd);
}

static void not_found(const char *rest, int err, const char *reason)
{
	if (trusted_socket(in_top(rest), why, sizeof(why)) != err || !strstr(why, reason))
		fail_msg("%s: should be refused: %s", rest, why);
}

static void sockets(void **state)
{
	(void)state;
	assert_int_equal(mkdir(in_top("run"), 0755), 0);
	make_socket("run/socket");
	make_link("run/socket", "log"); /* as /dev/log is one of systemd's */
	found("run/socket", "run/socket");
	found("./run/../run//socket", "run/socket");
	found("log", "run/socket");
	not_found("run/none", -ENOENT, "No such file");
	not_found("run", -ENOTSOCK, "non-socket");
	not_found("run/socket/x", -ENOTDIR, "Not a directory");
	accepted("run/file");
	not_found("run/file", -ENOTSOCK, "non-socket");
	/* In a folder that others may write what is ours is good enough, with a sticky bit and without. */
	assert_int_equal(chmod(in_top("run"), 0777), 0);
	found("run/socket", "run/socket");
	assert_int_equal(chmod(in_top("run"), 01777), 0);
	found("run/socket", "run/socket");
}

/* As root, who can give files away. */
static void sockets_of_other_users(void **state)
{
	static const mode_t shared[] = {0770, 0707, 01777};

	(void)state;
	if (geteuid() != 0)
		skip();
	/* A service has its socket in a folder of its own, which only root can have made. */
	assert_int_equal(chmod(in_top("run"), 0755), 0);
	assert_int_equal(chown(in_top("run"), OTHER, OTHER), 0);
	assert_int_equal(chown(in_top("run/socket"), OTHER, OTHER), 0);
	found("run/socket", "run/socket");
	found("log", "run/socket");
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(chmod(in_top("run"), shared[i]), 0);
		not_found("run/socket", -EPERM, "it belongs to another user (12345), in a folder");
		not_found("log", -EPERM, "it belongs to another user (12345), in a folder");
	}
	/* In a shared folder another user can make folders and links before we do. */
	assert_int_equal(chown(in_top("run"), 0, 0), 0);
	assert_int_equal(mkdir(in_top("run/inner"), 0755), 0);
	make_socket("run/inner/socket");
	found("run/inner/socket", "run/inner/socket");
	make_link("inner/socket", "run/link");
	found("run/link", "run/inner/socket");
	assert_int_equal(lchown(in_top("run/link"), OTHER, OTHER), 0);
	not_found("run/link", -EPERM,
		  "a symbolic link on the way to it belongs to another user (12345)");
	assert_int_equal(chown(in_top("run/inner"), OTHER, OTHER), 0);
	not_found("run/inner/socket", -EPERM, "its folder 'inner' belongs to another user (12345)");
}

static int make_top(void **state)
{
	(void)state;
	umask(022);
	return mkdtemp(top) ? mkdir(in_top("folder"), 0755) : -1;
}

static int remove_top(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", top);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files),
		cmocka_unit_test(below_the_working_directory),
		cmocka_unit_test(symbolic_links),
		cmocka_unit_test(folders_of_others),
		cmocka_unit_test(folders_of_other_users),
		cmocka_unit_test(folders_with_an_acl),
		cmocka_unit_test(sockets),
		cmocka_unit_test(sockets_of_other_users),
	};

	return cmocka_run_group_tests_name("trusted_path", tests, make_top, remove_top);
}
