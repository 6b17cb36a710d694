// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_JANSSON

#include "control/client.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/json_read.h"
#include "util/clock.h"
#include "util/trusted_path.h"

#define IDENTIFY_NS  NS_PER_S
#define ROOM_AT_ONCE 65536u

/* ---- the connection -------------------------------------------------------------------- */

static void explain(const char *path, int err, char why[CONTROL_WHY_MAX])
{
	if (err == -ENOENT || err == -ENOTDIR)
		snprintf(why, CONTROL_WHY_MAX,
			 "no rcodewatch has its control socket at %.100s: start it with --control "
			 "PATH, or name that PATH here by --control",
			 path);
	else if (err == -ECONNREFUSED)
		snprintf(why, CONTROL_WHY_MAX,
			 "no rcodewatch listens at %.100s any more: it has ended, start it again",
			 path);
	else if (err == -EACCES)
		snprintf(why, CONTROL_WHY_MAX,
			 "you may not ask the rcodewatch at %.100s: be root, or in the group of "
			 "that socket",
			 path);
	else
		snprintf(why, CONTROL_WHY_MAX, "cannot ask the rcodewatch at %.100s: %s", path,
			 strerror(-err));
}

int control_connect(const char *path, char why[CONTROL_WHY_MAX])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int found, fd, err;

	why[0] = '\0';
	found = trusted_socket(path, why, CONTROL_WHY_MAX);
	if (found < 0) {
		if (found != -EPERM || !why[0])
			explain(path, found, why);
		return found;
	}
	/* By descriptor, so that nobody can put another socket in its place meanwhile. */
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d", found);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	err = fd < 0 ? -errno : 0;
	if (!err && connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		err = -errno;
	close(found);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	explain(path, err == -EAGAIN ? -EBUSY : err, why);
	return err;
}

/* Wait for one of @events. 0 or -ETIMEDOUT. */
static int wait_until(int fd, short events, int64_t until_ns)
{
	struct pollfd file = {.fd = fd, .events = events};

	for (;;) {
		int64_t left = until_ns - clock_mono_ns();

		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&file, 1, (int)(left / NS_PER_MS) + 1) > 0)
			return 0;
	}
}

