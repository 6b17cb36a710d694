/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The counting functions that pkt_ctx.h declares, on maps. */
#ifndef RCODEWATCH_STORE_BPF_H
#define RCODEWATCH_STORE_BPF_H

#include "dns_count.h"
#include "maps.bpf.h"

#define E2BIG 7

PKT_INLINE struct pkt_counters *store_counters(pkt_ctx *ctx, __u32 index)
{
	return bpf_map_lookup_elem(&pkt_counters, &index);
}

PKT_INLINE struct msg_scratch *store_scratch(pkt_ctx *ctx, __u32 cpu_slot)
{
	return bpf_map_lookup_elem(&msg_scratch, &cpu_slot);
}

/* User space does the other additions: counters_spread(). */
PKT_INLINE void store_noerror_data(struct pkt_counters *counters, __u32 family, __u32 flags)
{
	__u32 index = family * FLAG_BITS_SETS + FLAG_BITS(flags);

	_Static_assert(FAMILY_COUNT == 2, "so that a mask will do");
	((__u64 *)counters->noerror_data)[pkt_mask(index, 2 * FLAG_BITS_SETS - 1)]++;
}

PKT_INLINE void store_rcode_rest(pkt_ctx *ctx, __u32 point, __u32 epoch, __u32 rcode)
{
	__u32 index = point * 2 + epoch, at = rcode - RCODE_DIRECT;
	struct rcode_rest *rest = bpf_map_lookup_elem(&rcode_rests, &index);

	if (rest)
		__sync_fetch_and_add(&rest->count[pkt_clamp(at, RCODE_MAX - RCODE_DIRECT - 1)], 1);
}

PKT_INLINE __u64 store_rare(pkt_ctx *ctx, __u32 point, __u32 epoch, enum rare_kind kind,
			    __u32 value)
{
	struct rare_key key = {
		.set = (__u16)(point * 2 + (epoch & 1)),
		.kind = (__u16)kind,
		.value = value,
	};
	__u64 *rare = bpf_map_lookup_elem(&rares, &key);
	struct point_shared *lost;
	__u64 before;

	if (!rare) {
		__u64 none = 0;

		/* Another CPU may be first: the second lookup finds its entry. */
		bpf_map_update_elem(&rares, &key, &none, BPF_NOEXIST);
		rare = bpf_map_lookup_elem(&rares, &key);
	}
	if (rare) {
		before = *rare;
		__sync_fetch_and_add(rare, 1);
		return before;
	}
	lost = bpf_map_lookup_elem(&shared, &point);
	if (lost)
		__sync_fetch_and_add(&lost->rare_lost[epoch & 1], 1);
	return 1;
}

PKT_INLINE bool store_texts_wanted(pkt_ctx *ctx, __u32 point)
{
	const struct point_shared *of = bpf_map_lookup_elem(&shared, &point);

	return of && of->ede_texts_wanted;
}

/* @what: only if there is none << 41 | epoch << 40 | point << 32 | rcode << 16 | info code. */
PKT_GLOBAL __u64 keep_ede_text(pkt_ctx *ctx, __u64 span, __u64 what)
{
	struct rare_key key = {
		.set = (__u16)(what >> 32 & 0xff),
		.kind = RARE_EDE,
		.value = (__u32)what,
	};
	__u32 at = SPAN_AT(span), length = SPAN_END(span) - at, zero = 0;
	__u32 copied = length < EDE_TEXT_MAX ? length : EDE_TEXT_MAX;
	struct ede_text *text = bpf_map_lookup_elem(&ede_scratch, &zero);

	if (!text)
		return 0;
	if (!pkt_load_some(ctx, at, (__u8 *)text->text, copied, EDE_TEXT_MAX))
		copied = 0;
	text->length = copied;
	text->cut = length > copied;
	/* Before 6.4 the kernel gives it as an int: the upper half of the register is anything. */
	if ((int)bpf_map_update_elem(&ede_texts, &key, text,
				     what >> 41 & 1 ? BPF_NOEXIST : BPF_ANY) == -E2BIG) {
		__u32 point = key.set;
		struct point_shared *of = bpf_map_lookup_elem(&shared, &point);

		if (of)
			__sync_fetch_and_add(&of->ede_texts_lost[what >> 40 & 1], 1);
	}
	return 0;
}

PKT_INLINE void store_ede_text(pkt_ctx *ctx, __u32 point, __u32 epoch, __u32 rcode, __u32 info_code,
			       __u64 span, bool anew)
{
	keep_ede_text(ctx, span,
		      (__u64)!anew << 41 | (__u64)(epoch & 1) << 40 | (__u64)point << 32 |
			      rcode << 16 | info_code);
}

#endif
