/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The link types of capture files: https://www.tcpdump.org/linktypes.html. */
#ifndef RCODEWATCH_LINK_TYPE_H
#define RCODEWATCH_LINK_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/host_store.h"

/* The bits of a classic file's field that hold the type: draft-ietf-opsawg-pcap section 4. */
#define LINK_TYPE_MASK 0xffffu

/* How frames of link type @type begin. False, with @link as it was, if that is not read here. */
bool link_type_find(uint32_t type, enum host_link *link);

#define LINK_TYPE_WORDS_MAX 64
/* "link type 127 (802.11 with radiotap)", for messages. Gives @words. */
const char *link_type_words(uint32_t type, char words[LINK_TYPE_WORDS_MAX]);
/* "Ethernet, ...": those that are read. */
const char *link_type_list(void);

#endif
