/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A small HTTP server for pages that are ready: GET and HEAD (RFC 9110), one thread without privileges,
 * on libmicrohttpd. Nothing that a client does or leaves undone takes more than its connection: sizes,
 * numbers and times are bounded.
 */
#ifndef RCODEWATCH_HTTP_SERVER_H
#define RCODEWATCH_HTTP_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "sinks/prometheus/http_hosts.h"

#define HTTP_CONNECTIONS_MAX         64u /* at a time; further ones wait in the backlog */
#define HTTP_CONNECTIONS_ADDRESS_MAX 16u /* of these, from one address; further ones are closed */
#define HTTP_REQUEST_MAX             16384u /* bytes of a request with its headers, and to write */

/* X(index, text): the statuses that answers have. */
#define HTTP_STATUS_LIST(X)   \
	X(OK, "200")          \
	X(BAD, "400")         \
	X(NOT_FOUND, "404")   \
	X(METHOD, "405")      \
	X(MISDIRECTED, "421") \
	X(UNAVAILABLE, "503")
#define HTTP_STATUS_ENUM(id, text) HTTP_STATUS_##id,
#define HTTP_STATUS_TEXT(id, text) text,
enum http_status { HTTP_STATUS_LIST(HTTP_STATUS_ENUM) HTTP_STATUSES };

struct http_counts {
	uint64_t requests[HTTP_STATUSES]; /* answered, by status */
	uint64_t
		cut; /* connections that were within a request, or had made none, at their time-out */
};

struct MHD_Connection;
struct MHD_Daemon;
struct MHD_Response;

struct http_client {
	int fd;
	bool used, idle;  /* idle: between two requests */
	bool head;        /* its request is a HEAD */
	int64_t since_ns; /* when it came, its last request was done, or there was a further one */
};

struct http_server {
	struct MHD_Daemon *daemon;
	/*
	 * In the server's thread: queue the answer to a GET or HEAD of @path on @connection, by
	 * http_queue(), and give its status; HTTP_STATUS_NOT_FOUND without one if there is no such
	 * path. HTTP_STATUSES if queueing failed.
	 */
	enum http_status (*answer)(void *cls, struct MHD_Connection *connection, const char *path);
	void *cls;
	const struct http_hosts *hosts; /* that it may be asked by; NULL: any */
	/* From connecting to the first answer's end; then from that to the next request, and as long
	 * again for its answer. */
	int64_t timeout_ns;
	pthread_t thread;
	int wake_fd, epoll_fd;
	bool running;
	atomic_bool stop;
	atomic_ullong requests[HTTP_STATUSES], cut;
	struct http_client client[HTTP_CONNECTIONS_MAX + 1];
};

/*
 * Serve what connects to @listen_fd, which stays the caller's. answer, cls, hosts and timeout_ns are set, the
 * rest is zeroed. 0 or a negative errno; then call neither of the others.
 */
int http_server_start(struct http_server *server, int listen_fd);
/* Ask it to end; does not wait. */
void http_server_stop(struct http_server *server);
/* Wait for that, which takes no longer than a request. */
void http_server_join(struct http_server *server);

struct http_counts http_server_counts(struct http_server *server);

/* For answer(). A response as the library has it, owned by the caller. NULL: memory is short. */
struct MHD_Response *http_page(char *data, size_t size, const char *type);
void http_page_free(struct MHD_Response *page);
/* The value of that header, or NULL. */
const char *http_header(struct MHD_Connection *connection, const char *name);
/* @page NULL: it fails. Gives @status, or HTTP_STATUSES. */
enum http_status http_queue(struct MHD_Connection *connection, enum http_status status,
			    struct MHD_Response *page);
/* The same with a page that is read piece by piece while it is sent: as long as @read gives bytes. */
enum http_status http_queue_pieces(struct MHD_Connection *connection, const char *type,
				   ssize_t (*read)(void *cls, uint64_t position, char *buffer,
						   size_t room),
				   void *cls, void (*done)(void *cls));

#endif
