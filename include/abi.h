/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel programs and user space share: outcomes, reasons, counters, configuration.
 *
 * The kernel side, the capture reader and the tests all compile this file. A list stands once, as
 * an X-macro, and gives both the enum and the names that reports print: the two cannot drift.
 */
#ifndef RCODEWATCH_ABI_H
#define RCODEWATCH_ABI_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

/* ---- limits --------------------------------------------------------------- */

#define MAX_INTERFACES 15u
#define POINTS_MAX     (MAX_INTERFACES * 2u) /* an interface and a direction each */
#define POINTS_ROUND   32u                   /* as an index is cut */
#define MAX_PORTS      8u                    /* of each list: DNS ports, encrypted ports */

/*
 * RCODEs below this have counters of their own per CPU, joint with family, transport and first EDE;
 * IANA has assigned up to 23. The rest of the 12-bit space is one array shared by the CPUs.
 */
#define RCODE_DIRECT 32u
#define RCODE_MAX    4096u /* 12 bits: RFC 6891 section 6.1.3 */

/* EDE info codes below this are counted jointly with RCODE per CPU; IANA has assigned up to 35. */
#define EDE_DIRECT 40u

/*
 * QTYPEs with a counter of their own per CPU: the low ones and the block of meta types around ANY.
 * The others go to the shared table of rare values.
 */
#define QTYPE_LOW        72u
#define QTYPE_META_FIRST 248u
#define QTYPE_META_LAST  263u
#define QTYPE_DIRECT     (QTYPE_LOW + (QTYPE_META_LAST - QTYPE_META_FIRST + 1u))

/* ---- outcomes: every packet has exactly one ------------------------------- */

#define OUTCOMES(X)                                                                             \
	X(RESPONSE, "response_packets")       /* at least one DNS response begins in it */      \
	X(QUERY, "queries")                   /* QR=0 to a DNS port */                          \
	X(TCP_NO_MESSAGE, "tcp_no_message")   /* SYN, ACK, FIN, continuation on a DNS port */   \
	X(WRONG_DIRECTION, "wrong_direction") /* QR=1 not from a DNS port, QR=0 not to one */   \
	X(ENCRYPTED, "encrypted")             /* port 853 and the configured encrypted ports */ \
	X(NOT_DNS, "not_dns")

/* Why a packet's outcome is "unparsed". Packets that could hold DNS, but could not be read. */
#define UNPARSED_REASONS(X)                                                                        \
	X(TRUNCATED_FRAME, "truncated_frame") /* ends within its own headers */                    \
	X(VLAN_DEPTH, "vlan_depth")           /* more than two VLAN tags */                        \
	X(BAD_IP_HEADER, "bad_ip_header")     /* version, IHL or total length are impossible */    \
	X(EXTENSION_DEPTH, "extension_depth") /* more IPv6 extension headers than are followed */  \
	X(LATER_FRAGMENT, "later_fragment")   /* no port numbers in it */                          \
	X(BAD_UDP_LENGTH, "bad_udp_length")   /* UDP length below 8 or past the IP payload */      \
	X(BAD_TCP_HEADER, "bad_tcp_header")   /* data offset below 5 or past the IP payload */     \
	X(TRUNCATED_HEADER, "truncated_header") /* on a DNS port, but shorter than a DNS header */ \
	X(NO_CPU_SLOT, "no_cpu_slot")           /* on a CPU that came online after the start */    \
	X(OTHER_LINK, "other_link")             /* IP may lie in it, behind a header not read */   \
	X(UNKNOWN_INTERFACE, "unknown_interface") /* its program is at an interface not watched */

/* Why the OPT record of a counted response could not be looked at: its RCODE may lack 8 bits. */
#define INCOMPLETE_REASONS(X)                                                                  \
	X(OPT_BEYOND_FRAGMENT, "opt_beyond_fragment") /* in a later IP fragment */             \
	X(OPT_BEYOND_SEGMENT, "opt_beyond_segment")   /* in a later TCP segment */             \
	X(OPT_BEYOND_REACH, "opt_beyond_reach")       /* past what capture or hook can give */ \
	X(WALK_BOUND, "walk_bound")                   /* more records than are walked */       \
	X(OPTION_BOUND, "option_bound")               /* more EDNS options than are walked */  \
	X(MALFORMED, "malformed")                     /* a name, length or count that lies */

