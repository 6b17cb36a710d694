// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What is kept, in both places: pins in a BPF filesystem of this test's own, and a service manager that is this
 * test. Each start of the service is a process.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "attacher/client.h"
#include "service/keep.h"
#include "service/notify.h"
#include "service/received_fds.h"

static char folder[] = "/tmp/test_keep.XXXXXX";
static char pins[sizeof(folder) + 16];

/* A map with @value in it. */
static int make_map(__u32 value)
{
	LIBBPF_OPTS(bpf_map_create_opts, options);
	__u32 zero = 0;
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "kept", sizeof(zero), sizeof(value), 1,
				&options);

	assert_true(fd >= 0);
	assert_int_equal(bpf_map_update_elem(fd, &zero, &value, BPF_ANY), 0);
	return fd;
}

static __u32 value_of(int fd)
{
	__u32 zero = 0, value = 0;

	return bpf_map_lookup_elem(fd, &zero, &value) == 0 ? value : 0;
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("bpf", folder, "bpf", 0, "mode=0755") < 0)
		return -1;
	snprintf(pins, sizeof(pins), "%s/pins", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	umount(folder);
	return rmdir(folder);
}

/* The one that pins. */
static struct attacher attacher;

static int open_pins(struct keep *keep)
{
	const struct run_user user = {.uid = 65534, .gid = 65534, .change = true};

	assert_int_equal(attacher_open(&attacher), 0);
	assert_int_equal(attacher_become(&attacher, &user, false, false), 0);
	return keep_open(keep, &attacher, pins, 65534, 65534);
}

static void close_pins(struct keep *keep)
{
	keep_close(keep);
	attacher_close(&attacher);
}

static void test_pins(void **state)
{
	struct keep *keep = calloc(1, sizeof(*keep));
	int one = make_map(1), two = make_map(2);
	struct stat status;
	char other[sizeof(pins) + 16];

	(void)state;
	assert_non_null(keep);
	assert_int_equal(open_pins(keep), 0);
	assert_true(keep_active(keep));
	assert_int_equal(stat(pins, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
	assert_int_equal(status.st_uid, 65534);
	assert_int_equal(keep_get(keep, "one"), -ENOENT);
	assert_int_equal(keep_object(keep, "one", one), 0);
	assert_int_equal(keep_object(keep, "two", two), 0);
	assert_int_equal(keep_object(keep, "one", two), 0); /* in the place of the first */
	assert_int_equal(keep_object(keep, "one", one), 0);
	assert_int_equal(keep_sync(keep), 0);
	close_pins(keep);
	close(one);
	close(two);
	/* What has another name is none of ours. */
	snprintf(other, sizeof(other), "%s/Other", pins);
	one = make_map(3);
	assert_int_equal(bpf_obj_pin(one, other), 0);
	close(one);

	assert_int_equal(open_pins(keep), 0);
	assert_int_equal(keep->count, 2);
	assert_int_equal(value_of(keep_get(keep, "one")), 1);
	assert_int_equal(value_of(keep_get(keep, "two")), 2);
	keep_remove(keep, "one");
	keep_remove(keep, "never");
	assert_int_equal(keep_get(keep, "one"), -ENOENT);
	close_pins(keep);

	assert_int_equal(open_pins(keep), 0);
	assert_int_equal(keep->count, 1);
	assert_int_equal(value_of(keep_get(keep, "two")), 2);
	keep_remove(keep, "two");
	close_pins(keep);
	assert_int_equal(access(other, F_OK), 0);
	assert_int_equal(unlink(other), 0);
	assert_int_equal(rmdir(pins), 0);
	free(keep);
}

static void test_refused_folders(void **state)
{
	struct keep *keep = calloc(1, sizeof(*keep)), *second = calloc(1, sizeof(*second));
	char text[sizeof(pins) + 16];

	(void)state;
	assert_true(keep && second);
	assert_int_equal(keep_open(keep, NULL, "relative", 0, 0), -EINVAL);
	assert_int_equal(keep_open(keep, NULL, "/tmp", 0, 0), -EINVAL); /* no BPF filesystem */
	snprintf(text, sizeof(text), "%s/none/pins", folder);
	assert_int_equal(keep_open(keep, NULL, text, 0, 0), -ENOENT);
	assert_int_equal(mkdir(pins, 0700), 0);
	assert_int_equal(chmod(pins, 0770), 0);
	assert_int_equal(keep_open(keep, NULL, pins, 0, 0), -EPERM);
	assert_int_equal(chmod(pins, 0700), 0);
	assert_int_equal(chown(pins, 65534, 65534), 0);
	assert_int_equal(keep_open(keep, NULL, pins, 0, 0), -EPERM);
	assert_int_equal(chown(pins, 0, 0), 0);
	snprintf(text, sizeof(text), "%s/link", folder);
	assert_int_equal(symlink(pins, text), 0);
	assert_int_equal(keep_open(keep, NULL, text, 0, 0), -ENOTDIR);
	assert_int_equal(unlink(text), 0);
	/* One process at a time. */
	assert_int_equal(keep_open(keep, NULL, pins, 0, 0), 0);
	assert_int_equal(keep_open(second, NULL, pins, 0, 0), -EWOULDBLOCK);
	keep_close(keep);
	assert_int_equal(keep_open(second, NULL, pins, 0, 0), 0);
	keep_close(second);
	assert_int_equal(rmdir(pins), 0);
	free(keep);
	free(second);
}

/* ---- the store -------------------------------------------------------------------- */

/* Start this program again as @part of the test with @fds from 3 on. Gives its exit status. */
static int start_part(const char *part, const int *fds, size_t count, const char *names,
		      const char *pid, const char *notify)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		char number[32];
		int high[16];

		/* Out of the way, then to their places. */
		for (size_t i = 0; i < count; i++)
			high[i] = fcntl(fds[i], F_DUPFD, 100);
		for (size_t i = 0; i < count; i++)
			dup2(high[i], RECEIVED_FDS_FIRST + (int)i);
		close_range(RECEIVED_FDS_FIRST + (unsigned int)count, ~0u, 0);
		snprintf(number, sizeof(number), "%zu", count);
		setenv("LISTEN_FDS", number, 1);
		snprintf(number, sizeof(number), "%d", getpid());
		setenv("LISTEN_PID", pid ? pid : number, 1);
		setenv("LISTEN_FDNAMES", names, 1);
		setenv("NOTIFY_SOCKET", notify, 1);
		execl("/proc/self/exe", "test_keep", part, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define CHECK(condition)                                                   \
	do {                                                               \
		if (!(condition)) {                                        \
			fprintf(stderr, "%d: " #condition "\n", __LINE__); \
			return 1;                                          \
		}                                                          \
	} while (0)

/* Each of the parts gives an exit status. */
static int part_received(struct keep *keep)
{
	CHECK(keep->place == KEEP_STORE);
	CHECK(value_of(keep_get(keep, "map-b")) == 12);
	CHECK(value_of(keep_get(keep, "map-a")) == 11);
	CHECK(keep->count == 2); /* of two with one name the first, and none with a wrong name */
	CHECK(!getenv("LISTEN_FDS") && !getenv("LISTEN_PID") && !getenv("LISTEN_FDNAMES"));
	CHECK(fcntl(keep_get(keep, "map-a"), F_GETFD) & FD_CLOEXEC);
	return 0;
}

static int part_nothing(struct keep *keep)
{
	CHECK(keep->count == 0);
	return 0;
}

static int part_stores(struct keep *keep)
{
	int fd = make_map(21);

	CHECK(keep_object(keep, "map-c", fd) == 0);
	CHECK(value_of(keep_get(keep, "map-c")) == 21);
	keep_remove(keep, "map-a");
	CHECK(keep_get(keep, "map-a") == -ENOENT);
	return 0;
}

static int run_part(const char *part)
{
	struct keep *keep = calloc(1, sizeof(*keep));
	int status = 1;

	if (!keep || notify_open() < 0 || keep_open(keep, NULL, NULL, 0, 0) < 0)
		return 1;
	if (strcmp(part, "received") == 0)
		status = part_received(keep);
	else if (strcmp(part, "nothing") == 0)
		status = part_nothing(keep);
	else if (strcmp(part, "stores") == 0)
		status = part_stores(keep);
	keep_close(keep);
	free(keep);
	return status;
}

static int open_manager(char path[64])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* By an abstract name. */
	snprintf(path, 64, "@test_keep.%d", getpid());
	memcpy(address.sun_path + 1, path + 1, strlen(path) - 1);
	assert_int_equal(bind(manager, (struct sockaddr *)&address,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path))),
			 0);
	return manager;
}

/* The next message's text, and the value of the map that came with it, 0 if there was none. */
static __u32 receive(int manager, char *text, size_t size)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = {.iov_base = text, .iov_len = size - 1};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t got = recvmsg(manager, &message, MSG_DONTWAIT);
	__u32 value;
	int fd;

	assert_true(got >= 0);
	text[got] = '\0';
	if (!message.msg_controllen)
		return 0;
	memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
	value = value_of(fd);
	close(fd);
	return value;
}