static int send_request(int fd, const struct control_request *request, int64_t until_ns)
{
	char text[128], since[32] = "";
	size_t size;

	if (request->command == CONTROL_HISTORY)
		snprintf(since, sizeof(since), ",\"since_s\":%u", request->since_s);
	size = (size_t)snprintf(text, sizeof(text), "{\"schema\":\"%s\",\"command\":\"%s\"%s}\n",
				CONTROL_SCHEMA, control_command_names[request->command], since);

	for (size_t sent = 0; sent < size;) {
		ssize_t wrote;
		int err = wait_until(fd, POLLOUT, until_ns);

		if (err)
			return err;
		wrote = send(fd, text + sent, size - sent, MSG_NOSIGNAL);
		if (wrote < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		sent += wrote > 0 ? (size_t)wrote : 0;
	}
	return 0;
}

struct text {
	char *data;
	size_t size, room;
};

static int make_room(struct text *text)
{
	size_t room = text->room ? 2 * text->room : ROOM_AT_ONCE;
	char *data;

	if (text->size < text->room)
		return 0;
	if (text->size >= CONTROL_ANSWER_MAX)
		return -EMSGSIZE;
	data = realloc(text->data, room);
	if (!data)
		return -ENOMEM;
	text->data = data;
	text->room = room;
	return 0;
}

/* All until the other side hangs up. 0 or a negative errno. */
static int read_answer(int fd, struct text *text, int64_t until_ns)
{
	for (;;) {
		int err = make_room(text);
		ssize_t got;

		if (!err)
			err = wait_until(fd, POLLIN, until_ns);
		if (err)
			return err;
		got = read(fd, text->data + text->size, text->room - text->size);
		if (got == 0)
			return 0;
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		text->size += got > 0 ? (size_t)got : 0;
	}
}

/* ---- what is in it --------------------------------------------------------------------- */

json_t *control_answer_read(const char *text, size_t size, enum control_command command,
			    char why[CONTROL_WHY_MAX])
{
	json_error_t error;
	json_t *answer = size ? json_loadb(text, size, JSON_REJECT_DUPLICATES, &error) : NULL;

	if (!size)
		snprintf(why, CONTROL_WHY_MAX, "rcodewatch has hung up without an answer");
	else if (!answer)
		snprintf(why, CONTROL_WHY_MAX, "what listens there answers no JSON");
	else if (strcmp(json_read_string(answer, "schema"), CONTROL_SCHEMA) != 0)
		snprintf(why, CONTROL_WHY_MAX,
			 "what listens there does not speak " CONTROL_SCHEMA
			 ": is it an rcodewatch "
			 "of another version?");
	else if (strcmp(json_read_string(answer, "type"), "error") == 0)
		snprintf(why, CONTROL_WHY_MAX, "rcodewatch refuses: %.200s",
			 json_read_string(answer, "error"));
	else if (strcmp(json_read_string(answer, "type"), control_command_names[command]) != 0)
		snprintf(why, CONTROL_WHY_MAX, "what listens there answers something else");
	else
		return answer;
	json_decref(answer);
	return NULL;
}

json_t *control_ask(int fd, const struct control_request *request, int64_t timeout_ns,
		    char why[CONTROL_WHY_MAX])
{
	int64_t until = clock_mono_ns() + timeout_ns;
	struct text text = {0};
	int err = send_request(fd, request, until);
	json_t *answer = NULL;

	if (!err)
		err = read_answer(fd, &text, until);
	if (err == -ETIMEDOUT)
		snprintf(why, CONTROL_WHY_MAX, "rcodewatch did not answer in time");
	else if (err == -EMSGSIZE)
		snprintf(why, CONTROL_WHY_MAX, "the answer is longer than %u MiB",
			 CONTROL_ANSWER_MAX >> 20);
	else if (err)
		snprintf(why, CONTROL_WHY_MAX, "cannot ask: %s", strerror(-err));
	else
		answer = control_answer_read(text.data, text.size, request->command, why);
	free(text.data);
	return answer;
}

/* ", watching eth0, eth1" of a status; "" if it names none. Both directions of one follow each other. */
static void list_interfaces(const json_t *status, char *text, size_t size)
{
	const json_t *list = json_object_get(status, "interfaces"), *one;
	const char *last = "";
	size_t used = 0, i;

	text[0] = '\0';
	json_array_foreach(list, i, one)
	{
		const char *name = json_read_string(one, "interface");

		if (used >= size)
			break;
		if (strcmp(name, last) != 0)
			used += (size_t)snprintf(text + used, size - used, "%s%.16s",
						 used ? ", " : ", watching ", name);
		last = name;
	}
}

const char *control_listening_process(const char *path, char text[CONTROL_WHY_MAX])
{
	const struct control_request request = {.command = CONTROL_STATUS};
	char why[CONTROL_WHY_MAX], interfaces[100];
	int fd = control_connect(path, why);
	struct ucred peer = {0};
	socklen_t size = sizeof(peer);
	json_t *status;

	snprintf(text, CONTROL_WHY_MAX, "another process");
	if (fd < 0)
		return text;
	/* Of the one who listens there. */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid > 0)
		snprintf(text, CONTROL_WHY_MAX, "process %d", peer.pid);
	status = control_ask(fd, &request, IDENTIFY_NS, why);
	close(fd);
	if (status) {
		size_t used = strlen(text);

		list_interfaces(status, interfaces, sizeof(interfaces));
		snprintf(text + used, CONTROL_WHY_MAX - used, " (rcodewatch since %.40s%s)",
			 json_read_string(status, "started"), interfaces);
		json_decref(status);
	}
	return text;
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int control_client_is_not_built_in;
#endif
