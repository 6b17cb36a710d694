// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* --sink kafka:BROKER[+BROKER]/TOPIC: JSON to a Kafka cluster. docs/sinks.md. */
#ifdef HAVE_RDKAFKA
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/environment.h"
#include "sinks/kafka/kafka_conf.h"
#include "util/log.h"
#include "sinks/sink.h"
#include "sinks/kafka/transport_kafka.h"
#include "sinks/sender_sink.h"

#define TIMEOUT_DEFAULT (30 * NS_PER_S)
/* Kafka's own limit, of org.apache.kafka.common.internals.Topic. */
#define TOPIC_MAX 249
/* A host's name, a slash, an interface's name. */
#define KEY_MAX 512

extern const struct sink_kind kafka_kind;

struct kafka_settings {
	char brokers[SINK_ADDRESS_MAX]; /* with commas between */
	char topic[TOPIC_MAX + 1];
	char properties[SINK_ADDRESS_MAX]; /* a file's name; "": none */
	bool reports;                      /* otherwise rows */
	long long timeout_ns;
};

_Static_assert(sizeof(struct kafka_settings) <= SINK_SETTINGS_MAX, "settings fit into their place");

struct kafka_sink {
	struct sender sender; /* the first, for sender_sink.h */
	struct transport_kafka kafka;
	bool reports;
	char *message; /* the longest so far, for the next */
	size_t room;
};

static struct kafka_settings *settings_of(struct sink_spec *spec)
{
	return (void *)spec->settings;
}

static const struct kafka_settings *settings_in(const struct sink_spec *spec)
{
	return (const void *)spec->settings;
}

/* ---- options -------------------------------------------------------------------- */

static bool topic_good(const char *topic)
{
	size_t length = strlen(topic);

	return length > 0 && length <= TOPIC_MAX && strcmp(topic, ".") != 0 &&
	       strcmp(topic, "..") != 0 &&
	       strspn(topic, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
		       length;
}

/* One of HOST, HOST:PORT, [ADDRESS], [ADDRESS]:PORT: what is wrong with it shows when connecting. */
static bool broker_good(const char *broker, size_t length)
{
	static const char others[] = "-._:[]%";

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)broker[i];
		bool letter = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');

		if (!letter && !strchr(others, c))
			return false;
	}
	return length > 0 && broker[0] != ':' && broker[length - 1] != ':';
}

static int prepare(struct sink_spec *spec, const char *address, char why[OPTION_WHY_MAX])
{
	struct kafka_settings *settings = settings_of(spec);
	const char *slash = strrchr(address, '/'), *broker = address;

	settings->timeout_ns = TIMEOUT_DEFAULT;
	if (!slash) {
		snprintf(why, OPTION_WHY_MAX, "must be BROKER[+BROKER...]/TOPIC");
		return -EINVAL;
	}
	if (!topic_good(slash + 1)) {
		snprintf(why, OPTION_WHY_MAX,
			 "a topic has 1 to %d letters, digits, dots, hyphens and underscores",
			 TOPIC_MAX);
		return -EINVAL;
	}
	for (size_t length; broker <= slash; broker += length + 1) {
		length = strcspn(broker, "+/");
		if ((broker[length] == '/' && broker + length != slash) ||
		    !broker_good(broker, length)) {
			snprintf(why, OPTION_WHY_MAX,
				 "a broker must be HOST or HOST:PORT, an IPv6 address in brackets");
			return -EINVAL;
		}
	}
	snprintf(settings->brokers, sizeof(settings->brokers), "%.*s", (int)(slash - address),
		 address);
	for (char *plus = settings->brokers; (plus = strchr(plus, '+'));)
		*plus = ',';
	snprintf(settings->topic, sizeof(settings->topic), "%s", slash + 1);
	return 0;
}

static const struct option_word shapes[] = {{"rows", false}, {"report", true}, {0}};

static const struct option_spec options[] = {
	{SINK_OPTION_INTERVAL},
	{"properties", 0, "FILE",
	 "librdkafka's properties, KEY=VALUE lines: TLS, SASL,\ncompression, acks and others",
	 OPTION_FILE, SINK_FIELD(struct kafka_settings, properties)},
	{SINK_OPTION_NAMES},
	{SINK_OPTION_QUEUE},
	{"shape", 0, "SHAPE",
	 "rows (default): flat messages with one fact each;\nreport: a message for each report",
	 OPTION_WORD, SINK_FIELD(struct kafka_settings, reports), .words = shapes},
	{"timeout", 0, "SECONDS",
	 "the cluster counts as lost when it has confirmed\nnothing for so long, 1 to 3600 "
	 "(default 30)",
	 OPTION_SECONDS, SINK_FIELD(struct kafka_settings, timeout_ns), NS_PER_S, 3600 * NS_PER_S},
};

/* ---- at work --------------------------------------------------------------------- */

static void free_all(struct kafka_sink *kafka)
{
	transport_kafka_free(&kafka->kafka);
	free(kafka->message);
	free(kafka);
}

