// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/syslog/syslog_settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "util/environment.h"
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
	if (settings->way == SYSLOG_TLS && !stream_tls_version()) {
		snprintf(why, OPTION_WHY_MAX,
			 "this rcodewatch was built without TLS: build it with GnuTLS");
		return -EINVAL;
	}
	return stream_socket_tcp(&settings->to, address, why);
}

int syslog_prepare(struct sink_spec *spec, const char *address, char why[OPTION_WHY_MAX])
{
	struct syslog_settings *settings = settings_of(spec);

	settings->to.timeout_ns = SOCKET_TIMEOUT_DEFAULT;
	settings->send = SYSLOG_SEND_SUMMARY | SYSLOG_SEND_ADVICE;
	settings->alerts = settings->events = true;
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
		return stream_socket_unix(&settings->to, address + length, why);
	}
	snprintf(why, OPTION_WHY_MAX,
		 "must be udp:HOST:PORT, tcp:HOST:PORT, tls:HOST:PORT, local, local:PATH or "
		 "journal:PATH");
	return -EINVAL;
}

/* ---- options ------------------------------------------------------------------------- */

static int set_messages(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	static const char *const words[] = {"summary", "report", "top",
					    "advice",  "alerts", "events"};
	enum { ALERTS = 4, EVENTS = 5, WORDS };
	struct syslog_settings *settings = settings_of(into);
	unsigned int send = 0; /* a bit for each word */

	for (;;) {
		size_t length = strcspn(value, "+"), word;
		char one[16];

		snprintf(one, sizeof(one), "%.*s", (int)(length < 15 ? length : 15), value);
		if (option_word(one, words, WORDS, &word, why) < 0) {
			snprintf(why, OPTION_WHY_MAX,
				 "must be words of summary, report, top, advice, alerts, events, "
				 "with + "
				 "between");
			return -EINVAL;
		}
		send |= 1u << word;
		if (!value[length])
			break;
		value += length + 1;
	}
	settings->send = send & (SYSLOG_SEND_SUMMARY | SYSLOG_SEND_REPORT | SYSLOG_SEND_TOP |
				 SYSLOG_SEND_ADVICE);
	settings->alerts = send >> ALERTS & 1;
	settings->events = send >> EVENTS & 1;
	return 0;
}

/* RFC 5424 section 6.2.1, table 1, by the names of syslog.conf(5). */
static int set_facility(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	static const char *const words[] = {
		"kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
		"uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
		"local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7",
	};
	size_t word;

	if (option_word(value, words, sizeof(words) / sizeof(words[0]), &word, why) < 0) {
		snprintf(
			why, OPTION_WHY_MAX,
			"must be user, daemon, local0 to local7 or another of syslog's facilities");
		return -EINVAL;
	}
	settings_of(into)->origin.facility = (unsigned int)word;
	return 0;
}

/* Printable ASCII without spaces. */
static int set_name(char *to, size_t size, const char *value, char why[OPTION_WHY_MAX])
{
	size_t length = strlen(value);

	for (const char *c = value; *c; c++)
		if (*c <= ' ' || *c > '~')
			length = 0;
	if (!length || length >= size) {
		snprintf(why, OPTION_WHY_MAX,
			 "must be 1 to %zu characters of ASCII that are printable and no spaces",
			 size - 1);
		return -EINVAL;
	}
	memcpy(to, value, length + 1);
	return 0;
}

static int set_hostname(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct syslog_origin *origin = &settings_of(into)->origin;

	return set_name(origin->hostname, sizeof(origin->hostname), value, why);
}

/* What ends a tag in the classic format cannot be in one. */
static int set_app_name(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct syslog_origin *origin = &settings_of(into)->origin;

	if (strpbrk(value, ":[]")) {
		snprintf(why, OPTION_WHY_MAX, "must be without :, [ and ]");
		return -EINVAL;
	}
	return set_name(origin->app_name, sizeof(origin->app_name), value, why);
}

static int set_size(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	return option_number(value, SIZE_MIN, SIZE_MAX_, &settings_of(into)->size, why);
}

static int set_timeout(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	return stream_socket_set_timeout(&settings_of(into)->to, value, why);
}

static int set_file(char to[TLS_FILE_MAX], const char *value, char why[OPTION_WHY_MAX])
{
	if (!value[0]) {
		snprintf(why, OPTION_WHY_MAX, "needs the name of a file");
		return -EINVAL;
	}
	if (environment_refuses_file(why))
		return -EINVAL;
	snprintf(to, TLS_FILE_MAX, "%s", value);
	return 0;
}

static int set_ca(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	return set_file(settings_of(into)->tls.ca, value, why);
}

static int set_cert(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	return set_file(settings_of(into)->tls.cert, value, why);
}

static int set_key(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	return set_file(settings_of(into)->tls.key, value, why);
}

static int set_server(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct tls_settings *tls = &settings_of(into)->tls;

	return set_name(tls->name, sizeof(tls->name), value, why);
}

static int set_verify(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	static const char *const words[] = {"yes", "no"};
	size_t word;

	if (option_word(value, words, 2, &word, why) < 0)
		return -EINVAL;
	settings_of(into)->tls.unverified = word == 1;
	return 0;
}

const struct option_spec syslog_options[SYSLOG_OPTIONS] = {
	{"interval", 0, "SECONDS",
	 "time from report to report, a multiple of --interval\nif that is given (default 60, or "
	 "the next multiple)",
	 sink_set_interval},
	{"messages", 0, "WORDS",
	 "what is sent, with + between: summary (of each\nreport), report (all of it), top (one "
	 "for each "
	 "row of\nthe lists), advice, alerts, events (default\nsummary+advice+alerts+events)",
	 set_messages},
	{"facility", 0, "NAME", "user, daemon, local0 to local7... (default daemon)", set_facility},
	{"hostname", 0, "NAME", "this host, in messages over the network (default its\nown name)",
	 set_hostname},
	{"app-name", 0, "NAME", "who is logging (default rcodewatch)", set_app_name},
	{"size", 0, "BYTES",
	 "longest message, 1024 to 65000; a longer one is sent\nin parts (default 1180 over UDP, "
	 "else 8192)",
	 set_size},
	{"ca", 0, "FILE", "CA certificates for TLS (default those of the system)", set_ca},
	{"cert", 0, "FILE", "our certificate for TLS, and", set_cert},
	{"key", 0, "FILE", "its private key (default none)", set_key},
	{"server", 0, "NAME", "what the server's certificate must be for (default\nHOST)",
	 set_server},
	{"verify", 0, "YES", "no: take any server for the right one (default yes)", set_verify},
	{SINK_OPTION_QUEUE},
	{SOCKET_OPTION_TIMEOUT, set_timeout},
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
