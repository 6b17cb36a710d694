// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* --sink prometheus:...: a listener that Prometheus scrapes. docs/prometheus.md. */
#ifdef HAVE_MICROHTTPD

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "sinks/prometheus/http_listen.h"
#include "util/log.h"
#include "sinks/prometheus/prometheus_pages.h"
#include "sinks/sink.h"

extern const struct sink_kind prometheus_kind;

/* A part of the usual intervals of scraping: 15 s, 30 s, 60 s. */
#define INTERVAL_DEFAULT (5 * NS_PER_S)
#define TIMEOUT_DEFAULT  (10 * NS_PER_S)
#define HISTORY_DEFAULT  (16u << 20)
#define TOP_MAX          1000u

struct prometheus_settings {
	struct listen_address address;
	size_t history_max; /* bytes */
	size_t top;
	long long timeout_ns;
	bool no_created;
	struct http_hosts hosts;
};

_Static_assert(sizeof(struct prometheus_settings) <= SINK_SETTINGS_MAX,
	       "settings fit into their place");

struct prometheus_sink {
	struct listener listener;
	struct http_server server;
	struct prometheus_pages pages;
	struct http_hosts hosts;
};

static struct prometheus_settings *settings_of(struct sink_spec *spec)
{
	return (void *)spec->settings;
}

static const struct prometheus_settings *settings_in(const struct sink_spec *spec)
{
	return (const void *)spec->settings;
}

/* ---- options -------------------------------------------------------------------- */

static int prepare(struct sink_spec *spec, const char *address, char why[OPTION_WHY_MAX])
{
	struct prometheus_settings *settings = settings_of(spec);

	settings->history_max = HISTORY_DEFAULT;
	settings->timeout_ns = TIMEOUT_DEFAULT;
	return http_address_parse(&settings->address, address, why);
}

static int parse_host(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct http_hosts *hosts = &settings_of(into)->hosts;
	char name[HTTP_HOST_SIZE];

	if (settings_of(into)->address.any.sa_family == AF_UNIX) {
		snprintf(why, OPTION_WHY_MAX, "is for ADDRESS:PORT only: a socket has no name");
		return -EINVAL;
	}
	for (;;) {
		size_t length = strcspn(value, "+");

		snprintf(name, sizeof(name), "%.*s", (int)length, value);
		/* Places are left for this host's own names. */
		if (length >= sizeof(name) || hosts->count >= HTTP_HOSTS_MAX - 2)
			name[0] = '\0';
		if (http_hosts_add(hosts, name, why) < 0)
			return -EINVAL;
		if (!value[length])
			return 0;
		value += length + 1;
	}
}

static int parse_mode(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct prometheus_settings *settings = settings_of(into);
	size_t length = strlen(value);

	if (settings->address.any.sa_family != AF_UNIX) {
		snprintf(why, OPTION_WHY_MAX, "is for unix:PATH only");
		return -EINVAL;
	}
	if (length < 3 || length > 4 || strspn(value, "01234567") != length ||
	    strtoul(value, NULL, 8) > 0777) {
		snprintf(why, OPTION_WHY_MAX, "must be a file mode in octal: 0660");
		return -EINVAL;
	}
	settings->address.mode = (mode_t)strtoul(value, NULL, 8);
	return 0;
}

#define FIELD(member) SINK_FIELD(struct prometheus_settings, member)
/* parse() looks at the address too. */
#define WHOLE .size = sizeof(struct sink_spec)

static const struct option_word on_off[] = {{"on", false}, {"off", true}, {0}};

static const struct option_spec options[] = {
	{"interval", 0, "SECONDS",
	 "time from page to page, a multiple of --interval\nif that is given (default 5, or the "
	 "next multiple)",
	 SINK_INTERVAL_RANGE},
	{SINK_OPTION_NAMES},
	{"top", 0, "N",
	 "the first N rows of each top list as gauges, up to\n1000 (default 0: none)",
	 OPTION_NUMBER, FIELD(top), 0, TOP_MAX},
	{"history", 0, "MIB",
	 "most memory for the reports of the last 15 minutes,\n0 to 1024 (default 16)",
	 OPTION_NUMBER, FIELD(history_max), 0, 1024, 1ul << 20},
	{"timeout", 0, "SECONDS",
	 "for a request, from connecting to the last byte, 1\nto 600 (default 10)", OPTION_SECONDS,
	 FIELD(timeout_ns), NS_PER_S, 600 * NS_PER_S},
	{"created", 0, "WORD", "on (default): say in OpenMetrics when counters began;\noff",
	 OPTION_WORD, FIELD(no_created), .words = on_off},
	{"host", 0, "NAMES",
	 "names by which scrapers may ask, with + between, beside\naddresses, localhost and this "
	 "host's own name",
	 OPTION_CUSTOM, WHOLE, .parse = parse_host},
	{"mode", 0, "OCTAL", "who may connect to unix:PATH (default 0660)", OPTION_CUSTOM, WHOLE,
	 .parse = parse_mode},
};

