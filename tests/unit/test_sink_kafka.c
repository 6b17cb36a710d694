// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* --sink kafka: addresses, files of properties, and what librdkafka makes of them. */
#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sinks/kafka/kafka_conf.h"
#include "sinks/sinks.h"
#include "sinks/kafka/transport_kafka.h"

#ifndef HAVE_RDKAFKA
static void kafka(void **state)
{
	(void)state;
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(kafka)};

	return cmocka_run_group_tests_name("sink_kafka", tests, NULL, NULL);
}
#else
static char folder[] = "/tmp/test_sink_kafka.XXXXXX", path[64], errors[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/x", folder);
	snprintf(errors, sizeof(errors), "%s/stderr", folder);
	return 0;
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

/* ---- addresses ------------------------------------------------------------------- */

static struct sink_specs specs;
static char why[OPTION_WHY_MAX];

static void acked(const char *text)
{
	specs.count = 0;
	if (sink_specs_add(&specs, text, why) != 0)
		fail_msg("%s: %s", text, why);
}

static void refused(const char *text, const char *reason)
{
	specs.count = 0;
	assert_int_equal(sink_specs_add(&specs, text, why), -EINVAL);
	if (!strstr(why, reason))
		fail_msg("%s: says '%s', not '%s'", text, why, reason);
}

static void addresses(void **state)
{
	char text[300];

	(void)state;
	acked("kafka:k1/t");
	acked("kafka:k1.example:9093+[2001:db8::1]:9094+192.0.2.1/a.b-c_D9");
	acked("kafka:k/t,properties=/etc/x,queue=1024,timeout=3600,shape=report,interval=60");
	acked("kafka:k/t,shape=rows");
	refused("kafka:", "must be BROKER[+BROKER...]/TOPIC");
	refused("kafka:k1:9092", "must be BROKER[+BROKER...]/TOPIC");
	refused("kafka:/t", "a broker must be");
	refused("kafka:k1+/t", "a broker must be");
	refused("kafka:+k1/t", "a broker must be");
	refused("kafka:k1++k2/t", "a broker must be");
	refused("kafka:k1\\,k2/t", "a broker must be");
	refused("kafka:k1/k2/t", "a broker must be");
	refused("kafka:k 1/t", "a broker must be");
	refused("kafka:k1:/t", "a broker must be");
	refused("kafka::9092/t", "a broker must be");
	refused("kafka:k1/", "a topic has 1 to 249");
	refused("kafka:k1/.", "a topic has 1 to 249");
	refused("kafka:k1/..", "a topic has 1 to 249");
	refused("kafka:k1/a b", "a topic has 1 to 249");
	refused("kafka:k1/\xc3\xa4", "a topic has 1 to 249");
	refused("kafka:k1/t,properties=", "needs the name of a file");
	refused("kafka:k1/t,shape=flat", "shape");
	refused("kafka:k1/t,timeout=0.5", "timeout");
	refused("kafka:k1/t,acks=1", "no option 'acks'");
	snprintf(text, sizeof(text), "kafka:k/%0249d", 0);
	acked(text);
	snprintf(text, sizeof(text), "kafka:k/%0250d", 0);
	refused(text, "a topic has 1 to 249");
}

/* ---- properties -------------------------------------------------------------------- */

static rd_kafka_conf_t *made(const char *from)
{
	int kept = dup(STDERR_FILENO);
	rd_kafka_conf_t *conf;

	fflush(stderr);
	assert_non_null(freopen(errors, "w", stderr));
	conf = kafka_conf_make(from);
	fflush(stderr);
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	close(kept);
	return conf;
}

static rd_kafka_conf_t *made_of(const char *text, size_t size)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	return made(path);
}

