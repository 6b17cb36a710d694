/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Transactions: queries matched with their responses, in a table that all CPUs and hooks share. A query is one word
 * (struct txn_bucket), and what becomes of it one compare-and-swap.
 *
 * The first bucket is chosen by addresses and ports alone, so that a response with another id or question than the
 * one that waits is seen. A full one sends queries to a second bucket, chosen by id and question, too, so that one
 * that asks all its questions from one port still finds room; and that, where it is another port's full one, to a third.
 *
 * The kernel never answers what is older than the timeout, and user space takes out nothing that is younger: the two
 * do not compete (user/loader/txn_sweep.h).
 */
#ifndef RCODEWATCH_TXN_H
#define RCODEWATCH_TXN_H

#include "dns_wire.h"
#include "name_hash.h"
#include "msg_scratch.h"
#include "pkt_meta.h"

/* Buckets beside the first that a query can be in. */
#define TXN_MORE_BUCKETS 2u

/* Attempts at a word that other CPUs change. */
#define TXN_ATTEMPTS 2u

/* So much may a clock that others have read be ahead of this CPU's: a second. */
#define TXN_AHEAD 976562u

/* A word's key: id, bits of the question, bits of the tuple. Without a question, those of one are unknown. */
#define TXN_KEY_BITS     ((1ULL << (64 - TXN_KEY_SHIFT)) - 1)
#define TXN_KEY_QUESTION (0x3ffULL << 16)
#define TXN_TUPLE_SHIFT  54

/* The bucket at @index, below config->txn_buckets; NULL never happens but to the verifier, or where memory is short. */
PKT_INLINE struct txn_bucket *store_txn_bucket(pkt_ctx *ctx, __u32 index);
/* The note of a way, likewise. */
PKT_INLINE struct txn_note *store_txn_note(pkt_ctx *ctx, __u32 index);
/* Set *@word, of @bucket, to @to if it is @from, which is all that other CPUs can see of it. Gives whether it was. */
PKT_INLINE bool store_txn_swap(pkt_ctx *ctx, __u32 bucket, __u64 *word, __u64 from, __u64 to);
/* Now, in units of TXN_UNIT_SHIFT: to the tick of the scheduler, and precisely. */
PKT_INLINE __u64 store_txn_now(pkt_ctx *ctx);
PKT_INLINE __u64 store_txn_precise(pkt_ctx *ctx);
/* See struct txn_control. */
PKT_INLINE __u32 store_txn_every(pkt_ctx *ctx);
PKT_INLINE bool store_txn_settling(pkt_ctx *ctx);
/* Where response times of the packet are counted; NULL never happens but to the verifier. */
PKT_INLINE struct txn_histograms *store_txn_histograms(pkt_ctx *ctx, __u64 meta);

PKT_INLINE __u64 txn_age(__u64 now, __u64 word)
{
	__u64 age = (now - (word >> TXN_TIME_SHIFT)) & TXN_TIME_MASK;

	/* A clock that is ahead makes no query old. */
	return age > TXN_TIME_MASK - TXN_AHEAD ? 0 : age;
}

/* Halves of @word changed places. */
PKT_INLINE __u64 txn_turned(__u64 word)
{
	return word << 32 | word >> 32;
}

/*
 * A hash of the addresses at @ip, as on the wire, of @ports (source << 16 | destination) and of the transport. @answer:
 * the source there is the query's destination.
 */
PKT_INLINE __u64 txn_tuple(pkt_ctx *ctx, const __u8 *ip, bool ipv6, __u32 ports, bool answer,
			   bool tcp)
{
	const __u64 *key = pkt_config(ctx)->name_key;
	__u64 sum, from[2], to[2];

	ports = answer ? ports << 16 | ports >> 16 : ports;
	sum = name_word((__u64)tcp << 32 | ports, key[0]);
	if (ipv6) {
		pkt_copy(from, ip, 16);
		pkt_copy(to, ip + 16, 16);
		sum += name_word(answer ? to[0] : from[0], key[1]);
		sum += name_word(answer ? to[1] : from[1], key[2]);
		sum += name_word(answer ? from[0] : to[0], key[3]);
		sum += name_word(answer ? from[1] : to[1], key[4]);
	} else {
		pkt_copy(from, ip, 8);
		sum += name_word(answer ? txn_turned(from[0]) : from[0], key[1]);
	}
	return name_mix(sum);
}

