/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The rules of a public suffix list, as https://publicsuffix.org/list/ describes the file. */
#ifndef RCODEWATCH_SUFFIX_LIST_H
#define RCODEWATCH_SUFFIX_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "dns_wire.h"

/* A rule: the suffix without the wildcard's label, as in a packet. */
struct suffix_rule {
	uint8_t wire[DNS_NAME_MAX];
	size_t length;
	uint32_t labels;
	uint32_t kind; /* SUFFIX_RULE, SUFFIX_WILDCARD or SUFFIX_EXCEPTION */
};

/* Where distributions install the list; NULL if it is at none of these places. */
const char *suffix_list_installed(void);

/*
 * Call @add with each rule of the file at @path; it gives 0, or a negative errno that ends the reading.
 * 0; -EINVAL if there is no rule in it or if it holds what no such list does, -errno if it cannot be
 * read: both after telling the user.
 */
int suffix_list_read(const char *path, int (*add)(void *into, const struct suffix_rule *rule),
		     void *into);

#endif
