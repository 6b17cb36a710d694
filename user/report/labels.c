// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/labels.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/utf8.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS  "0123456789"

/* What reports use for something else, then the labels of metrics: a unit test compares these with metrics.c. */
static const char *const reserved[] = {
	"interface", "host",   "le",      "quantile", "code",      "device",   "direction",
	"event",     "family", "hook",    "id",       "info_code", "kind",     "list",
	"mode",      "name",   "outcome", "rcode",    "reason",    "sink",     "transport",
	"version",   "side",   "failed",  "source",   "rule",      "severity",
};

bool label_key_reserved(const char *key, size_t length)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strlen(reserved[i]) == length && memcmp(reserved[i], key, length) == 0)
			return true;
	return false;
}

static int key_check(const char *key, size_t length, char why[OPTION_WHY_MAX])
{
	if (length == 0 || length >= LABEL_KEY_MAX || !strchr(LETTERS, key[0]) ||
	    strspn(key, LETTERS DIGITS) != length) {
		snprintf(why, OPTION_WHY_MAX,
			 "must be KEY=VALUE, the key a letter or _ and then letters, digits and _, "
			 "at most %d",
			 LABEL_KEY_MAX - 1);
		return -EINVAL;
	}
	if (strncmp(key, "__", 2) == 0) {
		snprintf(why, OPTION_WHY_MAX, "keys that begin with __ are Prometheus's own");
		return -EINVAL;
	}
	if (label_key_reserved(key, length)) {
		snprintf(why, OPTION_WHY_MAX, "%.*s is a name that reports use themselves",
			 (int)length, key);
		return -EINVAL;
	}
	return 0;
}

static int value_check(const char *value, char why[OPTION_WHY_MAX])
{
	size_t length = strlen(value);

	if (length == 0 || length >= LABEL_VALUE_MAX) {
		snprintf(why, OPTION_WHY_MAX, "the value must have 1 to %d bytes",
			 LABEL_VALUE_MAX - 1);
		return -EINVAL;
	}
	for (size_t i = 0; i < length;) {
		size_t n = utf8_length(value + i, length - i);

		if (n == 0 || !utf8_harmless(utf8_code_point(value + i, n))) {
			snprintf(why, OPTION_WHY_MAX,
				 "the value must be UTF-8 without control characters, direction "
				 "marks and invisible characters");
			return -EINVAL;
		}
		i += n;
	}
	return 0;
}

int labels_add(void *into, const char *text, char why[OPTION_WHY_MAX])
{
	struct labels *labels = into;
	size_t length = strcspn(text, "=");
	struct label *label;
	int err = -EINVAL;

	if (text[length] != '=')
		length = 0;
	err = key_check(text, length, why);
	if (!err)
		err = value_check(text + length + 1, why);
	if (err)
		return err;
	for (size_t i = 0; i < labels->count; i++)
		if (strlen(labels->label[i].key) == length &&
		    memcmp(labels->label[i].key, text, length) == 0) {
			snprintf(why, OPTION_WHY_MAX, "%s is there already", labels->label[i].key);
			return -EINVAL;
		}
	if (labels->count == LABELS_MAX) {
		snprintf(why, OPTION_WHY_MAX, "at most %d labels", LABELS_MAX);
		return -EINVAL;
	}
	label = &labels->label[labels->count++];
	*label = (struct label){.key = ""};
	memcpy(label->key, text, length);
	memcpy(label->value, text + length + 1, strlen(text + length + 1));
	return 0;
}