/* What of a question tells it from others: QNAME's first and last octets in one case, type and class. */
struct txn_question {
	__u64 first, tail[2]; /* of these, 0 where the name is shorter */
	__u32 fixed;          /* QTYPE and QCLASS, as on the wire */
	__u32 octets;
};

/* The last @octets of @word, 0 to 8, the others 0. */
PKT_INLINE __u64 txn_last(__u64 word, __u32 octets)
{
	__u32 shift = (8 - octets) * 4; /* twice, as none of 64 bits is */

	return word >> shift >> shift;
}

PKT_INLINE __u64 txn_question_hash(pkt_ctx *ctx, const struct txn_question *question)
{
	const __u64 *key = pkt_config(ctx)->name_key + 5, fold = EACH_BYTE(0x20);
	__u32 octets = question->octets, low = octets < 8 ? octets : 8;
	__u32 high = octets < 16 ? octets - low : 8;
	__u64 sum;

	sum = name_word((__u64)octets << 32 | question->fixed, key[0]);
	sum += name_word(txn_last(question->tail[1], low) | fold, key[1]);
	sum += name_word(txn_last(question->tail[0], high) | fold, key[2]);
	return sum + name_word(question->first | fold, key[3]);
}

/* Put together what the message's parts say. @question: its hash; 0 and not @asked: it has none. */
PKT_INLINE void txn_identify(struct txn *txn, __u64 tuple, __u32 id, __u64 question, bool asked)
{
	__u64 all = name_mix(tuple + question + id * 0x9e3779b97f4a7c15ULL);

	txn->tuple = tuple;
	txn->all = all;
	txn->key = id | (all << 16 & TXN_KEY_QUESTION) |
		   tuple >> TXN_TUPLE_SHIFT << (TXN_TUPLE_SHIFT - TXN_KEY_SHIFT);
	txn->known = asked ? TXN_KEY_BITS : TXN_KEY_BITS & ~TXN_KEY_QUESTION;
}

/* Side of a message: clients' queries are received, those of this host are sent. */
PKT_INLINE __u32 txn_side(enum direction direction, bool answer)
{
	return (direction == DIRECTION_RX) == answer ? TXN_UPSTREAM : TXN_CLIENTS;
}

/* The index of a bucket of @txn's side. */
PKT_INLINE __u32 txn_index(pkt_ctx *ctx, const struct txn *txn, __u64 hash)
{
	__u32 half = pkt_config(ctx)->txn_buckets / 2;

	return txn->side * half + ((__u32)hash & (half - 1));
}

/* 1 if @x is 0, which has fewer than 64 bits; else 0: without a fork, both ways of which the verifier would follow. */
PKT_INLINE __u64 txn_is_zero(__u64 x)
{
	return (x - 1) >> 63;
}

/* The word of @way as it is now. */
PKT_INLINE __u64 txn_word(const struct txn_bucket *bucket, __u32 way)
{
	return *(const volatile __u64 *)&bucket->word[pkt_mask(way, TXN_WAYS)];
}

/* The bits by which @word is not that of @txn: none of 36 if it is. */
PKT_INLINE __u64 txn_unlike(__u64 word, const struct txn *txn)
{
	return ((word >> TXN_KEY_SHIFT) ^ txn->key) & txn->known;
}

/* Two ways of a bucket, 1 to TXN_WAYS; 0: there is none. Until it is swapped, each word may change. */
struct txn_ways {
	__u32 own;  /* that of the transaction */
	__u32 free; /* one that nothing waits in */
};

/* The lowest way of those that are marked, each by the lowest bit of its octet; 0: none is. */
PKT_INLINE __u32 txn_marked(__u64 marks)
{
	/* From 2^(8 way): the multiplier's octets are the ways, from the highest. */
	return (__u32)((marks & -marks) * 0x0001020304050607ULL >> 56) & TXN_WAYS;
}

/*
 * Look for @txn's way and for one that is free, which is @first if that is: of two CPUs with one query, one
 * fails then. Each way gets its marks by the same instructions, without a fork.
 */
