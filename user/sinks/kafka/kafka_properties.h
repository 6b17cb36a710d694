/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which of librdkafka's properties a file may set. A list of those that may, as librdkafka adds properties
 * with each version, and some of them load libraries or run commands.
 */
#ifndef RCODEWATCH_KAFKA_PROPERTIES_H
#define RCODEWATCH_KAFKA_PROPERTIES_H

#include <stddef.h>

/* 0 if @key may be set; otherwise -EINVAL with the reason in @why, of @size bytes. */
int kafka_property_check(const char *key, char *why, size_t size);

#endif
