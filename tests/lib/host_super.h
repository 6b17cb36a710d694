/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* host_count(), but with super-packets, which captures do not have. */
#ifndef RCODEWATCH_TESTS_HOST_SUPER_H
#define RCODEWATCH_TESTS_HOST_SUPER_H

#include "parser/host_store.h"

/* Count an Ethernet frame; @gso_size: 0, or the bytes of payload in each of its segments. */
void host_count_super(struct host_store *store, const struct hook_config *config, const void *frame,
		      uint32_t length, uint32_t gso_size);

#endif
