// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_MICROHTTPD

#include "sinks/prometheus/http_server.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/privileges.h"

static const char not_found[] = "There are /metrics, /healthz, /api/v1/status, /api/v1/report,\n"
				"/api/v1/history.\n";
static const char no_such_method[] = "GET and HEAD only.\n";
static const char bad_host[] = "One Host field is needed (RFC 9112 section 3.2).\n";
static const char wrong_host[] = "This listener is not known by the name in the Host field. It "
				 "takes addresses, localhost, the\n"
				 "name of its host, and names that are given to the sink: "
				 "prometheus:ADDRESS:PORT,host=NAME.\n";

/* NULL: there was no place left. */
static struct http_client *client_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

/* ---- pages ------------------------------------------------------------------------ */

static void add_headers(struct MHD_Response *page, const char *type)
{
	MHD_add_response_header(page, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(page, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	MHD_add_response_header(page, "X-Content-Type-Options", "nosniff");
}

struct MHD_Response *http_page(char *data, size_t size, const char *type)
{
	struct MHD_Response *page = MHD_create_response_from_buffer(size, data,
								    MHD_RESPMEM_MUST_FREE);

	if (page)
		add_headers(page, type);
	else
		free(data);
	return page;
}

void http_page_free(struct MHD_Response *page)
{
	if (page)
		MHD_destroy_response(page);
}

const char *http_header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

enum http_status http_queue(struct MHD_Connection *connection, enum http_status status,
			    struct MHD_Response *page)
{
	static const unsigned int codes[HTTP_STATUSES] = {
		[HTTP_STATUS_OK] = MHD_HTTP_OK,
		[HTTP_STATUS_BAD] = MHD_HTTP_BAD_REQUEST,
		[HTTP_STATUS_NOT_FOUND] = MHD_HTTP_NOT_FOUND,
		[HTTP_STATUS_METHOD] = MHD_HTTP_METHOD_NOT_ALLOWED,
		[HTTP_STATUS_MISDIRECTED] = MHD_HTTP_MISDIRECTED_REQUEST,
		[HTTP_STATUS_UNAVAILABLE] = MHD_HTTP_SERVICE_UNAVAILABLE,
	};

	if (!page || MHD_queue_response(connection, codes[status], page) != MHD_YES)
		return HTTP_STATUSES;
	return status;
}

enum http_status http_queue_pieces(struct MHD_Connection *connection, const char *type,
				   ssize_t (*read)(void *cls, uint64_t position, char *buffer,
						   size_t room),
				   void *cls, void (*done)(void *cls))
{
	struct MHD_Response *page = MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, HTTP_REQUEST_MAX, read, cls, done);
	const struct http_client *client = client_of(connection);
	enum http_status status;

	if (!page) {
		done(cls);
		return HTTP_STATUSES;
	}
	add_headers(page, type);
	/* 0.9.75 sends the last of no chunks after the head, which the
	 * client would take for the beginning of the next answer. */
	if (client && client->head)
		MHD_set_response_options(page, MHD_RF_HTTP_VERSION_1_0_ONLY, MHD_RO_END);
	status = http_queue(connection, HTTP_STATUS_OK, page);
	MHD_destroy_response(page);
	return status;
}

static enum http_status queue_words(struct MHD_Connection *connection, enum http_status status,
				    const char *words)
{
	/* The library does not write to what is persistent, though it does not say so. */
	struct MHD_Response *page = MHD_create_response_from_buffer(
		strlen(words), (void *)(uintptr_t)words, MHD_RESPMEM_PERSISTENT);

	if (page) {
		add_headers(page, "text/plain; charset=utf-8");
		if (status == HTTP_STATUS_METHOD)
			MHD_add_response_header(page, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
		status = http_queue(connection, status, page);
	}
	http_page_free(page);
	return page ? status : HTTP_STATUSES;
}

/* ---- connections ------------------------------------------------------------------- */

static bool is_read(const char *method)
{
	return strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
	       strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
}

static enum MHD_Result count_host(void *cls, enum MHD_ValueKind kind, const char *name,
				  const char *value)
{
	unsigned int *count = cls;

	(void)kind, (void)value;
	*count += strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0;
	return MHD_YES;
}

/* HTTP_STATUS_OK if the Host field is as it should be. HTTP/1.0, of health checks, may have none. */
static enum http_status judge_host(const struct http_server *server,
				   struct MHD_Connection *connection, const char *version)
{
	const char *host = http_header(connection, MHD_HTTP_HEADER_HOST);
	unsigned int count = 0;

	MHD_get_connection_values(connection, MHD_HEADER_KIND, count_host, &count);
	if (count > 1 || (count == 0 && strcmp(version, MHD_HTTP_VERSION_1_0) != 0))
		return HTTP_STATUS_BAD;
	if (!server->hosts || count == 0)
		return HTTP_STATUS_OK;
	return host && http_hosts_allow(server->hosts, host) ? HTTP_STATUS_OK
							     : HTTP_STATUS_MISDIRECTED;
}

static enum http_status answer(struct http_server *server, struct MHD_Connection *connection,
			       const char *url, const char *version)
{
	enum http_status status = judge_host(server, connection, version);

	if (status == HTTP_STATUS_BAD)
		return queue_words(connection, status, bad_host);
	if (status == HTTP_STATUS_MISDIRECTED)
		return queue_words(connection, status, wrong_host);
	status = server->answer(server->cls, connection, url);
	if (status == HTTP_STATUS_NOT_FOUND)
		return queue_words(connection, status, not_found);
	return status;
}

static bool has_body(struct MHD_Connection *connection)
{
	const char *length = http_header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);

	return http_header(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING) ||
	       (length && strcmp(length, "0") != 0);
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **request)
{
	struct http_server *server = cls;
	struct http_client *client = client_of(connection);
	enum http_status status;

	(void)upload, (void)upload_size;
	if (client) {
		/* A scraper that comes as often as connections are cut must not be cut within its answer. */
		if (client->idle && client->since_ns != INT64_MAX)
			client->since_ns = clock_mono_ns();
		client->idle = false;
		client->head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	}
	if (!is_read(method)) {
		status = queue_words(connection, HTTP_STATUS_METHOD, no_such_method);
	} else if (!*request && !has_body(connection)) {
		/* What is answered in the first call ends the connection: it leaves a body unread. */
		*request = server;
		return MHD_YES;
	} else {
		status = answer(server, connection, url, version);
	}
	if (status == HTTP_STATUSES)
		return MHD_NO;
	atomic_fetch_add(&server->requests[status], 1);
	return MHD_YES;
}

static void completed(void *cls, struct MHD_Connection *connection, void **request,
		      enum MHD_RequestTerminationCode code)
{
	struct http_client *client = client_of(connection);

	(void)cls, (void)request, (void)code;
	if (client) {
		client->idle = true;
		client->since_ns = clock_mono_ns();
	}
}

static void come_or_gone(void *cls, struct MHD_Connection *connection, void **context,
			 enum MHD_ConnectionNotificationCode code)
{
	struct http_server *server = cls;
	struct http_client *client = *context;
	const union MHD_ConnectionInfo *info;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (client)
			client->used = false;
		return;
	}
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	for (size_t i = 0; i < sizeof(server->client) / sizeof(server->client[0]) && info; i++) {
		client = &server->client[i];
		if (client->used)
			continue;
		*client = (struct http_client){
			.fd = info->connect_fd, .used = true, .since_ns = clock_mono_ns()};
		*context = client;
		return;
	}
}

