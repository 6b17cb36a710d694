/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a program that measures another one in place shares with user space: place.bpf.h does it. */
#ifndef RCODEWATCH_BENCH_PLACE_H
#define RCODEWATCH_BENCH_PLACE_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

#define PLACE_FRAME_MAX 512u
#define PLACE_FRAMES    1024u /* a power of two */

/* A frame, and how often it was measured. */
struct place_frame {
	__u64 times;
	__u32 length; /* at most PLACE_FRAME_MAX */
	__u32 pad;
	__u8 bytes[PLACE_FRAME_MAX];
};

/* Set before load. */
struct place {
	__u32 frames; /* of which one is drawn at random each time; at most PLACE_FRAMES */
	__u32 evict;  /* whether other code is run in front of each packet */
};

/* By the kernel's clock, which is read twice a run. */
struct place_sum {
	__u64 ns;
	__u64 runs;
};

#endif