/* ---- what a NOERROR answer to a query holds ------------------------------- */

#define ANSWER_KINDS(X)                                                                            \
	X(DATA, "data")         /* a record of the type asked for, or of any that is no alias */   \
	X(NODATA, "nodata")     /* nothing, or only aliases, and SOA in authority: RFC 2308 2.2 */ \
	X(REFERRAL, "referral") /* nothing, NS and no SOA in authority, AA=0 */                    \
	X(TRUNCATED, "truncated") /* TC=1 and no answer */                                         \
	X(EMPTY, "empty")

#define FLAGS(X)    \
	X(AA, "aa") \
	X(TC, "tc") \
	X(RA, "ra") \
	X(AD, "ad") \
	X(CD, "cd")

/*
 * Responses are counted by all their flags at once: one addition, whatever they are. @word: the second 16-bit
 * word of the header, in host byte order (RFC 1035 section 4.1.1, RFC 4035 section 3.1.6).
 */
#define FLAG_SETS              (1u << FLAG_COUNT)
#define FLAG_SET(word)         (((word) >> 4 & 3u) | ((word) >> 5 & 4u) | ((word) >> 6 & 0x18u))
#define FLAG_IN_SET(set, flag) ((set) >> (FLAG_COUNT - 1 - (flag)) & 1u)

/* The bits from AA to CD as they are, and back: quicker to be had, but of more sets. */
#define FLAG_BITS_SETS    128u
#define FLAG_BITS(word)   ((word) >> 4 & (FLAG_BITS_SETS - 1))
#define FLAG_BITS_SET(at) FLAG_SET((at) << 4)

/* Events of TCP streams from a DNS port, beside the outcome of their packets. */
#define TCP_EVENTS(X)                                                                           \
	X(GAP, "gap") /* bytes were missing: messages that began there are not counted */       \
	X(RESYNC, "resynchronised") /* a message start was found by its looks, in mid-stream */ \
	X(EVICTED, "evicted")       /* a stream was forgotten to make room */                   \
	X(CONTENDED, "contended")   /* a segment met another of its stream on another CPU */    \
	X(UNFOLLOWED, "unfollowed") /* a segment with payload was of no stream that is followed */

/* What more there is in UDP packets than messages that are counted. */
#define UDP_EVENTS(X)                                                                 \
	X(TRAILING, "trailing") /* payload behind a whole response in its datagram */ \
	X(UNSPLIT, "unsplit")   /* datagrams of a super-packet behind UDP_SEGMENTS_MAX */

/*
 * What became of queries and responses as parts of transactions: txn.h. Of a query message there is one of NEW to
 * QUERY_CONTENDED, of a response one of ANSWERED to BEFORE_START; the others come beside these.
 */
#define TXN_EVENTS(X)                                                                              \
	X(NEW, "new")                         /* a query that begins a transaction */              \
	X(RETRY, "retry")                     /* sent again over UDP while one waits */            \
	X(RESENT, "resent")                   /* likewise over TCP: a segment came again */        \
	X(QUERY_UNTRACKED, "query_untracked") /* not one question, or its name is odd */           \
	X(QUERY_CONTENDED, "query_contended") /* other CPUs were quicker, several times */         \
	X(ANSWERED, "answered")               /* a response that ends a transaction */             \
	X(LATE, "late")                       /* the same after the timeout */                     \
	X(DUPLICATE, "duplicate")             /* a further response */                             \
	X(MISMATCHED, "mismatched")           /* other id or question than what waits there */     \
	X(UNSOLICITED, "unsolicited")         /* nothing waits there */                            \
	X(RESPONSE_UNTRACKED, "response_untracked") /* likewise, where that says nothing */        \
	X(RESPONSE_CONTENDED, "response_contended") /* as query_contended */                       \
	X(BEFORE_START, "before_start")             /* unmatched so soon after the start */        \
	X(AMBIGUOUS, "ambiguous")                   /* answered, and sent more than once */        \
	X(EVICTED, "evicted")                       /* gave way in a full table before its time */ \
	X(EXPIRED, "expired")                       /* likewise after its time, and not yet swept */

/* What a response to a query of this host was. */
#define TXN_RESULTS(X)                                                              \
	X(FINE, "fine")         /* NOERROR, but for the next, or NXDOMAIN */        \
	X(REFERRAL, "referral") /* NOERROR that sends elsewhere: ANSWER_REFERRAL */ \
	X(REFUSED, "refused")   /* RCODE REFUSED */                                 \
	X(FAILED, "failed")     /* any other RCODE */

