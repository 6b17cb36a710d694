/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A transport to a topic of a Kafka cluster, through librdkafka: a message is kept until a delivery
 * report says that the brokers have it. librdkafka connects, retries and fails over by itself, so that
 * its instance is made anew only after an error that it calls fatal.
 */
#ifndef RCODEWATCH_TRANSPORT_KAFKA_H
#define RCODEWATCH_TRANSPORT_KAFKA_H
#ifdef HAVE_RDKAFKA

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

#include "sinks/sender.h"

/* What librdkafka is given before the first of it is confirmed: it has a copy, which costs memory. */
#define KAFKA_WINDOW_MESSAGES 4096u
#define KAFKA_WINDOW_BYTES    (1u << 20)

/* A message of the queue is this, then the key, then the value. */
struct kafka_head {
	int64_t time_ms; /* since 1970-01-01 UTC: the message's timestamp */
	uint32_t key_size;
};

struct kafka_message {
	uint64_t end; /* where it ended in the bytes of the sender */
	uint32_t size;
	bool done;               /* there is a delivery report, */
	rd_kafka_resp_err_t err; /* which says this */
};

struct transport_kafka {
	/* The caller's: */
	rd_kafka_conf_t *conf; /* of all but the brokers; stays as it is */
	const char *brokers, *topic;
	long long timeout_ns; /* without a confirmation for so long the cluster counts as lost */

	/* The thread's: */
	rd_kafka_t *kafka;
	int event_fd; /* librdkafka adds to it when it has something to tell */
	struct kafka_message message[KAFKA_WINDOW_MESSAGES]; /* a ring of those under way */
	size_t first, count, bytes;
	uint64_t confirmed;     /* bytes of the sender, without a gap */
	int64_t waiting_ns;     /* since when the first of them has been waiting: CLOCK_MONOTONIC */
	bool down;              /* no broker can be reached */
	bool fatal;             /* this instance is of no use any more */
	char why[SINK_WHY_MAX]; /* the last error since something was confirmed */
};

extern const struct transport_ops transport_kafka_ops;

/*
 * Of @conf, which becomes @kafka's; @brokers as librdkafka has them, with commas between, and @topic
 * stay the caller's. 0 or a negative errno, with nothing kept but @conf freed.
 */
int transport_kafka_init(struct transport_kafka *kafka, rd_kafka_conf_t *conf, const char *brokers,
			 const char *topic, long long timeout_ns);
/*
 * See whether librdkafka can work with the configuration, which reads the files that it names, without
 * a connection to anybody. 0, or -EINVAL with the reason.
 */
int transport_kafka_try(struct transport_kafka *kafka, char why[SINK_WHY_MAX]);
/* Only when no thread uses it. Harmless if all is zero. */
void transport_kafka_free(struct transport_kafka *kafka);

#endif
#endif
