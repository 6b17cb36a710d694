// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/syslog/syslog_settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "sinks/syslog/syslog_local.h"

_Static_assert(sizeof(struct syslog_settings) <= SINK_SETTINGS_MAX,
	       "settings fit into their place");

/*
 * What every receiver must and most should take: RFC 5424 section 6.1, RFC 5425 section 4.3.1, RFC
 * 5426 section 3.2: over UDP no more than fits any path without fragments.
 */
#define SIZE_UDP    1180
#define SIZE_STREAM 8192
#define SIZE_MIN    1024 /* room for the longest header and something in it */
#define SIZE_MAX_   65000

#define FACILITY_DAEMON 3

static struct syslog_settings *settings_of(struct sink_spec *spec)
{
	return (void *)spec->settings;
}

const struct syslog_settings *syslog_settings_in(const struct sink_spec *spec)
{
	return (const void *)spec->settings;
}

size_t syslog_settings_size(const struct syslog_settings *settings)
{
	if (settings->size)
		return settings->size;
	return settings->way == SYSLOG_UDP ? SIZE_UDP : SIZE_STREAM;
}

/* ---- the address -------------------------------------------------------------------- */

static const struct {
	const char *prefix;
	enum syslog_transport way;
} transports[] = {
	{"udp:", SYSLOG_UDP},     {"tcp:", SYSLOG_TCP},        {"tls:", SYSLOG_TLS},
	{"local:", SYSLOG_DGRAM}, {"journal:", SYSLOG_NATIVE},
};

static int prepare_network(struct syslog_settings *settings, const char *address,
			   char why[OPTION_WHY_MAX])
{
	if (settings->way == SYSLOG_UDP)
		settings->to.type = SOCK_DGRAM;
	if (settings->way == SYSLOG_TLS && !transport_tls_version()) {
		snprintf(why, OPTION_WHY_MAX,
			 "this rcodewatch was built without TLS: build it with GnuTLS");
		return -EINVAL;
	}
	return transport_socket_tcp(&settings->to, address, why);
}

int syslog_prepare(struct sink_spec *spec, const char *address, char why[OPTION_WHY_MAX])
{
	struct syslog_settings *settings = settings_of(spec);

	settings->to.timeout_ns = SOCKET_TIMEOUT_DEFAULT;
	settings->send = SYSLOG_SEND_SUMMARY | SYSLOG_SEND_ADVICE | SYSLOG_SEND_ALERTS |
			 SYSLOG_SEND_EVENTS;
	settings->origin.facility = FACILITY_DAEMON;
	snprintf(settings->origin.app_name, sizeof(settings->origin.app_name), "rcodewatch");
	if (strcmp(address, "local") == 0) {
		settings->way = SYSLOG_LOCAL;
		settings->to.type = SOCK_DGRAM;
		return 0;
	}
	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
		size_t length = strlen(transports[i].prefix);

		if (strncmp(address, transports[i].prefix, length) != 0)
			continue;
		settings->way = transports[i].way;
		if (settings->way <= SYSLOG_TLS)
			return prepare_network(settings, address + length, why);
		settings->to.type = SOCK_DGRAM;
		return transport_socket_unix(&settings->to, address + length, why);
	}
	snprintf(why, OPTION_WHY_MAX,
		 "must be udp:HOST:PORT, tcp:HOST:PORT, tls:HOST:PORT, local, local:PATH or "
		 "journal:PATH");
	return -EINVAL;
}

/* ---- options ------------------------------------------------------------------------- */

static const struct option_word messages[] = {
	{"summary", SYSLOG_SEND_SUMMARY},
	{"report", SYSLOG_SEND_REPORT},
	{"top", SYSLOG_SEND_TOP},
	{"advice", SYSLOG_SEND_ADVICE},
	{"alerts", SYSLOG_SEND_ALERTS},
	{"events", SYSLOG_SEND_EVENTS},
	{0},
};

/* RFC 5424 section 6.2.1, table 1, by the names of syslog.conf(5). */
static const struct option_word facilities[] = {
	{"kern", 0},
	{"user", 1},
	{"mail", 2},
	{"daemon", FACILITY_DAEMON},
	{"auth", 4},
	{"syslog", 5},
	{"lpr", 6},
	{"news", 7},
	{"uucp", 8},
	{"cron", 9},
	{"authpriv", 10},
	{"ftp", 11},
	{"ntp", 12},
	{"audit", 13},
	{"alert", 14},
	{"clock", 15},
	{"local0", 16},
	{"local1", 17},
	{"local2", 18},
	{"local3", 19},
	{"local4", 20},
	{"local5", 21},
	{"local6", 22},
	{"local7", 23},
	{0},
};