#define ENUM_MEMBER_(prefix, id, name) prefix##id,
#define OUTCOME_(id, name)             ENUM_MEMBER_(OUTCOME_, id, name)
#define UNPARSED_(id, name)            ENUM_MEMBER_(UNPARSED_, id, name)
#define INCOMPLETE_(id, name)          ENUM_MEMBER_(INCOMPLETE_, id, name)
#define ANSWER_(id, name)              ENUM_MEMBER_(ANSWER_, id, name)
#define FLAG_(id, name)                ENUM_MEMBER_(FLAG_, id, name)
#define TCP_(id, name)                 ENUM_MEMBER_(TCP_, id, name)
#define UDP_(id, name)                 ENUM_MEMBER_(UDP_, id, name)
#define TXN_(id, name)                 ENUM_MEMBER_(TXN_, id, name)
#define TXN_RESULT_(id, name)          ENUM_MEMBER_(TXN_RESULT_, id, name)

enum outcome { OUTCOMES(OUTCOME_) OUTCOME_COUNT };
enum unparsed { UNPARSED_REASONS(UNPARSED_) UNPARSED_COUNT };
enum incomplete { INCOMPLETE_REASONS(INCOMPLETE_) INCOMPLETE_COUNT };
enum answer_kind { ANSWER_KINDS(ANSWER_) ANSWER_COUNT };
enum flag { FLAGS(FLAG_) FLAG_COUNT };
enum tcp_event { TCP_EVENTS(TCP_) TCP_EVENT_COUNT };
enum udp_event { UDP_EVENTS(UDP_) UDP_EVENT_COUNT };
enum txn_event { TXN_EVENTS(TXN_) TXN_EVENT_COUNT };
enum txn_result { TXN_RESULTS(TXN_RESULT_) TXN_RESULT_COUNT };

enum family { FAMILY_IPV4, FAMILY_IPV6, FAMILY_COUNT };
enum transport { TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_COUNT };
enum direction { DIRECTION_RX, DIRECTION_TX, DIRECTION_COUNT };

_Static_assert(POINTS_MAX == MAX_INTERFACES * DIRECTION_COUNT, "of each interface");
_Static_assert(POINTS_ROUND >= POINTS_MAX && (POINTS_ROUND & (POINTS_ROUND - 1)) == 0,
	       "a power of two");

/*
 * A packet's outcome in one number: enum outcome, or OUTCOME_COUNT + an unparsed reason. The two are one
 * array of counters, so that a packet is one addition whatever becomes of it.
 */
#define PKT_UNPARSED(reason) ((__u32)OUTCOME_COUNT + (__u32)(reason))
#define PKT_OUTCOMES         ((__u32)OUTCOME_COUNT + (__u32)UNPARSED_COUNT)

/* ---- counters -------------------------------------------------------------- */

/*
 * One set of counters. All are cumulative and never cleared. One writer (a CPU), aligned 64-bit
 * stores; user space reads the set that the epoch has left. The last row of rcode[] is everything
 * from RCODE_DIRECT up, whose codes the shared array has one by one; the last column of ede[] is
 * every info code from EDE_DIRECT up, which the table of rare values has one by one.
 */
struct pkt_counters {
	__u64 packets;
	__u64 outcome[PKT_OUTCOMES];
	__u64 incomplete[INCOMPLETE_COUNT];
	__u64 tcp[TCP_EVENT_COUNT];
	__u64 udp[UDP_EVENT_COUNT];
	__u64 answers[ANSWER_COUNT];
	__u64 flags[FLAG_SETS];
	__u64 rcode[RCODE_DIRECT + 1][FAMILY_COUNT][TRANSPORT_COUNT];
	__u64 qtype[QTYPE_DIRECT + 1];
	__u64 ede[RCODE_DIRECT + 1][EDE_DIRECT + 1]; /* by the first EDE of a message */
	__u64 ede_further[EDE_DIRECT + 1];           /* second and later EDEs of a message */
	__u64 offending; /* responses that hook_config.offending selects: what the lists are about */
	__u64 unlisted;  /* of these, spread over segments: in no list, though they have a name */
	__u64 txn[TXN_EVENT_COUNT];
	/*
	 * Packets of the slow path; all others are the fast path's. The counters before this one are the same
	 * whichever path a packet takes, which tests compare; a new one goes there.
	 */
	__u64 slow_path;
	/*
	 * What most responses are, counted by one addition: NOERROR to a query, over UDP, with data, on the fast
	 * path; by FLAG_BITS(). A reader adds each to the counters above that it stands for: counters_spread().
	 */
	__u64 noerror_data[FAMILY_COUNT][FLAG_BITS_SETS];
	__u64 spare[2]; /* up to whole cache lines */
};

