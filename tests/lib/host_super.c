// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Holds the parser itself: what links this gets no other copy of it out of the library. */
#include "host_super.h"

#include "../../user/parser/host_store.c" /* NOLINT(bugprone-suspicious-include) */

void host_count_super(struct host_store *store, const struct hook_config *config, const void *frame,
		      uint32_t length, uint32_t gso_size)
{
	pkt_ctx ctx = {
		.data = frame,
		.captured = length,
		.length = length,
		.gso_size = gso_size,
		.config = config,
		.store = store,
	};

	count_by_either_path(&ctx, HOST_LINK_ETHERNET);
}
