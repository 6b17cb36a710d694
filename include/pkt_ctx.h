/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The packet as the parser sees it, on the host and in BPF.
 *
 * pkt_ctx is struct xdp_md, struct __sk_buff or the host's struct below. The slow path reads through
 * pkt_load(), which copes with bytes outside the linear part; all counting goes through the
 * store_*() functions declared at the end, which bpf/store.bpf.h and user/parser/host_store.c define.
 *
 * PKT_GLOBAL marks a step of the parser that the verifier checks once, on its own, rather than
 * along every path that leads to it: a global function, which on 5.10 takes the context and
 * scalars only and returns one u64. Where a subprogram has several things to say they are packed.
 */
#ifndef RCODEWATCH_PKT_CTX_H
#define RCODEWATCH_PKT_CTX_H

#include "abi.h" /* first: vmlinux.h has a bool of its own */

struct msg_scratch;

#include <stdbool.h>
#include <stddef.h>

/* For the order of code: what is likely lies together. */
#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* Offsets past this are not read in place: the verifier's limit for packet pointers, less the widest load. */
#define PKT_OFFSET_MAX (0xffffu - 64u)

/* Offsets of pkt_near(): a mask. */
#define PKT_NEAR 0x7fffu

/* Of a VLAN tag's control word, the bits that say which VLAN: IEEE 802.1Q section 9.6. */
#define VLAN_NUMBER 0xfffu

/* The part of a frame that can be read in place. */
struct pkt_view {
	const __u8 *data, *end;
};

#ifdef __bpf__

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#define PKT_INLINE      static __always_inline
#define PKT_GLOBAL      __noinline
#define be16_to_host(x) bpf_ntohs(x)
#define be32_to_host(x) bpf_ntohl(x)
#define le64_to_host(x) (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? (x) : __builtin_bswap64(x))

/* Before a loop. The compiler's own choice can be one that the verifier does not see through. */
#define PKT_UNROLLED _Pragma("clang loop unroll(full)")
#define PKT_ROLLED   _Pragma("clang loop unroll(disable)")

/* Not typedefs: CO-RE relocations would look for the typedef in the kernel. */
#if defined(PKT_HOOK_XDP)
#define pkt_ctx struct xdp_md
#elif defined(PKT_HOOK_TC)
#define pkt_ctx struct __sk_buff
#else
#error "define PKT_HOOK_XDP or PKT_HOOK_TC"
#endif

extern const volatile struct hook_config hook_config;

/*
 * Volatile where it is defined, lest the compiler take it for the zeros that it is before it is set; but
 * what has been read of it need not be read again.
 */
PKT_INLINE const struct hook_config *pkt_config(pkt_ctx *ctx)
{
	const struct hook_config *config = (const struct hook_config *)&hook_config;

	asm("" : "+r"(config));
	return config;
}

/* Keeps the compiler from checking one copy of @var and using another, which verifiers reject. */
#define pkt_barrier(var) asm volatile("" : "+r"(var))

/* In a subprogram that does not use its context: clang 14 would leave the argument out of calls. */
#define pkt_keep(ctx) asm volatile("" : : "r"(ctx))

PKT_INLINE __u32 pkt_ifindex(pkt_ctx *ctx)
{
#ifdef PKT_HOOK_XDP
	return ctx->ingress_ifindex;
#else
	return ctx->ifindex;
#endif
}

/*
 * Whether the frame has @end bytes, wherever they are kept. A comparison and not a length: taking
 * the difference of two packet pointers needs CAP_PERFMON even where adding to one does not. The helper
 * is left to frames that need it, and out of kernels that lack it, where the verifier finds the branch
 * dead.
 */
PKT_INLINE bool pkt_holds(pkt_ctx *ctx, __u64 end)
{
#ifdef PKT_HOOK_XDP
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;

	pkt_barrier(end);
	if (end <= 0xffffu && data + end <= data_end)
		return true;
	return hook_config.xdp_frags && end <= bpf_xdp_get_buff_len(ctx);
#else
	return end <= ctx->len;
#endif
}

/* The length of a super-packet that offloading made of several, which its IP header may not say; else 0. */
PKT_INLINE __u32 pkt_gso_length(pkt_ctx *ctx)
{
#ifdef PKT_HOOK_XDP
	return 0;
#else
	return ctx->gso_size ? ctx->len : 0;
#endif
}