/*
 * The library's own time-out begins anew with every byte: a client that sends or takes one now and
 * then would stay for ever. When the next one is due, or INT64_MAX.
 */
static int64_t cut_late(struct http_server *server)
{
	int64_t now = clock_mono_ns(), next = INT64_MAX;

	for (size_t i = 0; i < sizeof(server->client) / sizeof(server->client[0]); i++) {
		struct http_client *client = &server->client[i];
		int64_t due;

		if (!client->used || client->since_ns == INT64_MAX)
			continue;
		due = client->since_ns + server->timeout_ns;
		if (now < due) {
			next = due < next ? due : next;
			continue;
		}
		/* The library finds it at its end and takes it down. */
		shutdown(client->fd, SHUT_RDWR);
		client->since_ns = INT64_MAX;
		if (!client->idle)
			atomic_fetch_add(&server->cut, 1);
	}
	return next;
}

/* ---- the thread ---------------------------------------------------------------------- */

static int wait_ms(struct http_server *server, int64_t next_ns)
{
	MHD_UNSIGNED_LONG_LONG library;
	int64_t ms = -1;

	if (next_ns != INT64_MAX) {
		ms = (next_ns - clock_mono_ns()) / NS_PER_MS + 1;
		ms = ms > 0 ? ms : 0;
	}
	if (MHD_get_timeout(server->daemon, &library) == MHD_YES && library < INT_MAX &&
	    (ms < 0 || (int64_t)library < ms))
		ms = (int64_t)library;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

static void *serve(void *arg)
{
	struct http_server *server = arg;
	struct pollfd files[] = {
		{.fd = server->epoll_fd, .events = POLLIN},
		{.fd = server->wake_fd, .events = POLLIN},
	};

	privileges_none();
	while (!atomic_load(&server->stop)) {
		int64_t next = cut_late(server);

		if (poll(files, 2, wait_ms(server, next)) < 0 && errno != EINTR)
			break;
		MHD_run(server->daemon);
	}
	MHD_stop_daemon(server->daemon);
	server->daemon = NULL;
	return NULL;
}

static int start_daemon(struct http_server *server, int listen_fd)
{
	/* What the library closes in the end is its own. */
	int fd = fcntl(listen_fd, F_DUPFD_CLOEXEC, 0);
	const union MHD_DaemonInfo *info;

	if (fd < 0)
		return -errno;
	server->daemon = MHD_start_daemon(
		MHD_USE_EPOLL, 0, NULL, NULL, handle, server, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, HTTP_CONNECTIONS_MAX,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, HTTP_CONNECTIONS_ADDRESS_MAX,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_REQUEST_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)(server->timeout_ns / NS_PER_S) + 1,
		MHD_OPTION_NOTIFY_COMPLETED, completed, server, MHD_OPTION_NOTIFY_CONNECTION,
		come_or_gone, server, MHD_OPTION_END);
	if (!server->daemon) {
		close(fd);
		return -ENOMEM;
	}
	info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info || info->epoll_fd < 0) {
		MHD_stop_daemon(server->daemon);
		return -ENOTSUP;
	}
	server->epoll_fd = info->epoll_fd;
	return 0;
}

int http_server_start(struct http_server *server, int listen_fd)
{
	int err;

	server->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (server->wake_fd < 0)
		return -errno;
	err = start_daemon(server, listen_fd);
	if (!err) {
		err = -pthread_create(&server->thread, NULL, serve, server);
		if (err)
			MHD_stop_daemon(server->daemon);
	}
	if (err)
		close(server->wake_fd);
	server->running = !err;
	return err;
}

void http_server_stop(struct http_server *server)
{
	if (!server->running)
		return;
	atomic_store(&server->stop, true);
	eventfd_write(server->wake_fd, 1);
}

void http_server_join(struct http_server *server)
{
	if (!server->running)
		return;
	pthread_join(server->thread, NULL);
	close(server->wake_fd);
	server->running = false;
}

struct http_counts http_server_counts(struct http_server *server)
{
	struct http_counts counts = {.cut = atomic_load(&server->cut)};

	for (size_t i = 0; i < HTTP_STATUSES; i++)
		counts.requests[i] = atomic_load(&server->requests[i]);
	return counts;
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int http_server_is_not_built_in;
#endif