static void expect_logged(const char *what)
{
	char text[1024] = "";
	FILE *file = fopen(errors, "r");

	assert_non_null(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	fclose(file);
	if (!strstr(text, what) || strchr(text, '\n') != text + strlen(text) - 1)
		fail_msg("says '%s', not one line with '%s'", text, what);
}

static void wrong(const char *text, const char *reason)
{
	assert_null(made_of(text, strlen(text)));
	expect_logged(reason);
}

static void expect(rd_kafka_conf_t *conf, const char *key, const char *value)
{
	char found[128] = "";
	size_t size = sizeof(found);

	assert_int_equal(rd_kafka_conf_get(conf, key, found, &size), RD_KAFKA_CONF_OK);
	if (strcmp(found, value) != 0)
		fail_msg("%s is '%s', not '%s'", key, found, value);
}

static void defaults(void **state)
{
	rd_kafka_conf_t *conf = made(NULL);

	(void)state;
	assert_non_null(conf);
	expect(conf, "enable.idempotence", "true");
	expect(conf, "message.timeout.ms", "0");
	expect(conf, "compression.type", "lz4");
	expect(conf, "partitioner", "murmur2_random");
	expect(conf, "client.id", "rcodewatch");
	/* Otherwise it runs kinit by a shell: rd_kafka_sasl_cyrus_init(). */
	if (RD_KAFKA_VERSION >= 0x01060000)
		expect(conf, "sasl.kerberos.min.time.before.relogin", "0");
	rd_kafka_conf_destroy(conf);
}

/* Stand in front of librdkafka's: another version or build of it, when a test says so. */
static const char *refused_key, *built_with;

rd_kafka_conf_res_t rd_kafka_conf_set(rd_kafka_conf_t *conf, const char *key, const char *value,
				      char *error, size_t size)
{
	rd_kafka_conf_res_t (*real)(rd_kafka_conf_t *, const char *, const char *, char *, size_t);

	if (refused_key && strcmp(key, refused_key) == 0) {
		snprintf(error, size, "not in this test");
		return RD_KAFKA_CONF_INVALID;
	}
	*(void **)&real = dlsym(RTLD_NEXT, "rd_kafka_conf_set");
	return real(conf, key, value, error, size);
}

rd_kafka_conf_res_t rd_kafka_conf_get(const rd_kafka_conf_t *conf, const char *key, char *value,
				      size_t *size)
{
	rd_kafka_conf_res_t (*real)(const rd_kafka_conf_t *, const char *, char *, size_t *);

	if (built_with && strcmp(key, "builtin.features") == 0) {
		*size = (size_t)snprintf(value, *size, "%s", built_with) + 1;
		return RD_KAFKA_CONF_OK;
	}
	*(void **)&real = dlsym(RTLD_NEXT, "rd_kafka_conf_get");
	return real(conf, key, value, size);
}

/* What cannot be set must not be missing, unless this librdkafka was built without what it is for. */
static void defaults_that_cannot_be_set(void **state)
{
	static const struct {
		const char *key, *built_with;
		bool fails;
	} cases[] = {
		{"sasl.kerberos.min.time.before.relogin", NULL, true}, /* Debian builds with it */
		{"sasl.kerberos.min.time.before.relogin", "gzip,sasl,sasl_gssapi,lz4", true},
		{"sasl.kerberos.min.time.before.relogin", "gzip,sasl,sasl_plain,sasl_gssapi_2",
		 false},
		{"compression.type", "gzip,sasl_gssapi", false},
		{"compression.type", "gzip,lz4", true},
		{"enable.idempotence", "gzip", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rd_kafka_conf_t *conf;

		refused_key = cases[i].key;
		built_with = cases[i].built_with;
		conf = made(NULL);
		refused_key = built_with = NULL;
		if (!conf != cases[i].fails)
			fail_msg("case %zu: %s", i, conf ? "it is made" : "it is not made");
		if (conf)
			rd_kafka_conf_destroy(conf);
		else
			expect_logged(cases[i].key);
	}
}

static void a_file_of_properties(void **state)
{
	static const char text[] = "# a comment=1\n\n  \t\n"
				   "acks = 1\r\n"
				   "  enable.idempotence\t=false\n"
				   "sasl.password=a=b # c\n"
				   "client.id=x"; /* no newline */
	rd_kafka_conf_t *conf = made_of(text, strlen(text));

	(void)state;
	assert_non_null(conf);
	expect(conf, "acks", "1");
	expect(conf, "enable.idempotence", "false");
	expect(conf, "sasl.password", "a=b # c");
	expect(conf, "client.id", "x");
	expect(conf, "compression.type", "lz4");
	rd_kafka_conf_destroy(conf);
}

static void refuses_property(const char *key, const char *reason)
{
	char text[128];

	snprintf(text, sizeof(text), "%s=/tmp/x\n", key);
	wrong(text, reason);
}

/*
 * By CONFIGURATION.md of librdkafka, and what its descriptions say of each: what loads code, what is put
 * into a shell command, what asks others over HTTP.
 */
static void properties_that_are_refused(void **state)
{
	static const char *const loads[] = {"plugin.library.paths", "ssl.engine.location",
					    "ssl.engine.id",        "ssl.providers",
					    "interceptors",         "ssl_engine_callback_data"};
	static const char *const runs[] = {"sasl.kerberos.kinit.cmd", "sasl.kerberos.keytab",
					   "sasl.kerberos.principal",
					   "sasl.kerberos.min.time.before.relogin"};
	static const char *const fetches[] = {"sasl.oauthbearer.method",
					      "sasl.oauthbearer.token.endpoint.url",
					      "sasl.oauthbearer.client.secret",
					      "sasl.oauthbearer.assertion.private.key.file",
					      "sasl.oauthbearer.metadata.authentication.type",
					      "https.ca.location"};
	static const char *const others[] = {"log_cb",
					     "dr_msg_cb",
					     "open_cb",
					     "opaque",
					     "group.id",
					     "enabled_events",
					     "log.queue",
					     "ssl_ca",
					     "test.mock.num.brokers",
					     "socket.nagle.",
					     "",
					     "ACKS",
					     "Plugin.Library.Paths"};

	(void)state;
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
		refuses_property(loads[i], "cannot be set: it loads code");
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		refuses_property(runs[i], "cannot be set: it is part of a shell command");
	for (size_t i = 0; i < sizeof(fetches) / sizeof(fetches[0]); i++)
		refuses_property(fetches[i], "cannot be set: it makes librdkafka ask other hosts");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		refuses_property(others[i], "can");
	refuses_property("compresion.type", "did you mean compression.type?");
	refuses_property("sasl.mechansims", "did you mean sasl.mechanisms?");
	refuses_property("akcs", "did you mean acks?");
	refuses_property("zzzz", "docs/sinks.md");
}

static void files_that_are_refused(void **state)
{
	static char long_text[KAFKA_CONF_FILE_MAX + 1];
	rd_kafka_conf_t *conf;

	(void)state;
	wrong("acks=1\nno.such=1\n", "x:2: no property 'no.such' can be set: docs/sinks.md");
	wrong("\n\nacks=many\n", "x:3: Invalid value");
	wrong("just words\n", "x:1: a line must be KEY=VALUE");
	wrong("=x\n", "x:1: ");
	wrong("bootstrap.servers=k\n", "the brokers are in the address");
	wrong("metadata.broker.list=k\n", "the brokers are in the address");
	wrong("transactional.id=k\n", "not sent in transactions");
	wrong("delivery.report.only.error=true\n", "nothing is known to be delivered");
	wrong("dr_msg_cb=x\n", "x:1: ");
	assert_null(made_of("acks=1\0\n", 8));
	expect_logged("NUL bytes");
	memset(long_text, '#', sizeof(long_text));
	conf = made_of(long_text, KAFKA_CONF_FILE_MAX);
	assert_non_null(conf);
	rd_kafka_conf_destroy(conf);
	assert_null(made_of(long_text, KAFKA_CONF_FILE_MAX + 1));
	expect_logged("longer than 64 KiB");
	assert_null(made("/"));
	expect_logged("not a regular file");
	assert_null(made("/dev/zero"));
	expect_logged("not a regular file");
	assert_int_equal(unlink(path), 0);
	assert_null(made(path));
	expect_logged("No such file");
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(made(path)); /* and does not wait for someone to write */
	expect_logged("not a regular file");
	assert_int_equal(unlink(path), 0);
}

/* What librdkafka finds out later only. */
static void configurations_that_do_not_work(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{"acks=1\n", "acks"},
		{"security.protocol=SSL\nssl.ca.location=/nonexistent/ca\n", "ssl.ca.location"},
		{"security.protocol=SASL_SSL\nsasl.mechanisms=NONE\n", "NONE"},
	};
	char reason[SINK_WHY_MAX];
	struct transport_kafka kafka;
	rd_kafka_conf_t *conf;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		conf = made_of(cases[i].text, strlen(cases[i].text));
		assert_non_null(conf);
		assert_int_equal(transport_kafka_init(&kafka, conf, "localhost:1", "t", 1), 0);
		assert_int_equal(transport_kafka_try(&kafka, reason), -EINVAL);
		if (!strstr(reason, cases[i].reason) || strchr(reason, '\n'))
			fail_msg("%s says '%s'", cases[i].text, reason);
		transport_kafka_free(&kafka);
	}
	assert_int_equal(transport_kafka_init(&kafka, made(NULL), "localhost:1", "t", 1), 0);
	assert_int_equal(transport_kafka_try(&kafka, reason), 0);
	transport_kafka_free(&kafka);
}