PKT_INLINE struct txn_ways txn_find(const struct txn_bucket *bucket, const struct txn *txn,
				    __u32 first)
{
	__u64 own = 0, waiting = 0, free;

	_Static_assert(TXN_WAYS == 7, "with word[0], as many as there are octets");
	PKT_UNROLLED
	for (__u32 way = 1; way <= TXN_WAYS; way++) {
		__u64 word = *(const volatile __u64 *)&bucket->word[way];

		own |= txn_is_zero(txn_unlike(word, txn)) << 8 * way;
		waiting |= (word / TXN_PENDING & 1) << 8 * way;
	}
	free = ~waiting & EACH_BYTE(1) & ~1ULL;
	first *= 8;
	free &= -txn_is_zero(free >> first & 1) | 1ULL << first;
	return (struct txn_ways){txn_marked(own), txn_marked(free)};
}

/* Of the ways of a bucket that nothing is free in, the one that waits longest. */
PKT_INLINE __u32 txn_oldest(const struct txn_bucket *bucket, __u64 now)
{
	__u64 most = 0, found = 0;

	for (__u32 i = 1; i <= TXN_WAYS; i++) {
		__u64 word = *(const volatile __u64 *)&bucket->word[i];
		__u64 age = txn_age(now, word) + 1, older = -((most - age) >> 63);

		most = (most & ~older) | (age & older);
		found = (found & ~older) | (i & older);
	}
	return (__u32)found;
}

/* Whether a query of @word still waits for its response. */
PKT_INLINE bool txn_waits(pkt_ctx *ctx, __u64 word, __u64 now)
{
	return word & TXN_PENDING && txn_age(now, word) <= pkt_config(ctx)->txn_timeout;
}

/* Whether queries of @bucket went to their second one within the timeout: word[0] is as one that waits since then. */
PKT_INLINE bool txn_has_spilled(pkt_ctx *ctx, const struct txn_bucket *bucket, __u64 now)
{
	return txn_waits(ctx, *(const volatile __u64 *)&bucket->word[0], now);
}

/* A word for a query that is sent now. */
PKT_INLINE __u64 txn_fresh(pkt_ctx *ctx, const struct txn *txn, __u64 now)
{
	__u64 word = txn->key << TXN_KEY_SHIFT | TXN_PENDING;

	if (txn->all >> 40 & (store_txn_every(ctx) - 1))
		return word | now << TXN_TIME_SHIFT;
	return word | store_txn_precise(ctx) << TXN_TIME_SHIFT | TXN_PRECISE;
}

/* The bucket, and the ways in it, that a message is about. */
struct txn_place {
	struct txn_bucket *bucket;
	__u32 index; /* of the bucket */
	struct txn_ways ways;
};

/*
 * Where @txn is or, for a query, can be: in the first bucket, else in one of the others, which are looked at as long as
 * queries went on from the one before within the timeout or, for this query, none so far has room.
 */
PKT_INLINE bool txn_seek(pkt_ctx *ctx, const struct txn *txn, __u64 now, bool query,
			 struct txn_place *place)
{
	__u32 own = 1 + (__u32)((txn->all >> 24 & 0xffff) * TXN_WAYS >> 16), index;
	struct txn_bucket *before, *bucket;
	struct txn_ways ways;
	bool full;

	place->index = index = txn_index(ctx, txn, txn->tuple);
	place->bucket = bucket = store_txn_bucket(ctx, index);
	if (!bucket)
		return false;
	place->ways = txn_find(bucket, txn, own);
	if (likely(place->ways.own))
		return true;
	full = query && !place->ways.free;
	for (__u32 i = 0; i < TXN_MORE_BUCKETS; i++) {
		__u32 next;

		if (likely(!full && !txn_has_spilled(ctx, bucket, now)))
			return true;
		before = bucket;
		next = txn_index(ctx, txn, txn->all >> (10 + 19 * i));
		index = next ^ (__u32)txn_is_zero(index ^ next); /* another one */
		bucket = store_txn_bucket(ctx, index);
		if (!bucket)
			return false;
		ways = txn_find(bucket, txn, own);
		if (full || (query && ways.own))
			*(volatile __u64 *)&before->word[0] = now << TXN_TIME_SHIFT | TXN_PENDING;
		if (full || ways.own) {
			place->ways = ways;
			place->bucket = bucket;
			place->index = index;
		}
		if (ways.own)
			return true;
		full = full && !ways.free;
	}
	return true;
}

