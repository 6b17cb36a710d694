/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What --sink syslog:... says, and the table of its options. */
#ifndef RCODEWATCH_SYSLOG_SETTINGS_H
#define RCODEWATCH_SYSLOG_SETTINGS_H

#include "sinks/sink.h"
#include "sinks/transport_tls.h"
#include "sinks/syslog/syslog_parts.h"

enum syslog_transport {
	SYSLOG_UDP,
	SYSLOG_TCP,
	SYSLOG_TLS,
	SYSLOG_LOCAL, /* the journal or /dev/log, whichever there is */
	SYSLOG_DGRAM, /* the classic local format to a socket that was named */
	SYSLOG_NATIVE /* the journal's protocol, likewise */
};

/* What is sent: bits. */
#define SYSLOG_SEND_SUMMARY 1u
#define SYSLOG_SEND_REPORT  2u
#define SYSLOG_SEND_TOP     4u
#define SYSLOG_SEND_ADVICE  8u
#define SYSLOG_SEND_ALERTS  16u
#define SYSLOG_SEND_EVENTS  32u

struct syslog_settings {
	enum syslog_transport way;
	struct transport_socket to;
	struct tls_settings tls;
	struct syslog_origin origin; /* hostname "": the machine's */
	unsigned int send;           /* SYSLOG_SEND_* */
	unsigned long size;          /* of a message at most; 0: what suits the way */
};

const struct syslog_settings *syslog_settings_in(const struct sink_spec *spec);
/* In bytes, in force. */
size_t syslog_settings_size(const struct syslog_settings *settings);

/* For the struct sink_kind. */
int syslog_prepare(struct sink_spec *spec, const char *address, char why[OPTION_WHY_MAX]);
int syslog_check(const struct sink_spec *spec, char why[OPTION_WHY_MAX]);
#define SYSLOG_OPTIONS 14
extern const struct option_spec syslog_options[SYSLOG_OPTIONS];

#endif
