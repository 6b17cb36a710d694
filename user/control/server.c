// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "control/server.h"

#ifdef HAVE_JANSSON

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/json_writer.h"
#include "util/privileges.h"

/* To send a request; to get the answer and take it. */
#define REQUEST_NS (5 * NS_PER_S)
#define ANSWER_NS  (10 * NS_PER_S)
/* Between two questions to the thread that reports, and so many times what the last answer took. */
#define ASK_NS    (20 * NS_PER_MS)
#define ASK_TIMES 9
/* After accept() has failed, for want of descriptors. */
#define ACCEPT_NS (100 * NS_PER_MS)

/* ---- answers ------------------------------------------------------------------------- */

static void set_answer(struct control_server *server, struct control_client *client, char *answer,
		       size_t size)
{
	client->answer = answer;
	client->size = answer ? size : 0;
	client->sent = 0;
	client->state = CONTROL_WRITING;
	client->until_ns = clock_mono_ns() + ANSWER_NS;
	server->held += client->size;
}

/* What @function writes. NULL: memory is short. */
static char *make_answer(control_answer_fn *function, void *cls,
			 const struct control_request *request, size_t *size)
{
	char *data = NULL;
	FILE *out = open_memstream(&data, size);
	bool failed;

	if (!out)
		return NULL;
	function(cls, request, out);
	failed = ferror(out);
	if (fclose(out) == 0 && !failed)
		return data;
	free(data);
	return NULL;
}

static void write_error(void *cls, const struct control_request *request, FILE *out)
{
	struct json j;

	(void)request;
	json_init(&j, out);
	json_object_begin(&j, NULL);
	json_string(&j, "schema", CONTROL_SCHEMA);
	json_string(&j, "type", "error");
	json_string(&j, "error", cls);
	json_object_end(&j);
	fputc('\n', out);
}

static void refuse(struct control_server *server, struct control_client *client, char *why)
{
	size_t size = 0;
	char *answer = make_answer(write_error, why, NULL, &size);

	set_answer(server, client, answer, size);
}

/* ---- clients ------------------------------------------------------------------------- */

static void hang_up(struct control_server *server, struct control_client *client)
{
	if (server->asker == client)
		server->asker = NULL;
	close(client->fd);
	server->held -= client->size;
	free(client->answer);
	client->answer = NULL;
	client->size = 0;
	client->state = CONTROL_FREE;
}

/* A place for a new client; NULL: there is none. The longest of those that have not said what they want gives way. */
static struct control_client *find_place(struct control_server *server)
{
	struct control_client *oldest = NULL;

	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct control_client *client = &server->client[i];

		if (client->state == CONTROL_FREE)
			return client;
		if (client->state == CONTROL_READING &&
		    (!oldest || client->number < oldest->number))
			oldest = client;
	}
	return oldest;
}

static void read_request(struct control_server *server, struct control_client *client)
{
	size_t room = sizeof(client->text) - client->got;
	ssize_t got = read(client->fd, client->text + client->got, room);
	char why[CONTROL_WHY_MAX];
	const char *end;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) { /* in the middle, or without a word */
		hang_up(server, client);
		return;
	}
	end = memchr(client->text + client->got, '\n', (size_t)got);
	client->got += (size_t)got;
	if (!end && client->got < sizeof(client->text))
		return;
	if (!end)
		snprintf(why, sizeof(why), "a request has at most %u bytes", CONTROL_REQUEST_MAX);
	else if (end + 1 != client->text + client->got)
		snprintf(why, sizeof(why), "one request is answered for each connection");
	else if (control_request_parse(&client->request, client->text, (size_t)(end - client->text),
				       why) == 0) {
		client->state = CONTROL_WAITING;
		client->until_ns = clock_mono_ns() + ANSWER_NS;
		return;
	}
	refuse(server, client, why);
}

static void write_answer(struct control_server *server, struct control_client *client)
{
	ssize_t sent = client->answer ? send(client->fd, client->answer + client->sent,
					     client->size - client->sent, MSG_NOSIGNAL)
				      : 0;

	if (sent < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (sent > 0) {
		client->sent += (size_t)sent;
		if (client->sent < client->size)
			return;
	}
	hang_up(server, client);
}

static void accept_clients(struct control_server *server)
{
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct control_client *client = find_place(server);
		int fd;

		if (!client)
			return;
		fd = accept4(server->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0) {
			if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
				server->accept_ns = clock_mono_ns() + ACCEPT_NS;
			return;
		}
		if (client->state != CONTROL_FREE)
			hang_up(server, client);
		client->state = CONTROL_READING;
		client->fd = fd;
		client->until_ns = clock_mono_ns() + REQUEST_NS;
		client->number = server->clients++;
		client->got = 0;
		/* Most have sent it already, and cannot be made to give way then. */
		read_request(server, client);
	}
}

/* ---- the thread that reports --------------------------------------------------------- */

static void ask(struct control_server *server, struct control_client *client)
{
	pthread_mutex_lock(&server->lock);
	server->asked = true;
	server->question = client->request;
	pthread_mutex_unlock(&server->lock);
	server->asker = client;
	eventfd_write(server->ask_fd, 1);
}

void control_server_answer(struct control_server *server)
{
	struct control_request question = {0};
	int64_t began = clock_mono_ns();
	eventfd_t count;
	size_t size = 0;
	char *answer;
	bool asked;

	if (eventfd_read(server->ask_fd, &count) < 0)
		return;
	pthread_mutex_lock(&server->lock);
	asked = server->asked && !server->answered;
	if (asked)
		question = server->question;
	pthread_mutex_unlock(&server->lock);
	if (!asked)
		return;
	answer = make_answer(server->answer_one, server->cls, &question, &size);
	pthread_mutex_lock(&server->lock);
	server->answer = answer;
	server->size = size;
	server->took_ns = clock_mono_ns() - began;
	server->answered = true;
	pthread_mutex_unlock(&server->lock);
	eventfd_write(server->wake_fd, 1);
}

