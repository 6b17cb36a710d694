/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What ring_xdp.bpf.c sends to user space for every response. */
#ifndef RCODEWATCH_BENCH_RING_H
#define RCODEWATCH_BENCH_RING_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

#define RING_BYTES   256u        /* of the message: header and question at least */
#define RING_SIZE    (8u << 20u) /* bytes */
#define RING_DNS_MIN 12u         /* bytes of a DNS header */

struct ring_event {
	__u64 ns;
	__u32 length; /* of bytes */
	__u32 family;
	__u8 bytes[RING_BYTES];
};

#endif