/* The VLAN number of a tag that was taken off the frame on its way here, else 0. */
PKT_INLINE __u32 pkt_vlan(pkt_ctx *ctx)
{
#ifdef PKT_HOOK_XDP
	return 0;
#else
	return ctx->vlan_present ? ctx->vlan_tci & VLAN_NUMBER : 0;
#endif
}

/* The size of each segment of a super-packet that offloading made of several, else 0. */
PKT_INLINE __u32 pkt_gso_size(pkt_ctx *ctx)
{
#ifdef PKT_HOOK_XDP
	return 0;
#else
	return ctx->gso_size;
#endif
}

/*
 * Copy by the widest words: packets are at any address, but what the programs run on can load from
 * any. By memcpy() the compiler, which is not told so, would load byte by byte.
 */
PKT_INLINE void pkt_copy(void *to, const void *from, const __u32 size)
{
	typedef __u64 __attribute__((may_alias)) u64_any;
	typedef __u32 __attribute__((may_alias)) u32_any;
	typedef __u16 __attribute__((may_alias)) u16_any;
	__u32 at = 0;

	PKT_UNROLLED
	for (; at + 8 <= size; at += 8)
		*(u64_any *)(to + at) = *(const u64_any *)(from + at);
	if (size & 4) {
		*(u32_any *)(to + at) = *(const u32_any *)(from + at);
		at += 4;
	}
	if (size & 2) {
		*(u16_any *)(to + at) = *(const u16_any *)(from + at);
		at += 2;
	}
	if (size & 1)
		*(__u8 *)(to + at) = *(const __u8 *)(from + at);
}

PKT_INLINE bool pkt_load(pkt_ctx *ctx, __u64 offset, void *to, const __u32 size)
{
	void *data, *data_end, *from;
	__u64 near;

	/* Lest it keep the places of these two: old verifiers want the context's own address. */
	pkt_barrier(ctx);
	data = (void *)(long)ctx->data;
	data_end = (void *)(long)ctx->data_end;
	pkt_barrier(offset);
	/* Doubled, or the verifier would follow near and far offsets to the helper by themselves. */
	near = offset << 1;
	pkt_barrier(near);
	if (likely(near <= PKT_OFFSET_MAX << 1)) {
		near >>= 1;
		from = data + near;
		if (from + size <= data_end) {
			pkt_copy(to, from, size);
			return true;
		}
	}
#ifdef PKT_HOOK_TC
	/*
	 * Payload that the sender's TCP keeps in page fragments is not in the linear part. Super-packets go past
	 * 64 KiB: older kernels refuse such offsets here.
	 */
	return bpf_skb_load_bytes(ctx, (__u32)offset, to, size) == 0;
#else
	/* Nor is what a driver received into a second buffer and further ones. */
	return hook_config.xdp_frags && bpf_xdp_load_bytes(ctx, (__u32)offset, to, size) == 0;
#endif
}

/*
 * pkt_load() of as many bytes as there are, 1 to @most, which @to has room for. If it gives false, anything
 * may be there.
 */
PKT_INLINE bool pkt_load_some(pkt_ctx *ctx, __u64 offset, __u8 *to, __u64 size, const __u32 most)
{
	/* Verifiers before 6.8 do not conclude from "not 0" that it is at least 1. */
	pkt_barrier(size);
	if ((__s64)size < 1)
		return false;
	pkt_barrier(size);
	if (size > most)
		return false;
#ifdef PKT_HOOK_TC
	return bpf_skb_load_bytes(ctx, (__u32)offset, to, (__u32)size) == 0;
#else
	if (hook_config.xdp_frags)
		return bpf_xdp_load_bytes(ctx, (__u32)offset, to, (__u32)size) == 0;
	for (__u32 i = 0; i < most; i++) {
		if (i >= size)
			break;
		if (!pkt_load(ctx, offset + i, to + i, 1))
			return false;
	}
	return true;
#endif
}

PKT_INLINE struct pkt_view pkt_view(pkt_ctx *ctx)
{
	return (struct pkt_view){(void *)(long)ctx->data, (void *)(long)ctx->data_end};
}

/* pkt_holds(), where @view is at hand. */
PKT_INLINE bool pkt_view_holds(pkt_ctx *ctx, const struct pkt_view *view, __u64 end)
{
#ifdef PKT_HOOK_XDP
	pkt_barrier(end);
	if (likely(end <= 0xffffu && view->data + end <= view->end))
		return true;
	return hook_config.xdp_frags && end <= bpf_xdp_get_buff_len(ctx);
#else
	return end <= ctx->len;
#endif
}