_Static_assert(sizeof(struct pkt_counters) % 64 == 0, "counters of two CPUs share no cache line");
_Static_assert(sizeof(struct pkt_counters) == 15680, "the layout is known to both sides");

/* The part of the RCODE space that is rare, of one point and one epoch: atomic additions. */
struct rcode_rest {
	__u64 count[RCODE_MAX - RCODE_DIRECT];
};

_Static_assert(sizeof(struct rcode_rest) == 8 * 4064, "the layout is known to both sides");

/* Values too rare for an array: a small hash table shared by CPUs, with atomic additions. */
enum rare_kind {
	RARE_EDE = 1,     /* value: RCODE << 16 | info code, the first EDE of a message */
	RARE_EDE_FURTHER, /* value: info code */
	RARE_QTYPE,       /* value: QTYPE */
	RARE_EDE_RETIRED, /* only in user space: of RARE_EDE, the sum of what has left the table */
};

struct rare_key {
	/*
	 * Of counts: point * 2 + epoch, so that user space can remove entries of the epoch that has been
	 * left, to which no program holds a pointer. Of texts: the point.
	 */
	__u16 set;
	__u16 kind; /* enum rare_kind */
	__u32 value;
};

_Static_assert(sizeof(struct rare_key) == 8, "no padding: the key is hashed as bytes");

#define RARE_ENTRIES 4096u /* of each epoch, if both have as many */
#define EDE_TEXTS    256u

/* Counters of a point that no CPU owns: atomic additions, one set per epoch. */
struct point_shared {
	__u64 rare_lost[2];      /* rare values that found the table full */
	__u64 no_cpu_slot[2];    /* packets of UNPARSED_NO_CPU_SLOT */
	__u64 ede_texts_lost[2]; /* samples of texts that found their table full */
	__u64 ede_texts_wanted;  /* user space: a text that is not in the table is kept at once */
	__u64 spare;
};

/*
 * Room for what unbound writes: "validation failure <NAME A IN>: signature expired from ADDRESS for DNSKEY ZONE
 * while building chain of trust".
 */
#define EDE_TEXT_MAX 192u

/* A sample of the EXTRA-TEXT that came with an EDE (RFC 8914 section 2). */
struct ede_text {
	__u32 length; /* bytes in text, at most EDE_TEXT_MAX; 0: none seen */
	__u32 cut;    /* the text went on */
	char text[EDE_TEXT_MAX];
};

_Static_assert(sizeof(struct ede_text) == 200, "the layout is known to both sides");

/* ---- top lists --------------------------------------------------------------- */

/*
 * What offending responses are listed by, each together with RCODE, interface and direction. A table
 * of sets for each, CPU and epoch; see top_set.h.
 */
#define TOP_DIMENSION_NAMES(X)                                                                \
	X(ZONE, "zones")     /* owner of the SOA if that is an ancestor of the denied name, \
				else the denied name's registrable domain */ \
	X(NAME, "names")     /* QNAME */                                                      \
	X(SERVER, "servers") /* source address */                                             \
	X(CLIENT, "clients") /* destination address */

#define TOP_(id, name) ENUM_MEMBER_(TOP_, id, name)
enum top_dimension { TOP_DIMENSION_NAMES(TOP_) TOP_DIMENSIONS };

/* The keys of a name's hash (name_hash.h): of each 8 octets, from the right, and of its length. */
#define NAME_WORDS      32u
#define NAME_KEY_LENGTH NAME_WORDS
#define NAME_KEYS       (NAME_WORDS + 1u)

/* The keys by which sets are chosen (top_set.h). */
enum top_keyed {
	TOP_KEY_SET,       /* odd */
	TOP_KEY_ADDRESS,   /* of the first 8 octets of an address, and of the others */
	TOP_KEY_ADDRESS_2, /* of IPv6 */
	TOP_KEY_RANDOM,    /* where the generator begins */
	TOP_KEYS,
};