/* If there is an answer: to the one who has asked, if that has not gone. */
static void pass_answer_on(struct control_server *server)
{
	int64_t pause;
	char *answer;

	pthread_mutex_lock(&server->lock);
	if (!server->answered) {
		pthread_mutex_unlock(&server->lock);
		return;
	}
	answer = server->answer;
	server->answer = NULL;
	server->asked = server->answered = false;
	pause = ASK_TIMES * server->took_ns;
	pthread_mutex_unlock(&server->lock);
	server->ask_ns = clock_mono_ns() + (pause > ASK_NS ? pause : ASK_NS);
	if (server->asker)
		set_answer(server, server->asker, answer, server->size);
	else
		free(answer);
	server->asker = NULL;
}

static bool is_asking(struct control_server *server)
{
	bool asked;

	pthread_mutex_lock(&server->lock);
	asked = server->asked;
	pthread_mutex_unlock(&server->lock);
	return asked;
}

/* Ask for the client that has waited longest, as far as that is possible now. */
static void serve_waiting(struct control_server *server)
{
	struct control_client *next = NULL;

	if (is_asking(server) || server->held >= CONTROL_HELD_MAX ||
	    clock_mono_ns() < server->ask_ns)
		return;
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct control_client *client = &server->client[i];

		if (client->state == CONTROL_WAITING && (!next || client->number < next->number))
			next = client;
	}
	if (next)
		ask(server, next);
}

/* ---- the thread of the server ---------------------------------------------------------- */

static void earlier(int64_t *next_ns, int64_t at_ns)
{
	if (at_ns < *next_ns)
		*next_ns = at_ns;
}

/* Hang up on those whose time is over. Gives when there is something to do at the latest. */
static int64_t end_late(struct control_server *server)
{
	int64_t now = clock_mono_ns(), next = INT64_MAX;

	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct control_client *client = &server->client[i];

		if (client->state != CONTROL_FREE && client->until_ns <= now)
			hang_up(server, client);
		if (client->state != CONTROL_FREE)
			earlier(&next, client->until_ns);
		if (client->state == CONTROL_WAITING && server->ask_ns > now)
			earlier(&next, server->ask_ns);
	}
	if (server->accept_ns > now)
		earlier(&next, server->accept_ns);
	return next;
}

static int wait_ms(int64_t next_ns)
{
	int64_t left = next_ns - clock_mono_ns();

	if (next_ns == INT64_MAX)
		return -1;
	return left > 0 ? (int)(left / NS_PER_MS) + 1 : 0;
}

static void serve_client(struct control_server *server, struct control_client *client, short events)
{
	if (client->state == CONTROL_READING)
		read_request(server, client);
	else if (client->state == CONTROL_WRITING)
		write_answer(server, client);
	else if (events & (POLLHUP | POLLERR))
		hang_up(server, client);
}

static void serve_once(struct control_server *server, int64_t next_ns)
{
	struct pollfd files[CONTROL_CLIENTS_MAX + 2] = {
		{.fd = server->wake_fd, .events = POLLIN},
		{.fd = -1, .events = POLLIN},
	};
	eventfd_t count;

	if (find_place(server) && clock_mono_ns() >= server->accept_ns)
		files[1].fd = server->listener.fd;
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		const struct control_client *client = &server->client[i];

		files[i + 2].fd = client->state == CONTROL_FREE ? -1 : client->fd;
		files[i + 2].events = client->state == CONTROL_READING   ? POLLIN
				      : client->state == CONTROL_WRITING ? POLLOUT
									 : 0;
	}
	if (poll(files, CONTROL_CLIENTS_MAX + 2, wait_ms(next_ns)) <= 0)
		return;
	if (files[0].revents)
		eventfd_read(server->wake_fd, &count);
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
		if (files[i + 2].revents)
			serve_client(server, &server->client[i], files[i + 2].revents);
	if (files[1].revents)
		accept_clients(server);
}

static void *serve(void *arg)
{
	struct control_server *server = arg;

	privileges_none();
	while (!atomic_load(&server->stop)) {
		pass_answer_on(server);
		serve_waiting(server);
		serve_once(server, end_late(server));
	}
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
		if (server->client[i].state != CONTROL_FREE)
			hang_up(server, &server->client[i]);
	return NULL;
}

int control_server_open(struct control_server *server, char why[LISTENER_WHY_MAX])
{
	int err;

	server->ask_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	server->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	server->listener.fd = -1;
	err = server->ask_fd < 0 || server->wake_fd < 0 ? -errno
							: -pthread_mutex_init(&server->lock, NULL);
	if (err)
		snprintf(why, LISTENER_WHY_MAX, "%s", strerror(-err));
	else
		err = listener_open(&server->listener, &server->address, why);
	if (err)
		control_server_close(server);
	return err;
}

int control_server_start(struct control_server *server)
{
	int err = -pthread_create(&server->thread, NULL, serve, server);

	server->running = !err;
	return err;
}

void control_server_close(struct control_server *server)
{
	int *const files[] = {&server->ask_fd, &server->wake_fd};

	if (server->running) {
		atomic_store(&server->stop, true);
		eventfd_write(server->wake_fd, 1);
		pthread_join(server->thread, NULL);
		server->running = false;
	}
	if (server->ask_fd > 0)
		listener_close(&server->listener, &server->address);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (*files[i] > 0)
			close(*files[i]);
		*files[i] = -1;
	}
	free(server->answer);
	server->answer = NULL;
}

#endif
