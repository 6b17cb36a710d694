// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * kafka_mock FIFO BROKERS TOPIC PARTITIONS: librdkafka's mock cluster as a process of its own, on ports
 * of 127.0.0.1, told what to do by lines in FIFO:
 *
 *   down                  all brokers close their connections and take no new ones
 *   up                    they are back, on the same ports, with all that they had
 *   error KEY CODE TIMES  so many requests of API key KEY are answered with error CODE
 *
 * Says "ready HOST:PORT[,HOST:PORT...]", and "done" after each line. Runs until a signal ends it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef HAVE_RDKAFKA
int main(void)
{
	fprintf(stderr, "built without librdkafka\n");
	return 1;
}
#else
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#define ERRORS_MAX 1000

static void set_all(rd_kafka_mock_cluster_t *cluster, int brokers, int up)
{
	for (int id = 1; id <= brokers; id++)
		if (up)
			rd_kafka_mock_broker_set_up(cluster, id);
		else
			rd_kafka_mock_broker_set_down(cluster, id);
}

/* Whether the line was understood. */
static int obey(rd_kafka_mock_cluster_t *cluster, int brokers, const char *line)
{
	static rd_kafka_resp_err_t errors[ERRORS_MAX];
	int key, code, times;

	if (strcmp(line, "down\n") == 0 || strcmp(line, "up\n") == 0) {
		set_all(cluster, brokers, line[0] == 'u');
		return 1;
	}
	if (sscanf(line, "error %d %d %d\n", &key, &code, &times) != 3 || times < 1 ||
	    times > ERRORS_MAX)
		return 0;
	for (int i = 0; i < times; i++)
		errors[i] = (rd_kafka_resp_err_t)code;
	rd_kafka_mock_push_request_errors_array(cluster, (int16_t)key, (size_t)times, errors);
	return 1;
}

int main(int argc, char **argv)
{
	char why[256] = "", line[64];
	rd_kafka_mock_cluster_t *cluster;
	rd_kafka_t *kafka;
	int brokers;
	FILE *orders;

	if (argc != 5) {
		fprintf(stderr, "usage: kafka_mock FIFO BROKERS TOPIC PARTITIONS\n");
		return 2;
	}
	brokers = atoi(argv[2]);
	/* For writing too, so that it never ends. */
	orders = fopen(argv[1], "r+");
	kafka = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof(why));
	cluster = kafka ? rd_kafka_mock_cluster_new(kafka, brokers) : NULL;
	if (!orders || !cluster ||
	    rd_kafka_mock_topic_create(cluster, argv[3], atoi(argv[4]), brokers)) {
		fprintf(stderr, "kafka_mock: cannot be set up %s\n", why);
		return 1;
	}
	printf("ready %s\n", rd_kafka_mock_cluster_bootstraps(cluster));
	fflush(stdout);
	while (fgets(line, sizeof(line), orders)) {
		puts(obey(cluster, brokers, line) ? "done" : "what?");
		fflush(stdout);
	}
	return 1;
}
#endif