/* Whether @view has @size bytes from @offset on; then *@at is their place. */
PKT_INLINE bool pkt_within(const struct pkt_view *view, __u64 offset, const __u32 size,
			   const __u8 **at)
{
	const __u8 *from;

	pkt_barrier(offset);
	if (unlikely(offset > PKT_OFFSET_MAX))
		return false;
	from = view->data + offset;
	if (unlikely(from + size > view->end))
		return false;
	*at = from;
	return true;
}

/*
 * pkt_within() of the lowest bits of @offset. For the verifier a mask is less than a comparison, whose outcome it
 * keeps in mind. A caller must see that the offset was no larger before it counts anything.
 */
PKT_INLINE bool pkt_near(const struct pkt_view *view, __u64 offset, const __u32 size,
			 const __u8 **at)
{
	const __u8 *from;

	pkt_barrier(offset);
	offset &= PKT_NEAR;
	pkt_barrier(offset);
	from = view->data + offset;
	if (unlikely(from + size > view->end))
		return false;
	*at = from;
	return true;
}

#else /* host */

#include <endian.h>
#include <string.h>

#define PKT_INLINE      static inline __attribute__((always_inline, unused))
#define PKT_GLOBAL      static __attribute__((noinline, unused))
#define be16_to_host(x) be16toh(x)
#define be32_to_host(x) be32toh(x)
#define le64_to_host(x) le64toh(x)
#define pkt_keep(ctx)   ((void)(ctx))
#define PKT_UNROLLED
#define PKT_ROLLED

struct host_store;

typedef struct pkt_ctx {
	const __u8 *data;
	__u32 captured; /* bytes at data */
	__u32 length;   /* bytes that the frame had on the wire, at least captured */
	__u32 gso_size;
	bool offloads; /* see struct host_store */
	const struct hook_config *config;
	struct host_store *store;
} pkt_ctx;

#define pkt_barrier(var) ((void)(var))

PKT_INLINE const struct hook_config *pkt_config(pkt_ctx *ctx)
{
	return ctx->config;
}

PKT_INLINE bool pkt_holds(pkt_ctx *ctx, __u64 end)
{
	return end <= ctx->length;
}

PKT_INLINE __u32 pkt_gso_length(pkt_ctx *ctx)
{
	return ctx->gso_size || ctx->offloads ? ctx->length : 0;
}

PKT_INLINE __u32 pkt_vlan(pkt_ctx *ctx)
{
	(void)ctx;
	return 0;
}

PKT_INLINE __u32 pkt_gso_size(pkt_ctx *ctx)
{
	return ctx->gso_size;
}

PKT_INLINE bool pkt_view_holds(pkt_ctx *ctx, const struct pkt_view *view, __u64 end)
{
	(void)view;
	return end <= ctx->length;
}

PKT_INLINE struct pkt_view pkt_view(pkt_ctx *ctx)
{
	return (struct pkt_view){ctx->data, ctx->data + ctx->captured};
}

PKT_INLINE bool pkt_within(const struct pkt_view *view, __u64 offset, const __u32 size,
			   const __u8 **at)
{
	__u64 length = (__u64)(view->end - view->data);

	if (offset > PKT_OFFSET_MAX || offset + size > length)
		return false;
	*at = view->data + offset;
	return true;
}

PKT_INLINE bool pkt_near(const struct pkt_view *view, __u64 offset, const __u32 size,
			 const __u8 **at)
{
	return pkt_within(view, offset & PKT_NEAR, size, at);
}

PKT_INLINE void pkt_copy(void *to, const void *from, const __u32 size)
{
	memcpy(to, from, size);
}

PKT_INLINE bool pkt_load(pkt_ctx *ctx, __u64 offset, void *to, const __u32 size)
{
	if (offset + size > ctx->captured)
		return false;
	memcpy(to, ctx->data + offset, size);
	return true;
}

PKT_INLINE bool pkt_load_some(pkt_ctx *ctx, __u64 offset, __u8 *to, __u32 size, const __u32 most)
{
	return size <= most && pkt_load(ctx, offset, to, size);
}

#endif

/*
 * @value once more, but the verifier knows nothing of it that it does not know of @unknown: the ways that lead
 * here are one from here on.
 */
