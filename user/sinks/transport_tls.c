// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_GNUTLS

#include "sinks/transport_tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/run_user.h"

const char *transport_tls_version(void)
{
	static char text[32];

	snprintf(text, sizeof(text), "GnuTLS %s", gnutls_check_version(NULL));
	return text;
}

/* ---- credentials ------------------------------------------------------------------ */

static int refuse(char why[SINK_WHY_MAX], const char *what, const char *file, int status)
{
	char reason[SINK_WHY_MAX];

	if (status == GNUTLS_E_FILE_ERROR && file[0] && access(file, R_OK) < 0)
		run_user_explain_read(-errno, reason, sizeof(reason));
	else
		snprintf(reason, sizeof(reason), "%s",
			 status == GNUTLS_E_FILE_ERROR ? "no such file, or not readable"
						       : gnutls_strerror(status));
	snprintf(why, SINK_WHY_MAX, "cannot read %s%s%.60s: %.110s", what, file[0] ? " " : "", file,
		 reason);
	return -EINVAL;
}

static int load_trust(gnutls_certificate_credentials_t credentials, const char *ca,
		      char why[SINK_WHY_MAX])
{
	int count;

	if (ca[0])
		count = gnutls_certificate_set_x509_trust_file(credentials, ca,
							       GNUTLS_X509_FMT_PEM);
	else
		count = gnutls_certificate_set_x509_system_trust(credentials);
	if (count < 0)
		return refuse(why, ca[0] ? "CA file" : "the system's CA certificates", ca, count);
	if (count > 0)
		return 0;
	if (ca[0])
		snprintf(why, SINK_WHY_MAX, "no certificate in CA file %.100s", ca);
	else
		snprintf(why, SINK_WHY_MAX,
			 "this system has no CA certificates: install them, or name a file by ca=");
	return -EINVAL;
}

int transport_tls_open(struct transport_tls *tls, const struct tls_settings *settings,
		       char why[SINK_WHY_MAX])
{
	gnutls_certificate_credentials_t credentials;
	int err = 0, status;

	if (gnutls_certificate_allocate_credentials(&credentials) < 0) {
		snprintf(why, SINK_WHY_MAX, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	tls->credentials = credentials;
	if (!settings->unverified) {
		tls->name = settings->name[0] ? settings->name : tls->socket.host;
		err = load_trust(credentials, settings->ca, why);
	}
	if (!err && settings->cert[0]) {
		status = gnutls_certificate_set_x509_key_file(credentials, settings->cert,
							      settings->key, GNUTLS_X509_FMT_PEM);
		if (status < 0)
			err = refuse(why, "certificate and key", settings->cert, status);
	}
	if (err)
		transport_tls_close(tls);
	return err;
}

void transport_tls_close(struct transport_tls *tls)
{
	if (tls->credentials)
		gnutls_certificate_free_credentials(tls->credentials);
	tls->credentials = NULL;
}

/* ---- a connection ------------------------------------------------------------------ */

/* After a call that gave @status: 0 to call again, a negative errno with the reason in @why. */
static int wait_for_tls(struct sender *sender, int status, int64_t until_ns, char why[SINK_WHY_MAX])
{
	struct transport_tls *tls = sender->to;
	bool writes = gnutls_record_get_direction(tls->session);

	if (status == GNUTLS_E_AGAIN)
		return sender_wait(sender, sender->fd, writes ? POLLOUT : POLLIN, until_ns);
	if (!gnutls_error_is_fatal(status))
		return 0;
	if (status == GNUTLS_E_PULL_ERROR || status == GNUTLS_E_PUSH_ERROR ||
	    status == GNUTLS_E_PREMATURE_TERMINATION)
		return -ECONNRESET;
	if (status == GNUTLS_E_FATAL_ALERT_RECEIVED)
		snprintf(why, SINK_WHY_MAX, "the server refuses: %s",
			 gnutls_alert_get_name(gnutls_alert_get(tls->session)));
	else
		snprintf(why, SINK_WHY_MAX, "TLS: %s", gnutls_strerror(status));
	return -EPROTO;
}

/* What write() and heard() give for @err, which @why may have words for. */
static int tell_end(struct sender *sender, int err, const char *why)
{
	struct transport_tls *tls = sender->to;

	if (err)
		tls->mark.refused = true;
	if (!err || !why[0])
		return err;
	sender_trouble(sender, why);
	return SENDER_LOGGED;
}

static bool is_address(const char *host)
{
	struct in6_addr address;

	return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

static int begin_session(struct sender *sender)
{
	struct transport_tls *tls = sender->to;
	const char *host = tls->name ? tls->name : tls->socket.host;
	gnutls_session_t session;
	const char *at;

	if (gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0)
		return -ENOMEM;
	tls->session = session;
	/* What the administrator allows all programs, but nothing before TLS 1.2. */
	if (gnutls_set_default_priority_append(session, "-VERS-TLS1.0:-VERS-TLS1.1", &at, 0) < 0 ||
	    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, tls->credentials) < 0 ||
	    (!is_address(host) &&
	     gnutls_server_name_set(session, GNUTLS_NAME_DNS, host, strlen(host)) < 0))
		return -ENOMEM;
	if (tls->name)
		gnutls_session_set_verify_cert(session, tls->name, 0);
	gnutls_transport_set_int(session, sender->fd);
	return 0;
}

static void tell_verification(gnutls_session_t session, char why[SINK_WHY_MAX])
{
	unsigned int status = gnutls_session_get_verify_cert_status(session);
	gnutls_datum_t text;

	if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) < 0)
		return;
	snprintf(why, SINK_WHY_MAX, "the server's certificate is refused: %s", text.data);
	for (size_t end = strlen(why); end && why[end - 1] == ' '; end--)
		why[end - 1] = '\0';
	gnutls_free(text.data);
}