#define TOP_WAYS     6u
#define TOP_NAME_MAX 256u /* a name as on the wire, in lower case, without compression */
#define HLL_SIZE     256u /* of a HyperLogLog */

/* What a zone was known by. */
enum zone_source {
	ZONE_REGISTRABLE, /* the public suffix list, or how much of it the kernel has */
	ZONE_SOA,
};

/*
 * What a way stands for. What is not of the key itself is a hint, noted of the response that the way began
 * with, of each one with an EDE, and else of every 16th.
 */
struct top_key {
	__u64 address
		[2]; /* as on the wire; IPv4 in the first four bytes, the rest 0. Of names: 0 */
	__u16 rcode;
	__u8 point;
	__u8 kind;   /* of a zone: enum zone_source, the highest; of an address: enum family */
	__u16 qtype; /* the latest noted */
	__u16 ede;   /* the first EDE of the latest response that had one; TOP_NO_EDE */
};

#define TOP_NO_EDE 0xffffu /* what is listed with this info code of private use shows none */

/*
 * What an arrival that finds its way, or is not admitted, needs: one cache line. A way's tag is its
 * fingerprint's lowest octet, so that one comparison finds the way among all.
 */
struct top_set {
	__u64 tags;         /* an octet for each way, the lowest for the first */
	__u32 generation;   /* number of the epoch that the set was last used in */
	__u32 unattributed; /* arrivals that no way accounts for */
	__u32 fingerprint[TOP_WAYS];
	__u32 count[TOP_WAYS]; /* 0: the way is free */
};

_Static_assert(sizeof(struct top_set) == 64, "a cache line");

/* Of each set, what is written when a way is taken, and now and then. */
struct top_meta {
	__u32 inherited[TOP_WAYS]; /* the part of count that was there before the key */
	__u32 before[TOP_WAYS];    /* unattributed, when the key was admitted */
	struct top_key key[TOP_WAYS];
};

_Static_assert(sizeof(struct top_meta) == 192, "whole cache lines");

/* Names of the ways of a set: of zones and of names. */
struct top_texts {
	__u8 name[TOP_WAYS][TOP_NAME_MAX];
};

/*
 * HyperLogLog registers of the ways of a set of zones: over the names that were denied, from
 * the zone's admission on.
 */
struct top_hll {
	__u8 reg[TOP_WAYS][HLL_SIZE];
};

/*
 * Where the sets of a CPU's epoch begin among @sets of each. The order of the tables among them is
 * hook_config.top_first; zones and names come first, so that the arrays of texts and registers, which are
 * of fewer, are laid out alike.
 */
static inline __attribute__((always_inline)) __u32 top_base(__u32 cpu_slot, __u32 parity,
							    __u32 sets)
{
	return (cpu_slot * 2 + parity) * sets;
}

/*
 * The table of public suffixes (https://publicsuffix.org) of two labels and more, and of all that have
 * rules below them: open addressing, SUFFIX_PROBES places from the one that the hash gives. An entry
 * is the hash of the suffix under hook_config.name_key with its lowest bits replaced by SUFFIX_*;
 * 0: free. A suffix of two labels and more that only rules lie below has an entry of SUFFIX_BELOW, as
 * the search ends where there is none.
 */
#define SUFFIX_RULE      1u /* is a suffix */
#define SUFFIX_WILDCARD  2u /* with any label before it, it is one */
#define SUFFIX_EXCEPTION 4u /* is none though a wildcard says so */
#define SUFFIX_BELOW     8u /* of itself nothing, but there are rules below it */
#define SUFFIX_KINDS     15u
#define SUFFIX_PROBES    8u
#define SUFFIX_LABELS    5u /* of the longest rule that is looked for, its wildcard not counted */

/*
 * Where the suffix with @hash, or with the entry of that, is looked for first, modulo the table's size.
 * Multiplied, as the hashes of names that are alike lie near one another.
 */
static inline __attribute__((always_inline)) __u32 suffix_place(__u64 hash)
{
	return (__u32)((hash & ~(__u64)SUFFIX_KINDS) * 0x9e3779b97f4a7c15ULL >> 32);
}

/* ---- transactions ---------------------------------------------------------- */

