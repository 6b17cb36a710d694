/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* TLS 1.2 or later over TCP, by GnuTLS, which is optional (HAVE_GNUTLS). */
#ifndef RCODEWATCH_TRANSPORT_TLS_H
#define RCODEWATCH_TRANSPORT_TLS_H

#include <stdbool.h>

#include "sinks/ack_tracker.h"
#include "sinks/transport_socket.h"

#define TLS_FILE_MAX 512

/* Files are PEM. "" where there is none. */
struct tls_settings {
	char ca[TLS_FILE_MAX]; /* who may have signed the server's certificate; "": the system's */
	char cert[TLS_FILE_MAX]; /* ours, with those between it and its CA */
	char key[TLS_FILE_MAX];  /* its private key */
	char name[256];          /* what the server's certificate must be for; "": the host */
	bool unverified;         /* any server will do */
};

struct transport_tls {
	struct transport_socket socket; /* over TCP */
	const char *name;               /* what the certificate must be for; NULL: any will do */
	void *credentials, *session;    /* of GnuTLS */
	struct ack_tracker mark;
};

/* For a struct transport_tls in sender->to, after transport_tls_open(). */
extern const struct transport_ops transport_tls_ops;

/*
 * Read what @settings name, which stay the caller's, into @tls, whose socket has been filled in and
 * which is else zeroed. 0, or a negative errno with @why, -ENOSYS where TLS was not built in.
 */
int transport_tls_open(struct transport_tls *tls, const struct tls_settings *settings,
		       char why[SINK_WHY_MAX]);
/* Harmless on what is zeroed. */
void transport_tls_close(struct transport_tls *tls);

/* "GnuTLS 3.7.9"; NULL: not built in. */
const char *transport_tls_version(void);

#endif