static int shake_hands(struct sender *sender, char why[SINK_WHY_MAX])
{
	struct transport_tls *tls = sender->to;
	int64_t until = clock_mono_ns() + tls->socket.timeout_ns;
	int status, err = 0;

	while (!err && (status = gnutls_handshake(tls->session)) < 0) {
		err = wait_for_tls(sender, status, until, why);
		if (status == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
			tell_verification(tls->session, why);
	}
	if (err && !why[0])
		snprintf(why, SINK_WHY_MAX, "TLS handshake: %s", strerror(-err));
	return err;
}

static void end_session(struct transport_tls *tls)
{
	if (tls->session)
		gnutls_deinit(tls->session);
	tls->session = NULL;
}

static int open_tls(struct sender *sender, char why[SINK_WHY_MAX])
{
	struct transport_tls *tls = sender->to;
	int err = transport_socket_connect(sender, why);

	if (err)
		return err;
	tls->mark = (struct ack_tracker){0};
	err = begin_session(sender);
	if (err)
		snprintf(why, SINK_WHY_MAX, "cannot begin TLS: %s", strerror(-err));
	else
		err = shake_hands(sender, why);
	if (err) {
		end_session(tls);
		transport_socket_close(sender, false);
	}
	return err;
}

static int write_message(struct sender *sender, const char *data, size_t size)
{
	struct transport_tls *tls = sender->to;
	char why[SINK_WHY_MAX] = "";
	size_t done = 0;

	while (done < size) {
		ssize_t n = gnutls_record_send(tls->session, data + done, size - done);
		int err;

		if (n >= 0) {
			done += (size_t)n;
			continue;
		}
		err = wait_for_tls(sender, (int)n, clock_mono_ns() + tls->socket.timeout_ns, why);
		if (err)
			return tell_end(sender, err, why);
	}
	return 0;
}

/*
 * What TCP has had acknowledged, and what it still has. A server can refuse our certificate after the
 * handshake (RFC 8446 section 4.6.2 and appendix E.1.2): hence the mark.
 */
static uint64_t acked(struct sender *sender, uint64_t written)
{
	struct transport_tls *tls = sender->to;
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);
	uint64_t acknowledged;
	int queued = 0;

	if (ioctl(sender->fd, SIOCOUTQ, &queued) < 0 || queued < 0 ||
	    getsockopt(sender->fd, IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
		return tls->mark.acked;
	acknowledged = info.tcpi_bytes_acked;
	return ack_tracker(&tls->mark, sender->fd, written, acknowledged + (unsigned int)queued,
			   acknowledged);
}

/* Tickets and keys are for GnuTLS; a server that says something is left at that. */
static int heard(struct sender *sender)
{
	struct transport_tls *tls = sender->to;
	char why[SINK_WHY_MAX] = "";
	char words[16384]; /* a whole record: nothing is left where poll() does not see it */
	ssize_t n = gnutls_record_recv(tls->session, words, sizeof(words));

	if (n == 0)
		return tell_end(sender, -EPIPE, "");
	if (n > 0 || n == GNUTLS_E_AGAIN)
		return 0;
	return tell_end(sender, wait_for_tls(sender, (int)n, 0, why), why);
}

static void close_tls(struct sender *sender, bool failed)
{
	struct transport_tls *tls = sender->to;

	if (!failed) /* RFC 5425 section 4.4 */
		gnutls_bye(tls->session, GNUTLS_SHUT_WR);
	end_session(tls);
	transport_socket_close(sender, failed);
}

const struct transport_ops transport_tls_ops = {
	.open = open_tls,
	.write = write_message,
	.acked = acked,
	.heard = heard,
	.close = close_tls,
};

#endif