/* An earlier reason is not given for a later failure. */
static void a_reason_that_is_past(void **state)
{
	rd_kafka_conf_t *conf = made(NULL);
	char message[sizeof(struct kafka_head) + 5] = {0}, reason[SINK_WHY_MAX] = "";
	static struct transport_kafka kafka;
	struct sender sender;

	(void)state;
	memcpy(message + sizeof(struct kafka_head), "value", 5);
	assert_int_equal(rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", reason,
					   sizeof(reason)),
			 RD_KAFKA_CONF_OK);
	assert_int_equal(transport_kafka_init(&kafka, conf, "localhost:1", "t", 1), 0);
	assert_int_equal(sender_init(&sender, &transport_kafka_ops, &kafka, 1 << 20, -1), 0);
	assert_int_equal(sender.ops->open(&sender, reason), 0);
	snprintf(kafka.why, sizeof(kafka.why), "broker 1 is on fire");
	assert_int_equal(sender.ops->write(&sender, message, sizeof(message)), 0);
	for (int i = 0; i < 300 && sender.ops->acked(&sender, 0) < sizeof(message); i++)
		usleep(100000);
	assert_int_equal(kafka.confirmed, sizeof(message));
	assert_string_equal(kafka.why, "");
	sender.ops->close(&sender, false);
	sender_free(&sender);
	transport_kafka_free(&kafka);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(defaults),
		cmocka_unit_test(defaults_that_cannot_be_set),
		cmocka_unit_test(a_file_of_properties),
		cmocka_unit_test(properties_that_are_refused),
		cmocka_unit_test(files_that_are_refused),
		cmocka_unit_test(configurations_that_do_not_work),
		cmocka_unit_test(a_reason_that_is_past),
	};

	return cmocka_run_group_tests_name("sink_kafka", tests, make_folder, remove_folder);
}
#endif
