/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The configuration of librdkafka: defaults of ours, then the properties of a file, by the names that
 * librdkafka's CONFIGURATION.md lists. Secrets are in that file, never on the command line.
 */
#ifndef RCODEWATCH_KAFKA_CONF_H
#define RCODEWATCH_KAFKA_CONF_H
#ifdef HAVE_RDKAFKA

#include <librdkafka/rdkafka.h>

/* The longest file of properties, in bytes; certificates in it count. */
#define KAFKA_CONF_FILE_MAX 65536

/*
 * Defaults, and what @path says over them (NULL: no file): lines KEY=VALUE, comments from a # at the
 * beginning of a line, blank lines; blanks around keys and values don't count. The brokers are not in
 * it yet. NULL, logged with file and line, if there is no such file or librdkafka does not
 * take what it says or one of the defaults. The caller's, to be freed by rd_kafka_conf_destroy().
 */
rd_kafka_conf_t *kafka_conf_make(const char *path);

#endif
#endif
