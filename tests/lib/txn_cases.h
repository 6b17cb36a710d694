/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Queries and responses that are easily matched wrongly, and what each is, written from the RFCs and docs/transactions.md. Each
 * case is played with clients' and upstream's queries, over IPv4 and IPv6, with and without a VLAN tag.
 */
#ifndef RCODEWATCH_TESTS_TXN_CASES_H
#define RCODEWATCH_TESTS_TXN_CASES_H

#include <stdbool.h>

#include "abi.h"
#include "buf.h"

#define TXN_CASE_STEPS    20
#define TXN_CASE_EVENTS   4
#define TXN_CASE_VARIANTS 8u
#define TXN_CASE_FRAMES   2

/* Before this step the timeout passes. */
#define TXN_CASE_LATER 0xffffu

/* A message; what is 0 is as in all of a case: id 4660, the first port and server, A of www.example.com, class IN. */
struct txn_case_step {
	bool answer;
	uint16_t after_ms; /* so long after the step before; TXN_CASE_LATER */
	uint16_t id, port, type, class;
	uint16_t flags;        /* more of them */
	uint16_t padding;      /* octets of that */
	uint8_t server;        /* another address that is asked */
	bool no_question, two; /* questions */
	bool other_way;        /* in the other direction, as a router sees it */
	bool more;             /* in one segment with the next step's */
	bool again;            /* the octets of the stream that came before */
	uint8_t cut; /* the segment, or what follows the IP header, ends after so many octets, and another one follows */
	bool swapped; /* the second of the two comes first */
	const char *name;
	uint8_t is
		[TXN_CASE_EVENTS]; /* enum txn_event + 1 each; of what .more joins, in the last step */
	uint16_t took_ms;          /* the response time that is counted */
};

struct txn_case {
	const char *name;
	bool tcp;
	struct txn_case_step step[TXN_CASE_STEPS]; /* up to the first without .is and .more */
};

extern const struct txn_case txn_cases[];
extern const size_t txn_case_count;

/* Frames of the step at hand of a variant. */
struct txn_case_frames {
	unsigned int count;
	struct buf frame[TXN_CASE_FRAMES];
	enum direction direction;
	enum txn_side side; /* of what it is counted as */
};

/* A case under way: zeros but for the first member. */
struct txn_case_run {
	const struct txn_case *of;
	unsigned int at; /* number of the step */
	uint32_t sequence[TXN_CASE_VARIANTS][2];
	struct buf stream[TXN_CASE_VARIANTS]; /* what .more has left */
	struct txn_case_frames frames;
};

/* The step at hand; NULL: it is over. */
const struct txn_case_step *txn_case_now(const struct txn_case_run *run);
/* Make run->frames those of the step at hand for @variant: none if more is to come. Once each in the order of variants; then run->at++. */
void txn_case_frames(struct txn_case_run *run, unsigned int variant);
void txn_case_free(struct txn_case_run *run);

#endif
