/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a CPU notes while it is at one message. In a map and not on the stack, for two reasons: all
 * frames of a program share 512 bytes; and the verifier knows nothing of a number that has been in a
 * map, so that it takes all rounds of a loop, and all ways out of it, for the same.
 */
#ifndef RCODEWATCH_MSG_SCRATCH_H
#define RCODEWATCH_MSG_SCRATCH_H

#include "abi.h"
#include "dns_wire.h"

/* A name that has been read, and where its suffixes begin: each label begins one, and the root. */
struct name_labels {
	__u16 offset[DNS_LABELS_MAX + 1]; /* where the label is in the message */
	__u8 begin[DNS_LABELS_MAX + 1];   /* where the suffix begins in text */
	__u32 count;                      /* of labels, without the root */
	__u32 octets;                     /* of the name: RFC 1035 section 2.3.4 */
	/*
	 * As on the wire, without compression and in lower case. Words are written whole, and read whole
	 * from any of its octets on or up to any: so much may stand behind it, and in front.
	 */
	__u8 front[8];
	__u8 text[TOP_NAME_MAX * 2];
	__u32 pad[12];
};

/* Most labels of a name on the fast path, the root among them. */
#define FAST_LABELS 12u

/* Names that a message's lists are about. */
enum name_place {
	NAME_ASKED,  /* QNAME */
	NAME_DENIED, /* the last alias's target, where there is one */
	NAME_OWNER,  /* of the SOA, where it is not a suffix of the denied name by its place */
	NAME_PLACES,
};

/* Under what a message is to be counted in a table. */
struct listed {
	__u64 hash;
	__u32 begin; /* of a name: where it begins, in its text, or in the frame */
	__u8 octets; /* of a name */
	__u8 place;  /* of a name: enum name_place */
	__u8 label;  /* of a name: with which it begins */
	__u8 kind;   /* see struct top_key */
};

/* What a message is part of, as queries and responses are matched: txn.h. */
struct txn {
	__u64 tuple; /* hash of addresses, ports and transport, the same for both directions */
	__u64 all;   /* hash of these, of the id and the question */
	__u64 key;   /* of the word, without the other parts of it */
	__u64 known; /* bits of the key that count: without a question, not those of one */
	__u32 side;  /* enum txn_side */
	__u32 tcp;
};

/* What lies above the network layer. Offsets are from the start of the frame. */
struct l4 {
	__u32 network; /* offset of the innermost IP header */
	__u32 offset;  /* of the UDP or TCP header, then of the payload */
	__u32 end;     /* of the IP payload, then of the UDP or TCP payload */
	__u32 protocol;
	__u32 family;   /* enum family */
	__u32 fragment; /* a first fragment: there is more in packets that are not here */
	__u32 source_port;
	__u32 destination_port;
};

/* Where there is no EDE: past all info codes, of which 65535 is one for private use (RFC 8914 section 5.2). */
#define NO_EDE 0x10000u

struct msg_scratch {
	__u64 counts;     /* DNS_COUNTS() */
	__u32 entries;    /* how many questions and records there are */
	__u32 entry;      /* which of them is next */
	__u32 message;    /* offset of the message's header */
	__u32 end;        /* offset of its end */
	__u32 at;         /* offset that the walk has come to */
	__u32 walk_state; /* WALK_STATE() of the questions and records so far */
	__u32 question;   /* offset of the first QNAME; 0: none */
	__u32 alias;      /* offset of the last CNAME's target among the answers; 0: none */
	__u32 soa;        /* offset of the owner of the first SOA in authority; 0: none */
	__u32 opt;        /* offset of the OPT record's data; 0: none */
	__u32 opt_length; /* of these data */
	__u32 rcode;      /* 12 bits once the OPT has been seen */
	__u32 ede;        /* the first one; NO_EDE */
	__u32 status;     /* enum dns_status */

	__u64 random; /* state of a generator; 0: not begun */
	__u64 denied; /* hash of the name that was denied */
	__u32 floor;  /* of name_scan(): a pointer must lead below this */
	__u32 length; /* of name_scan(): of the label, in octets */
	__u32 labels; /* of a public suffix, as far as it is known */

	struct l4 l4;                  /* of the packet; of tunnelled ones, of the inner */
	__u16 fast_label[FAST_LABELS]; /* of QNAME where it lies in the frame: offsets */
	__u32 fast_labels;             /* how many they are, without the root */
	__u32 sequence, ports;         /* of the segment; ports as in tcp_flow_id() */
	__u32 outcome;                 /* of a segment's messages so far */
	__u32 vlans;                   /* VLAN numbers of the frame, outer << 12 | inner */
	__u32 walked;   /* offset that the walk through the whole message has come to */
	__u32 name_end; /* of QNAME, of a message that is matched with others */
	__u32 pad[10];
	struct txn txn;

	__u64 fast_sum
		[NAME_WORDS]; /* of QNAME where it lies in the frame: what its last words add up to */

	struct listed listed[TOP_DIMENSIONS];
	struct name_labels name[NAME_PLACES];
};

_Static_assert(sizeof(struct name_labels) % 64 == 0, "whole cache lines");
_Static_assert(sizeof(struct msg_scratch) ==
		       320 + NAME_WORDS * 8 + NAME_PLACES * sizeof(struct name_labels),
	       "CPUs share no cache line");

/* To and from scratch, past the compiler, which would keep what the verifier is to forget. */
#define scratch_set(scratch, field, value) \
	(*(volatile __typeof__((scratch)->field) *)&(scratch)->field = (value))
#define scratch_get(scratch, field) \
	(*(const volatile __typeof__((scratch)->field) *)&(scratch)->field)

#endif