PKT_INLINE __u32 verifier_forget(__u32 value, __u32 unknown)
{
	value ^= unknown;
	pkt_barrier(value);
	return value ^ unknown;
}

/* @a or, if not @which, @b: without a fork, both ways of which the verifier would follow. */
PKT_INLINE __u32 pkt_choose(bool which, __u32 a, __u32 b)
{
	__u32 mask = -(__u32)which;

	pkt_barrier(mask);
	return b ^ ((a ^ b) & mask);
}

/*
 * @index, or @last if it is past that. Verifiers before 6.2 forget that two 32-bit registers are
 * copies of one another, and the compiler forgets what it has found to be true anyway: between the
 * barriers it can do neither.
 */
PKT_INLINE __u32 pkt_clamp(__u32 index, const __u32 last)
{
	pkt_barrier(index);
	if (index > last)
		index = last;
	pkt_barrier(index);
	return index;
}

/* The bits of @index that @mask has, cut off here: old verifiers forget what they know when it is spilled. */
PKT_INLINE __u32 pkt_mask(__u32 index, const __u32 mask)
{
	pkt_barrier(index);
	return index & mask;
}

/* A 16-bit number as the network writes it. */
PKT_INLINE __u32 load_be16(const void *from)
{
	__u16 word;

	pkt_copy(&word, from, sizeof(word));
	return be16_to_host(word);
}

PKT_INLINE __u32 load_be32(const void *from)
{
	__u32 word;

	pkt_copy(&word, from, sizeof(word));
	return be32_to_host(word);
}

PKT_INLINE bool pkt_u8(pkt_ctx *ctx, __u64 offset, __u32 *value)
{
	__u8 byte;

	if (!pkt_load(ctx, offset, &byte, sizeof(byte)))
		return false;
	*value = byte;
	return true;
}

PKT_INLINE bool pkt_be16(pkt_ctx *ctx, __u64 offset, __u32 *value)
{
	__u16 word;

	if (!pkt_load(ctx, offset, &word, sizeof(word)))
		return false;
	*value = be16_to_host(word);
	return true;
}

PKT_INLINE bool pkt_be32(pkt_ctx *ctx, __u64 offset, __u32 *value)
{
	__u32 word;

	if (!pkt_load(ctx, offset, &word, sizeof(word)))
		return false;
	*value = be32_to_host(word);
	return true;
}

/* Whether a packet is counted by the fast path. */
enum place {
	PLACE_FOUND,
	PLACE_NONE, /* it need not be counted any more */
	PLACE_SLOW, /* by the slow path */
};

/* Find where the packet counts: *@counters and *@meta are then META() of the place, without the packet's own bits. */
PKT_INLINE enum place store_place(pkt_ctx *ctx, enum direction direction,
				  struct pkt_counters **counters, __u64 *meta);
/* The CPU's scratch; NULL never happens but to the verifier. */
PKT_INLINE struct msg_scratch *store_scratch(pkt_ctx *ctx, __u32 cpu_slot);
/* The CPU's copy of a TCP flow and what goes with it; NULL never happens but to the verifier. */
PKT_INLINE struct flow_scratch *store_flow_scratch(pkt_ctx *ctx);
/* The counters at @index; NULL if there is none. */
PKT_INLINE struct pkt_counters *store_counters(pkt_ctx *ctx, __u32 index);
/*
 * Count, as count_packet() and count_facts() do but for its QTYPE, a response over UDP that is NOERROR to a query
 * and has data. @flags: the header's second word.
 */
PKT_INLINE void store_noerror_data(struct pkt_counters *counters, __u32 family, __u32 flags);
/* Count an RCODE from RCODE_DIRECT up. */
PKT_INLINE void store_rcode_rest(pkt_ctx *ctx, __u32 point, __u32 epoch, __u32 rcode);
/* Count a value that has no counter of its own; gives its count before. */
PKT_INLINE __u64 store_rare(pkt_ctx *ctx, __u32 point, __u32 epoch, enum rare_kind kind,
			    __u32 value);
/* Whether the text of an EDE that has no sample is to be kept at once. */
PKT_INLINE bool store_texts_wanted(pkt_ctx *ctx, __u32 point);
/* Keep the EXTRA-TEXT at @span as the sample for this RCODE and EDE; if not @anew, only if there is none. */
PKT_INLINE void store_ede_text(pkt_ctx *ctx, __u32 point, __u32 epoch, __u32 rcode, __u32 info_code,
			       __u64 span, bool anew);

#endif