/* Who asks: clients ask this host (queries received), or this host asks upstream servers (queries sent). */
enum txn_side { TXN_CLIENTS, TXN_UPSTREAM, TXN_SIDES };

/*
 * A query that was sent, in one word, so that one compare-and-swap does for an event:
 *   bit 0 answered, 1 retried, 2 timed by the precise clock, 3-26 time in units of 1.024 us, 27 pending,
 *   28-43 id, 44-53 bits of the question, the id and the tuple, 54-63 bits of the tuple.
 */
#define TXN_ANSWER         1ULL
#define TXN_RETRIED        2ULL
#define TXN_PRECISE        4ULL
#define TXN_TIME_SHIFT     3
#define TXN_TIME_MASK      0xffffffULL
#define TXN_PENDING        (1ULL << 27)
#define TXN_KEY_SHIFT      28
#define TXN_UNIT_SHIFT     10 /* of nanoseconds */
#define TXN_UNITS(seconds) ((__u32)((seconds)*1000000000ULL >> TXN_UNIT_SHIFT))
#define TXN_TIMEOUT_MAX_S  10u /* times wrap after 17 s, and tell ages apart for 6 s past this */

/* Whether the word of an answered query says how long that took: of @side's queries, to upstream not of one sent again. */
static inline __attribute__((always_inline)) __u64 txn_is_timed(__u64 word, __u32 side)
{
	return word & TXN_PRECISE && !(word & TXN_RETRIED && side == TXN_UPSTREAM);
}

#define TXN_WAYS 7u

/* word[0]: the time at which a query found no room here and went to its second bucket, with TXN_PENDING; 0: never. */
struct txn_bucket {
	__u64 word[1 + TXN_WAYS];
} __attribute__((aligned(64)));

/*
 * What a way's query was, written once its word is in place: element bucket * 8 + way of its map. And how it was answered,
 * written once its word says that it was.
 */
#define TXN_NAME_TAIL 40u
struct txn_note {
	__u64 server[2]; /* as on the wire; of IPv4 the first 4 bytes */
	__u32 response; /* TXN_RESPONSE_IS(); 0: none yet, or of a client's query, or user space has read it */
	__u16 qtype;
	__u8 octets; /* of QNAME, of which the last ones are in name[], at its end */
	__u8 family;
	__u8 name[TXN_NAME_TAIL]; /* before a name that is shorter: anything */
};

/* What the response was, enum txn_result, and after how many units of TXN_UNIT_SHIFT: to a tick, if its word is not precise. */
#define TXN_RESPONSE_IS(result, units) (1u + (__u32)(result) + ((__u32)(units) << 8))
#define TXN_RESPONSE_RESULT(response)  (((response)&0xffu) - 1)
#define TXN_RESPONSE_UNITS(response)   ((response) >> 8)

_Static_assert(sizeof(struct txn_note) == 64, "a cache line");

/* The entries of a side are one half of the table. */
#define TXN_BUCKETS_MIN 128u
#define TXN_BUCKETS_MAX (1u << 20)

/* Decimal and log-linear: 32 bins a decade from 1 us to 10 s: 1 to 2 by 0.1, 2 to 5 by 0.25, 5 to 10 by 0.5. */
#define TXN_DECADES     7u
#define TXN_DECADE_BINS 32u
#define TXN_BINS        (TXN_DECADES * TXN_DECADE_BINS)

/* Response times of one kind, of a CPU's epoch. User space clears them once it has read those of the epoch that has ended. */
struct txn_times {
	__u64 sum; /* in units of TXN_UNIT_SHIFT */
	__u32 bin[TXN_BINS];
};

/* NOERROR and NXDOMAIN are answers to what was asked; all other RCODEs are failures. */
struct txn_histograms {
	struct txn_times times[TXN_SIDES][TRANSPORT_COUNT][2]; /* last: failed */
};

/* Of words that wait, which ones programs with locks leave to user space, which has no lock, while it takes out the old ones. */
enum txn_sweeping {
	TXN_SWEEPS_NONE,
	TXN_SWEEPS_OLD, /* those whose timeout is over */
	TXN_SWEEPS_ALL, /* as times have come round, and nobody can tell */
};

