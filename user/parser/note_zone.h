/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From the note of a query to its zone. */
#ifndef RCODEWATCH_NOTE_ZONE_H
#define RCODEWATCH_NOTE_ZONE_H

#include <stddef.h>
#include <stdint.h>

#include "parser/host_memory.h"

/*
 * Write the registrable domain of @note's QNAME to @key, in lower case and with zeros behind it, and give its length: by the
 * suffixes of @store, else of two labels. 0: there is none, as the name is longer than what the note has, and no label of the
 * domain's own is whole in that. @config has the key and the places of these suffixes.
 */
size_t note_zone(struct host_store *store, const struct hook_config *config,
		 const struct txn_note *note, uint8_t key[TXN_NAME_TAIL]);

#endif
