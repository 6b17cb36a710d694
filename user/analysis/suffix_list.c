// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/suffix_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi.h"
#include "util/log.h"
#include "util/wire_name.h"

#define LINE_MAX_BYTES 1024 /* a name in UTF-8 has 252 code points at most */

static uint32_t labels_of(const uint8_t *wire)
{
	uint32_t labels = 0;

	for (; *wire; wire += 1 + *wire)
		labels++;
	return labels;
}

/* "A rule may begin with '!' or have '*' as its first label." 1: a rule, 0: none, -EINVAL. */
static int rule_of(const char *line, struct suffix_rule *rule)
{
	size_t length = strcspn(line, " \t\r\n");

	if (length == 0 || strncmp(line, "//", 2) == 0)
		return 0;
	rule->kind = SUFFIX_RULE;
	if (line[0] == '!') {
		rule->kind = SUFFIX_EXCEPTION;
		line++;
		length--;
	} else if (length > 1 && strncmp(line, "*.", 2) == 0) {
		rule->kind = SUFFIX_WILDCARD;
		line += 2;
		length -= 2;
	} else if (length == 1 && line[0] == '*') {
		return 0; /* what holds for all others in any case */
	}
	if (memchr(line, '*', length))
		return -EINVAL;
	rule->length = wire_name(line, length, rule->wire);
	if (rule->length < 2)
		return -EINVAL;
	rule->labels = labels_of(rule->wire);
	return 1;
}

const char *suffix_list_installed(void)
{
	static const char *const places[] = {
		"/usr/share/publicsuffix/public_suffix_list.dat",
		"/usr/local/share/public_suffix_list/public_suffix_list.dat",
		"/usr/share/publicsuffix/effective_tld_names.dat",
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], R_OK) == 0)
			return places[i];
	return NULL;
}

/* What suffix_list_read() says of the open file. */
static int read_lines(FILE *file, const char *path,
		      int (*add)(void *into, const struct suffix_rule *rule), void *into)
{
	char line[LINE_MAX_BYTES];
	unsigned long number = 0, rules = 0;
	struct suffix_rule rule;

	while (fgets(line, sizeof(line), file)) {
		int err = rule_of(line, &rule);

		number++;
		if (err < 0 ||
		    (!strchr(line, '\n') && !feof(file) && strncmp(line, "//", 2) != 0)) {
			log_error("%s line %lu is no rule of a public suffix list", path, number);
			return -EINVAL;
		}
		while (!strchr(line, '\n') && fgets(line, sizeof(line), file))
			; /* the rest of a comment */
		if (err == 0)
			continue;
		rules++;
		err = add(into, &rule);
		if (err < 0) {
			log_error("%s line %lu: %s", path, number, strerror(-err));
			return err;
		}
	}
	if (ferror(file)) {
		int err = -errno;

		log_error("cannot read %s: %s", path, strerror(-err));
		return err;
	}
	if (rules)
		return 0;
	log_error("%s has no rules: it is no public suffix list", path);
	return -EINVAL;
}

int suffix_list_read(const char *path, int (*add)(void *into, const struct suffix_rule *rule),
		     void *into)
{
	FILE *file = fopen(path, "re");
	int err;

	if (!file) {
		err = -errno;
		log_error("cannot open the public suffix list %s: %s", path, strerror(-err));
		return err;
	}
	err = read_lines(file, path, add, into);
	fclose(file);
	return err;
}