/* Mapped memory that user space writes. */
struct txn_control {
	__u32 every;    /* one query in so many, a power of two, is timed by the precise clock */
	__u32 settling; /* what matches nothing can have been asked before the start */
	__s64 swept_ns; /* user space's: CLOCK_MONOTONIC up to which the table was swept; 0: never */
	__u32 sweeping; /* enum txn_sweeping, for programs with locks */
	__u32 spare;
};

/* Of kernels without a compare-and-swap for programs: each guards the words of the buckets whose index ends in its own. */
#define TXN_LOCKS 1024u /* a power of two */
struct txn_lock {
#ifdef __bpf__
	struct bpf_spin_lock lock;
#else
	__u32 lock;
#endif
};

/* ---- TCP streams -------------------------------------------------------------- */

#define FLOW_WAYS    4u
#define FLOW_BUCKETS 4096u /* by default; a power of two */
#define FLOW_HOLD    16u /* room for the largest piece, length prefix and header; a power of two */

_Static_assert((FLOW_BUCKETS & (FLOW_BUCKETS - 1)) == 0, "a power of two");
_Static_assert((FLOW_HOLD & (FLOW_HOLD - 1)) == 0, "a power of two");

/* A stream that has had so many segments is old: sequence numbers may have come round. */
#define FLOW_FED_MAX 255u
/* So many segments elsewhere, and none where it should be, mean another stream with the same ports. */
#define FLOW_STRAYS_MAX 16u

/*
 * A stream of messages from a DNS port, by sequence number. Beside the place where the next message
 * begins it keeps the walk through a message that did not end in the segment where it began.
 */
struct tcp_flow {
	__u64 id;          /* keyed hash of addresses, ports and point; 0: free */
	__u64 counts;      /* of the message under way: DNS_COUNTS() */
	__u32 used;        /* the bucket's clock when it was last looked up */
	__u32 position;    /* sequence number of the next byte wanted; unsynchronised: seen up to */
	__u32 message_end; /* sequence number behind the message under way */
	__u32 options_end; /* sequence number behind the OPT record's data */
	__u32 begun;       /* sequence number of the first byte that is followed */
	__u32 walk_state;  /* WALK_STATE() */
	__u16 flags;       /* second word of the message's header */
	__u16 rcode;       /* 12 bits once the OPT has been seen */
	__u16 entry;       /* index of the question or record at position */
	__u16 entries;     /* how many are to be walked */
	__u8 point, family;
	__u8 synced;
	__u8 busy;        /* a CPU is at it */
	__u8 handshake;   /* it was seen */
	__u8 closed;      /* nothing new will come: first to give way */
	__u8 under_way;   /* a message's header has been read, its walk has not ended */
	__u8 phase;       /* enum flow_phase */
	__u8 name_octets; /* of the name being stepped over */
	__u8 labels;      /* likewise */
	__u8 options;     /* of the OPT record, so far */
	__u8 edes;        /* likewise */
	__u8 options_cut; /* the OPT record claims to reach past its message */
	__u8 held;        /* bytes in hold[] */
	__u8 hold[FLOW_HOLD];
	__u8 fed; /* segments with payload so far, up to FLOW_FED_MAX; 0: has only shaken hands */
	__u8 strays; /* segments in a row that were elsewhere, up to FLOW_STRAYS_MAX */
};

_Static_assert(sizeof(struct tcp_flow) == 80, "the layout is known to both sides");

struct flow_bucket {
#ifdef __bpf__
	struct bpf_spin_lock lock;
#else
	__u32 lock;
#endif
	__u32 clock;
	struct tcp_flow way[FLOW_WAYS];
};

/* What a CPU works on while it has a stream: a copy, for nothing can be called under the lock. */
struct flow_scratch {
	struct tcp_flow flow;
	struct tcp_flow victim; /* id 0: none had to go */
	__u32 outcome;          /* of the packet, as far as its messages tell */
	__u32 segment_end;      /* sequence number behind the segment */
	__u32 clock;            /* the bucket's, when the flow was looked up */
	__u32 stray;            /* the segment is no part of the flow */
	__u64 tunnel;           /* see note_tunnel() */
	__u64 begun;            /* TXN_HEADER() of a response that has begun; 0: none */
};

/* ---- control ---------------------------------------------------------------- */

/*
 * Mapped memory that user space writes and every packet reads: one cache line. The interfaces are
 * here and not in the read-only configuration because one that vanishes and comes back has a new
 * index.
 */
