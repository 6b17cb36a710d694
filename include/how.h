/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_HOW_H
#define RCODEWATCH_HOW_H

#include "pkt_ctx.h"

/*
 * Where and as what a message counts, as one scalar for a stage: the tally's index (32 bits), the
 * slot (8), single bits, the CPU's slot (16).
 */
#define HOW(index, slot)    ((__u64)(index) | (__u64)(slot) << 32)
#define HOW_INDEX(how)      ((__u32)(how))
#define HOW_SLOT(how)       ((__u32)((how) >> 32) & 0xffu)
#define HOW_EPOCH(how)      ((__u32)(how)&1u) /* see tally_index() */
#define HOW_FAMILY_SHIFT    40
#define HOW_TRANSPORT_SHIFT 41
#define HOW_FAMILY(how)     ((__u32)((how) >> HOW_FAMILY_SHIFT) & 1u)
#define HOW_TRANSPORT(how)  ((__u32)((how) >> HOW_TRANSPORT_SHIFT) & 1u)
#define HOW_FROM_DNS_PORT   (1ULL << 42)
#define HOW_TO_DNS_PORT     (1ULL << 43)
#define HOW_FRAGMENT        (1ULL << 44) /* the message goes on in another fragment */
#define HOW_SEGMENT         (1ULL << 45) /* the message goes on in another segment */
#define HOW_CPU_SHIFT       48
#define HOW_CPU(how)        ((__u32)((how) >> HOW_CPU_SHIFT))

#endif