/* ---- at work --------------------------------------------------------------------- */

static int open_sink(struct sink *sink)
{
	const struct prometheus_settings *settings = settings_in(sink->spec);
	struct prometheus_sink *prometheus = calloc(1, sizeof(*prometheus));
	char why[LISTENER_WHY_MAX] = "";
	int err = prometheus ? 0 : -ENOMEM;

	if (!err) {
		prometheus->hosts = settings->hosts;
		http_hosts_add_own(&prometheus->hosts);
		prometheus->pages.top = settings->top;
		prometheus->pages.created = !settings->no_created;
		prometheus->pages.created_ns = clock_wall_ns();
		prometheus->pages.interval_ns = sink->spec->interval_ns;
		prometheus->pages.kind = &prometheus_kind;
		err = prometheus_pages_init(&prometheus->pages, settings->history_max);
	}
	if (!err) {
		err = listener_open(&prometheus->listener, &settings->address, why);
		if (err)
			prometheus_pages_free(&prometheus->pages);
	}
	if (err) {
		log_error("cannot open sink %s: %s", sink->spec->name,
			  why[0] ? why : strerror(-err));
		free(prometheus);
		return err;
	}
	sink->state = prometheus;
	return 0;
}

static int start_sink(struct sink *sink)
{
	struct prometheus_sink *prometheus = sink->state;
	int err;

	prometheus->server.answer = prometheus_pages_answer;
	prometheus->server.cls = &prometheus->pages;
	prometheus->server.timeout_ns = settings_in(sink->spec)->timeout_ns;
	/* No page in a browser gets at a UNIX socket, and proxies send any name there. */
	if (settings_in(sink->spec)->address.any.sa_family != AF_UNIX)
		prometheus->server.hosts = &prometheus->hosts;
	err = http_server_start(&prometheus->server, prometheus->listener.fd);
	if (err)
		log_error("cannot start sink %s: %s", sink->spec->name, strerror(-err));
	return err;
}

static void put_report(struct sink *sink, const struct batch *batch)
{
	struct prometheus_sink *prometheus = sink->state;
	struct http_counts http = http_server_counts(&prometheus->server);

	prometheus_pages_report(&prometheus->pages, batch, &http);
}

static void put_event(struct sink *sink, const struct event *event)
{
	struct prometheus_sink *prometheus = sink->state;
	struct http_counts http = http_server_counts(&prometheus->server);

	prometheus_pages_event(&prometheus->pages, event, &http);
}

/* It is asked and sends nothing: there are no messages to lose. */
static void status_of(const struct sink *sink, struct sink_status *status)
{
	(void)sink;
	*status = (struct sink_status){0};
}

static void stop_sink(struct sink *sink, long long until_ns)
{
	struct prometheus_sink *prometheus = sink->state;

	(void)until_ns;
	http_server_stop(&prometheus->server);
}

static void join_sink(struct sink *sink)
{
	struct prometheus_sink *prometheus = sink->state;

	http_server_join(&prometheus->server);
}

static void close_sink(struct sink *sink)
{
	struct prometheus_sink *prometheus = sink->state;

	sink->state = NULL;
	prometheus_pages_free(&prometheus->pages);
	listener_close(&prometheus->listener, &settings_in(sink->spec)->address);
	free(prometheus);
}

const struct sink_kind prometheus_kind = {
	.listens = true,
	.name = "prometheus",
	.address = "[ADDRESS:PORT]|unix:PATH",
	.summary = "a page for Prometheus and the last reports over HTTP",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.interval_ns = INTERVAL_DEFAULT,
	.wants_status = true,
	.prepare = prepare,
	.open = open_sink,
	.start = start_sink,
	.report = put_report,
	.event = put_event,
	.status = status_of,
	.stop = stop_sink,
	.join = join_sink,
	.close = close_sink,
};

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int kind_prometheus_is_not_built_in;
#endif