/*
 * The way that the query @txn gets which has none that waits: its own, else one that is free, else the one that waits
 * longest.
 */
PKT_INLINE __u32 txn_choose(const struct txn_place *place, __u64 now)
{
	if (place->ways.own)
		return place->ways.own;
	return place->ways.free ? place->ways.free : txn_oldest(place->bucket, now);
}

/*
 * Take in the query @txn. Gives the index of the note that is to be written of it, plus one; 0: none, as it has begun
 * no transaction.
 */
PKT_INLINE __u32 txn_query(pkt_ctx *ctx, struct pkt_counters *counters, const struct txn *txn)
{
	__u64 now = store_txn_now(ctx);
	struct txn_place place;

	PKT_ROLLED
	for (__u32 attempt = 0; attempt < TXN_ATTEMPTS; attempt++) {
		__u64 value;
		__u32 way;

		if (!txn_seek(ctx, txn, now, true, &place))
			break;
		way = pkt_mask(txn_choose(&place, now), TXN_WAYS);
		value = txn_word(place.bucket, way);
		/* It may have changed since it was looked at. */
		if (place.ways.own ? txn_unlike(value, txn)
				   : place.ways.free && value & TXN_PENDING)
			continue;
		if (place.ways.own && txn_waits(ctx, value, now)) {
			if (txn->tcp) {
				counters->txn[TXN_RESENT]++;
				return 0;
			}
			if (value & TXN_RETRIED ||
			    store_txn_swap(ctx, place.index, &place.bucket->word[way], value,
					   value | TXN_RETRIED)) {
				counters->txn[TXN_RETRY]++;
				return 0;
			}
			continue;
		}
		if (!store_txn_swap(ctx, place.index, &place.bucket->word[way], value,
				    txn_fresh(ctx, txn, now)))
			continue;
		counters->txn[TXN_NEW]++;
		if (unlikely(value & TXN_PENDING)) {
			if (txn_waits(ctx, value, now))
				counters->txn[TXN_EVICTED]++;
			else
				counters->txn[TXN_EXPIRED]++;
		}
		return place.index * (1 + TXN_WAYS) + way + 1;
	}
	counters->txn[TXN_QUERY_CONTENDED]++;
	return 0;
}

/* The bin of a response time. */
PKT_INLINE __u32 txn_bin(__u64 units)
{
	__u64 ns = units << TXN_UNIT_SHIFT, decade = 0, unit = 1000, edge = 10000;
	__u32 step, bin;

	for (__u32 i = 1; i < TXN_DECADES; i++) {
		__u64 reached = (edge - 1 - ns) >> 63; /* 1 if it is */

		decade += reached;
		unit *= 1 + 9 * reached;
		edge *= 10;
	}
	/* In twentieths of the decade's first number. */
	step = (__u32)(ns * 20 / unit);
	if (step < 40)
		bin = step < 20 ? 0 : (step - 20) / 2;
	else if (step < 100)
		bin = 10 + (step - 40) / 5;
	else
		bin = step < 200 ? 22 + (step - 100) / 10 : TXN_DECADE_BINS - 1;
	return (__u32)decade * TXN_DECADE_BINS + bin;
}

/* Whether a response that was @result, enum txn_result, is none to what was asked. */
PKT_INLINE bool txn_failed(__u32 result)
{
	return result >= TXN_RESULT_REFUSED;
}

/* Count the response time of the query of @word, which is given. */
PKT_INLINE __u64 txn_time(pkt_ctx *ctx, __u64 meta, const struct txn *txn, __u64 word, bool failed)
{
	struct txn_histograms *histograms = store_txn_histograms(ctx, meta);
	__u64 age = txn_age(store_txn_precise(ctx), word);
	__u32 which = txn->side * 4 + (__u32)txn->tcp * 2 + failed;
	struct txn_times *times;

	_Static_assert(TXN_SIDES == 2 && TRANSPORT_COUNT == 2 && TRANSPORT_TCP == 1, "of each two");
	if (!histograms)
		return age;
	times = &((struct txn_times *)histograms->times)[pkt_mask(which, 7)];
	times->sum += age;
	times->bin[pkt_clamp(txn_bin(age), TXN_BINS - 1)]++;
	return age;
}