static const struct option_word yes_no[] = {{"yes", false}, {"no", true}, {0}};

/* What ends a tag in the classic format cannot be in one. */
static int parse_app_name(void *name, const char *value, char why[OPTION_WHY_MAX])
{
	if (strpbrk(value, ":[]")) {
		snprintf(why, OPTION_WHY_MAX, "must be without :, [ and ]");
		return -EINVAL;
	}
	return option_token(name, sizeof(((struct syslog_origin *)NULL)->app_name), value, why);
}

#define FIELD(member) SINK_FIELD(struct syslog_settings, member)

const struct option_spec syslog_options[SYSLOG_OPTIONS] = {
	{"interval", 0, "SECONDS",
	 "time from report to report, a multiple of --interval\nif that is given (default 60, or "
	 "the next multiple)",
	 SINK_INTERVAL_RANGE},
	{"messages", 0, "WORDS",
	 "what is sent, with + between: summary (of each\nreport), report (all of it), top (one "
	 "for each "
	 "row of\nthe lists), advice, alerts, events (default\nsummary+advice+alerts+events)",
	 OPTION_WORDS, FIELD(send), .words = messages, .separator = '+',
	 .wrong = "must be words of summary, report, top, advice, alerts, events, with + between"},
	{"facility", 0, "NAME", "user, daemon, local0 to local7... (default daemon)", OPTION_WORD,
	 FIELD(origin.facility), .words = facilities,
	 .wrong = "must be user, daemon, local0 to local7 or another of syslog's facilities"},
	{"hostname", 0, "NAME", "this host, in messages over the network (default its\nown name)",
	 OPTION_TOKEN, FIELD(origin.hostname)},
	{"app-name", 0, "NAME", "who is logging (default rcodewatch)", OPTION_CUSTOM,
	 FIELD(origin.app_name), .parse = parse_app_name},
	{"size", 0, "BYTES",
	 "longest message, 1024 to 65000; a longer one is sent\nin parts (default 1180 over UDP, "
	 "else 8192)",
	 OPTION_NUMBER, FIELD(size), SIZE_MIN, SIZE_MAX_},
	{"ca", 0, "FILE", "CA certificates for TLS (default those of the system)", OPTION_FILE,
	 FIELD(tls.ca)},
	{"cert", 0, "FILE", "our certificate for TLS, and", OPTION_FILE, FIELD(tls.cert)},
	{"key", 0, "FILE", "its private key (default none)", OPTION_FILE, FIELD(tls.key)},
	{"server", 0, "NAME", "what the server's certificate must be for (default\nHOST)",
	 OPTION_TOKEN, FIELD(tls.name)},
	{"verify", 0, "YES", "no: take any server for the right one (default yes)", OPTION_WORD,
	 FIELD(tls.unverified), .words = yes_no},
	{SINK_OPTION_NAMES},
	{SINK_OPTION_QUEUE},
	{SOCKET_OPTION_TIMEOUT(struct syslog_settings, to)},
};

int syslog_check(const struct sink_spec *spec, char why[OPTION_WHY_MAX])
{
	const struct syslog_settings *settings = syslog_settings_in(spec);
	const struct tls_settings *tls = &settings->tls;
	const char *wrong = NULL;

	if (settings->way != SYSLOG_TLS &&
	    (tls->ca[0] || tls->cert[0] || tls->key[0] || tls->name[0] || tls->unverified))
		wrong = "ca, cert, key, server and verify are for syslog:tls: alone";
	else if (!tls->cert[0] != !tls->key[0])
		wrong = "cert and key must be given together";
	else if (tls->unverified && (tls->ca[0] || tls->name[0]))
		wrong = "verify=no has no use for ca and server";
	else if ((settings->send & SYSLOG_SEND_SUMMARY) && (settings->send & SYSLOG_SEND_REPORT))
		wrong = "messages: summary is a part of report; take one of them";
	if (!wrong)
		return 0;
	snprintf(why, OPTION_WHY_MAX, "%s", wrong);
	return -EINVAL;
}