static void test_store(void **state)
{
	const int fds[] = {make_map(11), make_map(12), make_map(13), make_map(14), make_map(15)};
	char path[64], text[256];
	int manager = open_manager(path);

	(void)state;
	assert_int_equal(
		start_part("received", fds, 5, "map-a:map-b:map-a:Wrong Name:", NULL, path), 0);
	/* Names of all that is hostile: too few, too many, too long. */
	assert_int_equal(start_part("nothing", fds, 2, "A:::::::::::B", NULL, path), 0);
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(start_part("nothing", fds, 1, text, NULL, path), 0);
	assert_int_equal(start_part("nothing", fds, 1, "map-a", "1", path),
			 0); /* another process's */
	assert_int_equal(start_part("nothing", fds, 1, "map-a", "x", path), 0);

	assert_int_equal(start_part("stores", fds, 1, "map-a", NULL, path), 0);
	assert_int_equal(receive(manager, text, sizeof(text)), 21);
	assert_string_equal(text, "FDSTORE=1\nFDPOLL=0\nFDNAME=map-c");
	assert_int_equal(receive(manager, text, sizeof(text)), 0);
	assert_string_equal(text, "FDSTOREREMOVE=1\nFDNAME=map-a");
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		close(fds[i]);
	close(manager);
}

static void test_nowhere(void **state)
{
	struct keep *keep = calloc(1, sizeof(*keep));
	int fd = make_map(1);

	(void)state;
	assert_non_null(keep);
	assert_int_equal(keep_open(keep, NULL, NULL, 0, 0), 0);
	assert_false(keep_active(keep));
	assert_int_equal(keep_object(keep, "one", fd), 0);
	assert_int_equal(keep_get(keep, "one"), -ENOENT);
	keep_remove(keep, "one");
	assert_int_equal(keep_sync(keep), 0);
	keep_close(keep);
	close(fd);
	free(keep);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pins),
		cmocka_unit_test(test_refused_folders),
		cmocka_unit_test(test_store),
		cmocka_unit_test(test_nowhere),
	};

	if (argc > 1)
		return run_part(argv[1]);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