struct control {
	__u32 epoch; /* number of the epoch; its lowest bit is the set that packets count into */
	__u32 ifindex[MAX_INTERFACES];
};

_Static_assert(sizeof(struct control) == 64, "one cache line");

/*
 * Set between open and load, read-only afterwards: the verifier knows the values and removes what
 * is switched off. A point is an interface and a direction that is reported on its own.
 */
struct hook_config {
	__u32 interfaces;
	__u32 points;
	__u32 raw_ip[MAX_INTERFACES]; /* frames begin with the IP header: tun, PPP, WireGuard */
	__u32 point[MAX_INTERFACES][DIRECTION_COUNT];
	__u32 flow_buckets; /* a power of two */
	__u32 xdp_frags;    /* XDP is loaded to take frames of several buffers (5.18) */
	__u64 flow_seed[2]; /* random: nobody must be able to aim at a bucket */
	__u32 decap;        /* DECAP_* */
	__u32 top_sets
		[TOP_DIMENSIONS]; /* sets of each table, of a CPU and an epoch; 0: no such list */
	__u32 top_first[TOP_DIMENSIONS +
			1];            /* where a table begins among a CPU's; last: how many sets */
	__u32 top_point[POINTS_ROUND]; /* bit TOP_*: lists of the point */
	__u32 offending_rcodes;        /* bit n: RCODE n */
	__u32 offending;               /* OFFENDING_* */
	__u32 suffixes; /* places in the table of public suffixes, a power of two; 0: none */
	/* Of addresses, as on the wire, what is kept. Of IPv4 the first 4 bytes. */
	__u64 address_mask[TOP_DIMENSIONS][FAMILY_COUNT][2];
	__u64 top_key[TOP_KEYS];   /* random: nobody must be able to aim at a set */
	__u64 name_key[NAME_KEYS]; /* secret; the same on all hosts whose registers are merged */
	__u32 txn_buckets; /* of both sides, a power of two; 0: transactions are not followed */
	__u32 txn_apart; /* bit n: point n has no part in them, as its interface is watched in one direction */
	__u32 txn_timeout; /* in units of TXN_UNIT_SHIFT */
	__u32 txn_locks;   /* TXN_LOCKS: words are changed under locks; 0: by compare-and-swap */
	__u64 txn_tick_ns; /* of jiffies; ktime is jiffies * this + the offset */
	__u64 txn_tick_offset;
	__u32 dns_ports;
	__u32 encrypted_ports;
	__u16 dns_port[MAX_PORTS]; /* host byte order */
	__u16 encrypted_port[MAX_PORTS];
};

/* Bits of hook_config.decap: what is looked into, one level of each. */
#define DECAP_VXLAN  1u  /* RFC 7348 */
#define DECAP_GENEVE 2u  /* RFC 8926 */
#define DECAP_GRE    4u  /* RFC 2784, RFC 2890; IP and Ethernet inside */
#define DECAP_ERSPAN 8u  /* draft-foschiano-erspan-03: types I, II and III, over GRE */
#define DECAP_IPIP   16u /* RFC 2003, RFC 4213, RFC 2473 */
#define DECAP_MPLS   32u /* RFC 3032; IP, and Ethernet behind a control word (RFC 4448) */
#define DECAP_PPPOE  64u /* RFC 2516 */
#define DECAP_ALL    127u

/* Bits of hook_config.offending: which responses are listed beside offending_rcodes. */
#define OFFENDING_REST   1u /* every RCODE from RCODE_DIRECT up */
#define OFFENDING_NODATA 2u /* NOERROR of kind ANSWER_NODATA */
#define OFFENDING_EDE    4u /* whatever carries an Extended DNS Error */
/*
 * NODATA that is not offending is counted in the table of zones, where attacks are looked for. Not
 * together with OFFENDING_NODATA, OFFENDING_EDE or NOERROR: then rows with NOERROR are of NODATA alone.
 */
#define OFFENDING_NODATA_ZONES 8u

#define UNASSIGNED 0xffffffffu

#define CPU_IDS_MAX 8192u /* ids: the most that any kernel is built for */

/* Where a set of counters is in the array of all. */
static inline __attribute__((always_inline)) __u32 counters_index(__u32 cpu_slot, __u32 points,
								  __u32 point, __u32 epoch)
{
	return (cpu_slot * points + point) * 2 + epoch;
}

#endif
