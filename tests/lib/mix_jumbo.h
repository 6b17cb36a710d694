/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The frames of MIX_JUMBO: up to 9014 bytes, which a driver receives into several buffers. They
 * hold what a parser looks at on either side of the buffers' edges, and on the edges.
 */
#ifndef RCODEWATCH_TESTS_MIX_JUMBO_H
#define RCODEWATCH_TESTS_MIX_JUMBO_H

#include "mix.h"

/*
 * Where XDP's first buffer ends in a veth pair and in BPF_PROG_TEST_RUN: a page of 4096 bytes less
 * 256 of headroom and 320 of struct skb_shared_info. Further buffers are pages.
 */
#define JUMBO_FIRST_BUFFER 3520u
#define JUMBO_BUFFER       4096u

/* Append them. @destination_mac: 6 bytes, or NULL for the builder's. */
void mix_jumbo(struct mix *mix, const uint8_t *destination_mac);

#endif
