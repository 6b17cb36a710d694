// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/kafka/kafka_properties.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "util/edit_distance.h"

/* A mistyped name is answered with one that is so near. */
#define SLIPS_MAX 4u

/*
 * From CONFIGURATION.md of librdkafka 2.0 to 2.11: what a producer uses, and what neither loads code, nor
 * runs a command, nor makes librdkafka talk to anyone but the brokers. An older librdkafka says itself
 * which of them it does not know.
 */
static const char *const allowed[] = {
	"acks",
	"allow.auto.create.topics",
	"api.version.fallback.ms",
	"api.version.request",
	"api.version.request.timeout.ms",
	"batch.num.messages",
	"batch.size",
	"broker.address.family",
	"broker.address.ttl",
	"broker.version.fallback",
	"client.dns.lookup",
	"client.id",
	"client.rack",
	"compression.codec",
	"compression.level",
	"compression.type",
	"connections.max.idle.ms",
	"debug",
	"delivery.timeout.ms",
	"enable.gapless.guarantee",
	"enable.idempotence",
	"enable.metrics.push",
	"enable.random.seed",
	"enable.sasl.oauthbearer.unsecure.jwt",
	"enable.ssl.certificate.verification",
	"linger.ms",
	"log.connection.close",
	"log.thread.name",
	"log_level",
	"max.in.flight",
	"max.in.flight.requests.per.connection",
	"message.copy.max.bytes",
	"message.max.bytes",
	"message.send.max.retries",
	"message.timeout.ms",
	"metadata.max.age.ms",
	"metadata.recovery.rebootstrap.trigger.ms",
	"metadata.recovery.strategy",
	"partitioner",
	"queue.buffering.backpressure.threshold",
	"queue.buffering.max.kbytes",
	"queue.buffering.max.messages",
	"queue.buffering.max.ms",
	"queuing.strategy",
	"receive.message.max.bytes",
	"reconnect.backoff.jitter.ms",
	"reconnect.backoff.max.ms",
	"reconnect.backoff.ms",
	"request.required.acks",
	"request.timeout.ms",
	"retries",
	"retry.backoff.max.ms",
	"retry.backoff.ms",
	"sasl.kerberos.service.name",
	"sasl.mechanism",
	"sasl.mechanisms",
	"sasl.oauthbearer.config",
	"sasl.password",
	"sasl.username",
	"security.protocol",
	"socket.blocking.max.ms",
	"socket.connection.setup.timeout.ms",
	"socket.keepalive.enable",
	"socket.max.fails",
	"socket.nagle.disable",
	"socket.receive.buffer.bytes",
	"socket.send.buffer.bytes",
	"socket.timeout.ms",
	"ssl.ca.location",
	"ssl.ca.pem",
	"ssl.certificate.location",
	"ssl.certificate.pem",
	"ssl.cipher.suites",
	"ssl.crl.location",
	"ssl.curves.list",
	"ssl.endpoint.identification.algorithm",
	"ssl.key.location",
	"ssl.key.password",
	"ssl.key.pem",
	"ssl.keystore.location",
	"ssl.keystore.password",
	"ssl.sigalgs.list",
	"sticky.partitioning.linger.ms",
	"topic.blacklist",
	"topic.metadata.propagation.max.ms",
	"topic.metadata.refresh.fast.cnt",
	"topic.metadata.refresh.fast.interval.ms",
	"topic.metadata.refresh.interval.ms",
	"topic.metadata.refresh.sparse",
};

#define LOADS   "it loads code into this process"
#define RUNS    "it is part of a shell command that librdkafka would run"
#define FETCHES "it makes librdkafka ask other hosts than the brokers"
#define BROKERS "the brokers are in the address of the sink"
#define BY_CODE "only a program can set it, by a function"

/* A name that ends in a dot stands for all that begin with it; the first that fits counts. */
static const struct {
	const char *key, *reason;
} refused[] = {
	{"plugin.library.paths", LOADS},
	{"ssl.engine.", LOADS},
	{"ssl.providers", LOADS},
	{"interceptors", LOADS},
	{"ssl_engine_callback_data", LOADS},
	{"sasl.kerberos.", RUNS},
	{"sasl.oauthbearer.", FETCHES},
	{"https.", FETCHES},
	{"bootstrap.servers", BROKERS},
	{"metadata.broker.list", BROKERS},
	{"test.", "it makes librdkafka pretend to have brokers"},
	{"transactional.id", "messages are not sent in transactions"},
	{"transaction.timeout.ms", "messages are not sent in transactions"},
	{"delivery.report.only.error",
	 "without reports of success nothing is known to be delivered"},
	{"produce.offset.report", "delivery reports are this program's own"},
	{"enabled_events", "delivery reports would no longer arrive"},
	{"log.queue", "librdkafka's words would no longer be seen"},
	{"internal.termination.signal", "signals are this program's own"},
	{"statistics.interval.ms", "nothing reads these statistics"},
	{"ssl.ca.certificate.stores", "it is for Windows"},
	{"opaque", BY_CODE},
	{"default_topic_conf", BY_CODE},
	{"msg_order_cmp", BY_CODE},
	{"ssl_key", BY_CODE},
	{"ssl_certificate", BY_CODE},
	{"ssl_ca", BY_CODE},
};

static bool is_of(const char *key, const char *entry)
{
	size_t length = strlen(entry);

	return entry[length - 1] == '.' ? strncmp(key, entry, length) == 0
					: strcmp(key, entry) == 0;
}

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length > end_length && strcmp(text + length - end_length, end) == 0;
}

static const char *reason_of(const char *key)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (is_of(key, refused[i].key))
			return refused[i].reason;
	return ends_in(key, "_cb") ? BY_CODE : NULL;
}

/* NULL if none is near. */
static const char *nearest(const char *key)
{
	const char *best = NULL;
	size_t length = strlen(key), slips = SLIPS_MAX + 1;

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		size_t other = strlen(allowed[i]);
		size_t n = edit_distance(key, length, allowed[i], other);

		/* Not so many that anything would do for a short name. */
		if (n < slips && n * 3 <= other) {
			slips = n;
			best = allowed[i];
		}
	}
	return best;
}

int kafka_property_check(const char *key, char *why, size_t size)
{
	const char *reason, *near;

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (strcmp(key, allowed[i]) == 0)
			return 0;
	reason = reason_of(key);
	near = reason ? NULL : nearest(key);
	if (reason)
		snprintf(why, size, "%.60s cannot be set: %s", key, reason);
	else if (near)
		snprintf(why, size, "no property '%.60s' can be set: did you mean %s?", key, near);
	else
		snprintf(why, size,
			 "no property '%.60s' can be set: docs/sinks.md lists those of a producer "
			 "that can",
			 key);
	return -EINVAL;
}
