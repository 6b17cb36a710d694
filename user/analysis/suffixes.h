/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The table of public suffixes that the parser looks into (abi.h, zone.h), made from a list. What the
 * list says and what the table gives are the same for every name: it grows until all rules have a
 * place.
 */
#ifndef RCODEWATCH_SUFFIXES_H
#define RCODEWATCH_SUFFIXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"

struct host_store;

struct suffixes {
	__u64 *places; /* config->suffixes of them; NULL: no list, suffixes have one label */
	struct host_store *own; /* for reading names */
	const struct hook_config *config;
	uint32_t too_long; /* rules of more labels than are looked for: left out */
};

/*
 * Make the table from the list at @path, or if that is NULL or "" from the installed one; if there is none
 * it is empty, which is no error. @config has its name_key by now; its suffixes is set, and it must
 * stay where it is. 0, or a negative errno after telling the user. Free with suffixes_free() in any
 * case.
 */
int suffixes_open(struct suffixes *suffixes, struct hook_config *config, const char *path);
void suffixes_free(struct suffixes *suffixes);

/*
 * How many labels the registrable domain of the name of @length bytes at @wire has; all that there are
 * if it is itself a public suffix. 0 if it is no name.
 */
uint32_t suffixes_registrable(struct suffixes *suffixes, const uint8_t *wire, size_t length);
/* Whether the name is a public suffix: names right below it belong to different owners. */
bool suffixes_is_public(struct suffixes *suffixes, const uint8_t *wire, size_t length);

#endif