/* The parts of a sink. 0, or a negative errno, which has been logged if it is -ECANCELED. */
static int open_parts(struct kafka_sink *kafka, const struct sink *sink)
{
	const struct kafka_settings *settings = settings_in(sink->spec);
	rd_kafka_conf_t *conf = kafka_conf_make(settings->properties[0] ? settings->properties
									: NULL);
	char why[SINK_WHY_MAX] = "";
	int err;

	if (!conf)
		return -ECANCELED;
	kafka->reports = settings->reports;
	err = transport_kafka_init(&kafka->kafka, conf, settings->brokers, settings->topic,
				   settings->timeout_ns);
	if (err)
		return err;
	err = transport_kafka_try(&kafka->kafka, why);
	if (err) {
		log_error("cannot open sink %s: %s", sink->spec->name, why);
		return -ECANCELED;
	}
	err = sender_init(&kafka->sender, &transport_kafka_ops, &kafka->kafka,
			  sink->spec->queue_max, sink->notice_fd);
	kafka->sender.name = sink->spec->name;
	return err;
}

static int open_sink(struct sink *sink)
{
	struct kafka_sink *kafka = calloc(1, sizeof(*kafka));
	int err = kafka ? open_parts(kafka, sink) : -ENOMEM;

	if (!err) {
		sink->state = kafka;
		return 0;
	}
	if (err != -ECANCELED)
		log_error("cannot open sink %s: %s", sink->spec->name, strerror(-err));
	if (kafka)
		free_all(kafka);
	return err;
}

/* Queue a message of @size bytes of JSON; the key keeps what is of one interface in order. */
static void push(struct kafka_sink *kafka, const char *key, int64_t time_ns, const char *json,
		 size_t size)
{
	const struct kafka_head head = {
		.time_ms = time_ns / NS_PER_MS,
		.key_size = (uint32_t)strlen(key),
	};
	size_t before = sizeof(head) + head.key_size;

	if (before + size > kafka->room) {
		char *room = realloc(kafka->message, before + size);

		if (!room) {
			sink_queue_lose(&kafka->sender.queue, 1);
			return;
		}
		kafka->message = room;
		kafka->room = before + size;
	}
	memcpy(kafka->message, &head, sizeof(head));
	memcpy(kafka->message + sizeof(head), key, head.key_size);
	memcpy(kafka->message + before, json, size);
	sink_queue_push(&kafka->sender.queue, kafka->message, before + size);
}

static void push_lines(struct sink *sink, sender_put *put, const void *what, const char *key,
		       int64_t time_ns)
{
	struct kafka_sink *kafka = sink->state;
	size_t size;
	char *text = sender_sink_text(sink, put, what, &size), *line = text, *newline;

	for (; line && (newline = strchr(line, '\n')); line = newline + 1)
		push(kafka, key, time_ns, line, (size_t)(newline - line));
	free(text);
	sender_wake(&kafka->sender);
}

static const char *key_of(char key[KEY_MAX], const char *host, const char *interface)
{
	snprintf(key, KEY_MAX, "%s%s%s", host, interface ? "/" : "", interface ? interface : "");
	return key;
}

static void put_report(struct sink *sink, const struct batch *batch)
{
	const struct kafka_sink *kafka = sink->state;
	char key[KEY_MAX];

	for (size_t i = 0; i < batch->parts; i++) {
		const struct report *report = &batch->part[i].report;

		push_lines(sink, kafka->reports ? sender_put_report : sender_put_rows, report,
			   key_of(key, report->host, report->interface), report->end_ns);
	}
	for (size_t i = 0; i < batch->sides; i++) {
		const struct txn_report *side = &batch->transactions[i];

		push_lines(sink,
			   kafka->reports ? sender_put_transactions : sender_put_transaction_rows,
			   side, key_of(key, side->host, side->side), side->end_ns);
	}
}

static void put_event(struct sink *sink, const struct event *event)
{
	char key[KEY_MAX];

	push_lines(sink, sender_put_event, event, key_of(key, event->host, event->interface),
		   event->time_ns);
}

static void put_alert(struct sink *sink, const struct alert *alert)
{
	const char *place = alert->interface ? alert->interface : alert->side;
	char key[KEY_MAX];

	push_lines(sink, sender_put_alert, alert, key_of(key, alert->host, place ? place : ""),
		   alert->end_ns);
}

static void close_sink(struct sink *sink)
{
	struct kafka_sink *kafka = sender_sink_release(sink);

	if (kafka)
		free_all(kafka);
}

const struct sink_kind kafka_kind = {
	.name = "kafka",
	.address = "BROKER[+BROKER...]/TOPIC",
	.summary = "JSON, docs/json.md, to a topic of a Kafka cluster",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.prepare = prepare,
	.open = open_sink,
	.start = sender_sink_start,
	.report = put_report,
	.event = put_event,
	.alert = put_alert,
	.status = sender_sink_status,
	.stop = sender_sink_stop,
	.join = sender_sink_join,
	.close = close_sink,
};
#endif
