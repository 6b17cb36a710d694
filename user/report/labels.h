/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What an operator puts on everything that is reported: site, role and the like. */
#ifndef RCODEWATCH_LABELS_H
#define RCODEWATCH_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/options.h"

#define LABELS_MAX      16
#define LABEL_KEY_MAX   64  /* bytes, with the final NUL */
#define LABEL_VALUE_MAX 257 /* likewise */

struct label {
	char key[LABEL_KEY_MAX];
	char value[LABEL_VALUE_MAX];
};

struct labels {
	struct label label[LABELS_MAX];
	size_t count;
};

/*
 * Add @text, KEY=VALUE, to a struct labels. A key is a letter or _ and then letters, digits and _, so that every receiver
 * can take it as it is; one that reports use for something else is refused, as is one that is there
 * already. A value is well-formed UTF-8 without control characters. 0, or -EINVAL with @why and
 * nothing added.
 */
int labels_add(void *labels, const char *text, char why[OPTION_WHY_MAX]);

/* Whether reports, their events or the metrics have something else by the name @key of @length bytes. */
bool label_key_reserved(const char *key, size_t length);

#endif
