// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_RDKAFKA
#include "sinks/kafka/transport_kafka.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <syslog.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/log.h"

/* No broker can be reached, but one that closed an idle connection is back at once. */
#define DOWN_NS NS_PER_S
/* How often to look around while waiting for room. */
#define STEP_NS (200 * NS_PER_MS)
/* At the end: how long to wait at a time for what is under way. */
#define FLUSH_MS 50

#define REASON_MAX 512

/* librdkafka quotes brokers and TLS libraries. */
static void set_why(char why[SINK_WHY_MAX], const char *text)
{
	snprintf(why, SINK_WHY_MAX, "%s", text);
	for (char *c = why; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
}

/* ---- what librdkafka calls -------------------------------------------------------- */

/* Reasons come by on_error(); what is left is what the user asked for, and has written amiss. */
static void on_log(const rd_kafka_t *kafka, int level, const char *facility, const char *text)
{
	(void)kafka;
	if (level == LOG_DEBUG || (level <= LOG_WARNING && strcmp(facility, "CONFWARN") == 0))
		log_info("kafka: %s: %s", facility, text);
}

static void on_error(rd_kafka_t *instance, int err, const char *reason, void *opaque)
{
	struct transport_kafka *kafka = opaque;
	char fatal[REASON_MAX] = "";

	if (err == RD_KAFKA_RESP_ERR__FATAL) {
		kafka->fatal = true;
		rd_kafka_fatal_error(instance, fatal, sizeof(fatal));
		set_why(kafka->why, fatal);
	} else if (err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
		/* The reason was given before: this adds that there is no other broker. */
		kafka->down = true;
		if (!kafka->why[0])
			set_why(kafka->why, reason);
	} else {
		set_why(kafka->why, reason);
	}
}

/* In the thread of rd_kafka_poll(), as the others but on_log(). */
static void on_delivery(rd_kafka_t *instance, const rd_kafka_message_t *report, void *opaque)
{
	struct kafka_message *message = report->_private;

	(void)instance;
	(void)opaque;
	switch ((int)report->err) {
	case RD_KAFKA_RESP_ERR__FATAL:
	case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
	case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
	case RD_KAFKA_RESP_ERR__DESTROY:
		return; /* no word on the message: the next instance gets it again */
	}
	message->done = true;
	message->err = report->err;
}

/* ---- the window --------------------------------------------------------------------- */

static bool full(const struct transport_kafka *kafka, size_t size)
{
	return kafka->count &&
	       (kafka->count == KAFKA_WINDOW_MESSAGES || kafka->bytes + size > KAFKA_WINDOW_BYTES);
}

/* Messages of several partitions are confirmed in any order; the queue gives them up in its own. */
static void confirm(struct sender *sender)
{
	struct transport_kafka *kafka = sender->to;

	while (kafka->count && kafka->message[kafka->first].done) {
		struct kafka_message *message = &kafka->message[kafka->first];

		if (message->err) {
			sender_refused(sender, message->end, rd_kafka_err2str(message->err));
		} else {
			kafka->down = false;
			if (!kafka->fatal) /* that is the end all the same */
				kafka->why[0] = '\0';
		}
		kafka->confirmed = message->end;
		kafka->waiting_ns = clock_mono_ns();
		kafka->bytes -= message->size;
		kafka->first = (kafka->first + 1) % KAFKA_WINDOW_MESSAGES;
		kafka->count--;
	}
}

static void judge(struct sender *sender)
{
	struct transport_kafka *kafka = sender->to;
	int64_t waited = clock_mono_ns() - kafka->waiting_ns;
	char why[SINK_WHY_MAX + 64];

	if (!kafka->count || sender->lost)
		return;
	if (kafka->down && waited > DOWN_NS) {
		sender_trouble(sender, kafka->why);
	} else if (waited > kafka->timeout_ns) {
		snprintf(why, sizeof(why), "nothing was confirmed for %lld s%s%s",
			 (long long)(waited / NS_PER_S), kafka->why[0] ? ": " : "", kafka->why);
		sender_trouble(sender, why);
	}
}

/* All that librdkafka has to tell. */
static void listen_to(struct sender *sender)
{
	struct transport_kafka *kafka = sender->to;

	while (rd_kafka_poll(kafka->kafka, 0) > 0)
		;
	confirm(sender);
	judge(sender);
}

static int heard(struct sender *sender)
{
	struct transport_kafka *kafka = sender->to;
	eventfd_t count;

	eventfd_read(kafka->event_fd, &count);
	listen_to(sender);
	if (!kafka->fatal)
		return 0;
	sender_trouble(sender, kafka->why);
	return SENDER_LOGGED;
}

static uint64_t acked(struct sender *sender, uint64_t written)
{
	struct transport_kafka *kafka = sender->to;

	(void)written;
	/* At the end, when librdkafka has all there is, nothing waits for company any more. */
	if (atomic_load(&sender->stop_ns) &&
	    sink_queue_counts(&sender->queue).queued == kafka->count)
		rd_kafka_flush(kafka->kafka, FLUSH_MS);
	listen_to(sender);
	if (kafka->fatal)
		eventfd_write(kafka->event_fd, 1); /* for heard() */
	return kafka->confirmed;
}

static int wait_for_room(struct sender *sender)
{
	int err = sender_wait(sender, sender->fd, POLLIN, clock_mono_ns() + STEP_NS);

	return err == -ECANCELED ? err : heard(sender);
}

/* ---- the sender ---------------------------------------------------------------------- */

static rd_kafka_resp_err_t produce(struct transport_kafka *kafka, struct kafka_message *message,
				   const char *data, size_t size)
{
	/* librdkafka's macros ask for pointers that are not const, and copy. */
	char *key = (char *)(uintptr_t)data + sizeof(struct kafka_head), *value;
	struct kafka_head head;

	memcpy(&head, data, sizeof(head));
	value = key + head.key_size;
	return rd_kafka_producev(kafka->kafka, RD_KAFKA_V_TOPIC(kafka->topic),
				 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
				 RD_KAFKA_V_TIMESTAMP(head.time_ms),
				 RD_KAFKA_V_KEY(key, head.key_size),
				 RD_KAFKA_V_VALUE(value, size - (size_t)(value - data)),
				 RD_KAFKA_V_OPAQUE(message), RD_KAFKA_V_END);
}

static int write_message(struct sender *sender, const char *data, size_t size)
{
	struct transport_kafka *kafka = sender->to;
	struct kafka_message *message;
	rd_kafka_resp_err_t result;
	int err;

	for (;;) {
		while (full(kafka, size)) {
			err = wait_for_room(sender);
			if (err)
				return err;
		}
		message = &kafka->message[(kafka->first + kafka->count) % KAFKA_WINDOW_MESSAGES];
		*message = (struct kafka_message){.end = sender->written + size,
						  .size = (uint32_t)size};
		result = produce(kafka, message, data, size);
		/* Its own queue can be made smaller than the window by a property. */
		if (result != RD_KAFKA_RESP_ERR__QUEUE_FULL && result != RD_KAFKA_RESP_ERR__FATAL)
			break;
		err = wait_for_room(sender);
		if (err)
			return err;
	}
	/* Not even tried, as it is too long: that is its delivery report. */
	message->done = result != RD_KAFKA_RESP_ERR_NO_ERROR;
	message->err = result;
	if (!kafka->count)
		kafka->waiting_ns = clock_mono_ns();
	kafka->count++;
	kafka->bytes += size;
	return 0;
}

/* @brokers: NULL for none. 0, or -EINVAL with the reason. */
static int make_instance(struct transport_kafka *kafka, const char *brokers, char why[SINK_WHY_MAX])
{
	rd_kafka_conf_t *conf = rd_kafka_conf_dup(kafka->conf);
	char reason[REASON_MAX] = "";

	rd_kafka_conf_set_log_cb(conf, on_log);
	rd_kafka_conf_set_error_cb(conf, on_error);
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	rd_kafka_conf_set_opaque(conf, kafka);
	if (!brokers || rd_kafka_conf_set(conf, "bootstrap.servers", brokers, reason,
					  sizeof(reason)) == RD_KAFKA_CONF_OK)
		kafka->kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof(reason));
	if (kafka->kafka)
		return 0;
	rd_kafka_conf_destroy(conf);
	set_why(why, reason);
	return -EINVAL;
}

