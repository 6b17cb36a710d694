/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_PKT_META_H
#define RCODEWATCH_PKT_META_H

#include "pkt_ctx.h"

/*
 * Where and as what a message counts, as one scalar for a subprogram: the counters' index (32 bits), the
 * point (8), single bits, the CPU's slot (16).
 */
#define META(index, point)   ((__u64)(index) | (__u64)(point) << 32)
#define META_INDEX(meta)     ((__u32)(meta))
#define META_POINT(meta)     ((__u32)((meta) >> 32) & 0xffu)
#define META_EPOCH(meta)     ((__u32)(meta)&1u) /* see counters_index() */
#define META_FAMILY_SHIFT    40
#define META_TRANSPORT_SHIFT 41
#define META_FAMILY(meta)    ((__u32)((meta) >> META_FAMILY_SHIFT) & 1u)
#define META_TRANSPORT(meta) ((__u32)((meta) >> META_TRANSPORT_SHIFT) & 1u)
#define META_FROM_DNS_PORT   (1ULL << 42)
#define META_TO_DNS_PORT     (1ULL << 43)
#define META_FRAGMENT        (1ULL << 44) /* the message goes on in another fragment */
#define META_SEGMENT         (1ULL << 45) /* the message goes on in another segment */
#define META_TX              (1ULL << 46) /* the packet is sent */
#define META_DIRECTION(meta) ((enum direction)((__u32)((meta) >> 46) & 1u))
#define META_CPU_SHIFT       48
#define META_CPU(meta)       ((__u32)((meta) >> META_CPU_SHIFT))

#endif
