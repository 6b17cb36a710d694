/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which way a captured packet went, by the addresses of the observed host. `run` knows that from the hook;
 * a capture does not say it.
 */
#ifndef RCODEWATCH_LOCAL_SIDE_H
#define RCODEWATCH_LOCAL_SIDE_H

#include "parser/host_store.h"
#include "util/options.h"

#define LOCAL_PREFIXES_MAX 64

struct local_prefix {
	enum family family;
	__u64 address[2], mask[2]; /* as on the wire; of IPv4 the first 4 bytes */
};

/* Addresses of the observed host. Zeroed at first. */
struct local_prefixes {
	struct local_prefix prefix[LOCAL_PREFIXES_MAX];
	size_t count;
};

/* The observation points of a capture. Without local prefixes there is only the first one. */
enum local_side {
	SIDE_RX = DIRECTION_RX,
	SIDE_TX = DIRECTION_TX,
	SIDE_NEITHER, /* between others, or without an IP header that can be read */
	LOCAL_SIDES,
};

/*
 * Add @text, ADDRESS or ADDRESS/LENGTH, to a struct local_prefixes. 0, or -EINVAL with nothing added and with @why, which says what would
 * be right.
 */
int local_prefixes_add(void *local, const char *text, char why[OPTION_WHY_MAX]);

/*
 * The side of a frame by its outermost IP header; arguments as those of host_outer_addresses(). SIDE_TX if its
 * source is local, also if its destination is as well; else SIDE_RX if its destination is local; else SIDE_NEITHER.
 */
enum local_side local_side(const struct local_prefixes *local, struct host_store *store,
			   const struct hook_config *config, enum host_link link, const void *data,
			   uint32_t captured);

#endif