static int open_stream(struct sender *sender, char why[SINK_WHY_MAX])
{
	struct transport_kafka *kafka = sender->to;
	static const uint64_t one = 1;
	rd_kafka_queue_t *queue;
	int err;

	kafka->first = kafka->count = kafka->bytes = 0;
	kafka->confirmed = 0;
	kafka->down = kafka->fatal = false;
	kafka->why[0] = '\0';
	err = make_instance(kafka, kafka->brokers, why);
	if (err)
		return err;
	queue = rd_kafka_queue_get_main(kafka->kafka);
	rd_kafka_queue_io_event_enable(queue, kafka->event_fd, &one, sizeof(one));
	rd_kafka_queue_destroy(queue);
	sender->fd = kafka->event_fd;
	return 0;
}

static void close_stream(struct sender *sender, bool failed)
{
	struct transport_kafka *kafka = sender->to;

	/* The end of the program, perhaps before any time-out: what was the matter? */
	if (!failed && kafka->count && kafka->why[0])
		sender_trouble(sender, kafka->why);
	rd_kafka_purge(kafka->kafka, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
	rd_kafka_destroy(kafka->kafka);
	kafka->kafka = NULL;
}

const struct transport_ops transport_kafka_ops = {
	.open = open_stream,
	.write = write_message,
	.acked = acked,
	.heard = heard,
	.close = close_stream,
};

int transport_kafka_init(struct transport_kafka *kafka, rd_kafka_conf_t *conf, const char *brokers,
			 const char *topic, long long timeout_ns)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), err = fd < 0 ? -errno : 0;

	*kafka = (struct transport_kafka){0};
	if (err) {
		rd_kafka_conf_destroy(conf);
		return err;
	}
	kafka->conf = conf;
	kafka->brokers = brokers;
	kafka->topic = topic;
	kafka->timeout_ns = timeout_ns;
	kafka->event_fd = fd;
	return 0;
}

int transport_kafka_try(struct transport_kafka *kafka, char why[SINK_WHY_MAX])
{
	int err = make_instance(kafka, NULL, why);

	if (!err)
		rd_kafka_destroy(kafka->kafka);
	kafka->kafka = NULL;
	return err;
}

void transport_kafka_free(struct transport_kafka *kafka)
{
	if (!kafka->conf)
		return;
	close(kafka->event_fd);
	rd_kafka_conf_destroy(kafka->conf);
	*kafka = (struct transport_kafka){0};
}
#endif