/* Whether another query of the same addresses and ports waits in the bucket. */
PKT_INLINE bool txn_other_waits(const struct txn_bucket *bucket, const struct txn *txn)
{
	__u64 waits = 0;

	for (__u32 i = 1; i <= TXN_WAYS; i++) {
		__u64 word = *(const volatile __u64 *)&bucket->word[i];

		waits |= txn_is_zero((word ^ txn->tuple) >> TXN_TUPLE_SHIFT) & word >> 27;
	}
	return waits & 1;
}

/* Count a response that no query waits for. */
PKT_INLINE void txn_unmatched(pkt_ctx *ctx, struct pkt_counters *counters, const struct txn *txn,
			      const struct txn_bucket *first)
{
	if (store_txn_settling(ctx))
		counters->txn[TXN_BEFORE_START]++;
	else if (txn->tcp)
		counters->txn[TXN_RESPONSE_UNTRACKED]++;
	else if (txn_other_waits(first, txn))
		counters->txn[TXN_MISMATCHED]++;
	else
		counters->txn[TXN_UNSOLICITED]++;
}

/* Count a response to a query that does not wait any more. @word: what there is of it. */
PKT_INLINE void txn_after(struct pkt_counters *counters, const struct txn *txn, __u64 word)
{
	if (!(word & TXN_ANSWER))
		counters->txn[TXN_LATE]++;
	else if (txn->tcp) /* a zone transfer is many messages: RFC 5936 section 2.2 */
		counters->txn[TXN_RESPONSE_UNTRACKED]++;
	else
		counters->txn[TXN_DUPLICATE]++;
}

/* Write to the note at @index how its query was answered. User space takes it out. */
PKT_INLINE void txn_note_response(pkt_ctx *ctx, __u32 index, __u32 response)
{
	struct txn_note *note = store_txn_note(ctx, index);

	if (note)
		*(volatile __u32 *)&note->response = response;
}

/* Take in the response @txn. @result: enum txn_result. */
PKT_INLINE void txn_answer(pkt_ctx *ctx, struct pkt_counters *counters, __u64 meta,
			   const struct txn *txn, __u32 result)
{
	__u64 now = store_txn_now(ctx);
	struct txn_place place;

	PKT_ROLLED
	for (__u32 attempt = 0; attempt < TXN_ATTEMPTS; attempt++) {
		__u64 value, age;
		__u32 way;

		if (!txn_seek(ctx, txn, now, false, &place))
			break;
		if (!place.ways.own) {
			txn_unmatched(ctx, counters, txn, place.bucket);
			return;
		}
		way = pkt_mask(place.ways.own, TXN_WAYS);
		value = txn_word(place.bucket, way);
		if (txn_unlike(value, txn)) /* it has changed since it was looked at */
			continue;
		if (unlikely(!txn_waits(ctx, value, now))) {
			txn_after(counters, txn, value);
			return;
		}
		if (!store_txn_swap(ctx, place.index, &place.bucket->word[way], value,
				    (value & ~TXN_PENDING) | TXN_ANSWER))
			continue;
		counters->txn[TXN_ANSWERED]++;
		if (unlikely(value & TXN_RETRIED))
			counters->txn[TXN_AMBIGUOUS]++;
		age = txn_age(now, value);
		/* Which of several that this host has sent was answered nobody knows; a client waits from its first on. */
		if (txn_is_timed(value, txn->side))
			age = txn_time(ctx, meta, txn, value, txn_failed(result));
		if (txn->side == TXN_UPSTREAM)
			txn_note_response(ctx, place.index * (1 + TXN_WAYS) + way,
					  TXN_RESPONSE_IS(result, age));
		return;
	}
	counters->txn[TXN_RESPONSE_CONTENDED]++;
}

#endif
