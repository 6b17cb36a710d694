// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_RDKAFKA
#include "sinks/kafka/kafka_conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sinks/kafka/kafka_properties.h"
#include "util/log.h"
#include "util/run_user.h"

#define WHY_MAX   256
#define TEXT_SIZE (KAFKA_CONF_FILE_MAX + 1)

struct property {
	const char *key, *value;
	const char *feature; /* of librdkafka's builds: without it the property may be missing */
};

static const struct property defaults[] = {
	{"client.id", "rcodewatch", NULL},
	/* Each message once and in its order, however often it has to be sent; acks is all with it. */
	{"enable.idempotence", "true", NULL},
	/* Never given up by time: the queue of the sink is the bound, and it loses the oldest. */
	{"message.timeout.ms", "0", NULL},
	{"compression.type", "lz4", "lz4"},
	/* Rows of a batch come all at once. */
	{"linger.ms", "50", NULL},
	/* The Java clients' own: a key is in the same partition for every producer. */
	{"partitioner", "murmur2_random", NULL},
	/* Otherwise Kerberos runs kinit by the shell: a ticket has to be there. Since librdkafka 1.6. */
	{"sasl.kerberos.min.time.before.relogin", "0", "sasl_gssapi"},
};

static int set(rd_kafka_conf_t *conf, const char *key, const char *value, char why[WHY_MAX])
{
	int err = kafka_property_check(key, why, WHY_MAX);

	if (!err && rd_kafka_conf_set(conf, key, value, why, WHY_MAX) != RD_KAFKA_CONF_OK)
		err = -EINVAL;
	return err;
}

/* Without the blanks around it; @end is where it ends. */
static char *trimmed(char *text, char *end)
{
	while (end > text && strchr(" \t\r", end[-1]))
		end--;
	*end = '\0';
	return text + strspn(text, " \t");
}

static int set_line(rd_kafka_conf_t *conf, char *line, char why[WHY_MAX])
{
	char *text = trimmed(line, line + strlen(line)), *equals = strchr(text, '=');

	if (!text[0] || text[0] == '#')
		return 0;
	if (!equals) {
		/* Not what it is: it may be a secret that slipped. */
		snprintf(why, WHY_MAX, "a line must be KEY=VALUE");
		return -EINVAL;
	}
	return set(conf, trimmed(text, equals), equals + 1 + strspn(equals + 1, " \t"), why);
}

static int set_lines(rd_kafka_conf_t *conf, const char *path, char *text)
{
	char why[WHY_MAX] = "", *rest = text, *line;
	unsigned int number = 0;

	while ((line = strsep(&rest, "\n"))) {
		number++;
		if (set_line(conf, line, why) < 0) {
			log_error("%s:%u: %s", path, number, why);
			return -EINVAL;
		}
	}
	return 0;
}

/* All of @fd into @text, up to @size bytes. How many, or a negative errno. */
static ssize_t read_all(int fd, char *text, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t n = read(fd, text + used, size - used);

		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return -errno;
		used += n > 0 ? (size_t)n : 0;
	}
	return (ssize_t)used;
}

/* A regular file into @text of TEXT_SIZE bytes, with a NUL behind it. NULL, or why not, maybe in @room. */
static const char *read_file(const char *path, char *text, char room[WHY_MAX])
{
	/* Not to wait for the writer of a FIFO, which is no regular file. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	const char *why = NULL;
	struct stat st;
	ssize_t size;

	if (fd < 0) {
		run_user_explain_read(-errno, room, WHY_MAX);
		return room;
	}
	if (fstat(fd, &st) < 0) {
		why = strerror(errno);
	} else if (!S_ISREG(st.st_mode)) {
		why = "not a regular file";
	} else {
		size = read_all(fd, text, TEXT_SIZE);
		if (size < 0)
			why = strerror((int)-size);
		else if (size == TEXT_SIZE)
			why = "longer than 64 KiB";
		else if (memchr(text, '\0', (size_t)size))
			why = "there are NUL bytes in it";
		else
			text[size] = '\0';
	}
	close(fd);
	return why;
}

static int set_file(rd_kafka_conf_t *conf, const char *path)
{
	char *text = malloc(TEXT_SIZE), room[WHY_MAX];
	const char *why = text ? read_file(path, text, room) : strerror(ENOMEM);
	int err = why ? -EINVAL : set_lines(conf, path, text);

	if (why)
		log_error("cannot read Kafka properties from %s: %s", path, why);
	if (text)
		explicit_bzero(text, TEXT_SIZE);
	free(text);
	return err;
}

/* Whether this librdkafka was built with @feature; also if it does not tell. */
static bool has_feature(const rd_kafka_conf_t *conf, const char *feature)
{
	char features[512], *rest = features, *one;
	size_t size = sizeof(features);

	if (rd_kafka_conf_get(conf, "builtin.features", features, &size) != RD_KAFKA_CONF_OK)
		return true;
	while ((one = strsep(&rest, ",")))
		if (strcmp(one, feature) == 0)
			return true;
	return false;
}

static int set_defaults(rd_kafka_conf_t *conf)
{
	char why[WHY_MAX] = "";

	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		const struct property *p = &defaults[i];

		if (rd_kafka_conf_set(conf, p->key, p->value, why, sizeof(why)) ==
			    RD_KAFKA_CONF_OK ||
		    (p->feature && !has_feature(conf, p->feature)))
			continue;
		log_error("cannot set %s=%s, which the Kafka sink needs, in librdkafka %s: %s",
			  p->key, p->value, rd_kafka_version_str(), why);
		return -EINVAL;
	}
	return 0;
}

rd_kafka_conf_t *kafka_conf_make(const char *path)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();

	if (set_defaults(conf) < 0 || (path && set_file(conf, path) < 0)) {
		rd_kafka_conf_destroy(conf);
		return NULL;
	}
	return conf;
}
#endif
