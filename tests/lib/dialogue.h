/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Queries and responses at random, and what each must be counted as: a model of one state for each question asked, with
 * no hash, bucket or clock of the program's.
 */
#ifndef RCODEWATCH_TESTS_DIALOGUE_H
#define RCODEWATCH_TESTS_DIALOGUE_H

#include <stdbool.h>

#include "abi.h"
#include "buf.h"

#define DIALOGUE_TALKS 48u

/* One question, from one port of its own. */
struct talk {
	bool sent; /* this host asks */
	bool ipv6, tcp, asked, answered, retried;
	uint16_t port, id;
	unsigned int type;
	uint32_t sequence; /* of the server's stream */
	int64_t asked_ns;
	uint64_t answered_step;
	char name[256];
};

/* Responses of upstream that were matched, of one server. Times by the table's clock, in its units. */
struct dialogue_server {
	uint64_t result[TXN_RESULT_COUNT];
	uint64_t timed, sum, longest;
	int64_t asked_ns, answered_ns; /* the latest */
};

struct dialogue {
	uint64_t random; /* state of a generator, not 0 */
	int64_t now_ns;
	int64_t timeout_ns; /* 0: time does not pass */
	bool any_key; /* no answers to other questions: which of them passes depends on the key of the hashes */
	uint16_t port;
	uint64_t steps;
	struct talk talk[DIALOGUE_TALKS];
	/* What all steps so far must have been counted as, by direction of the packets. */
	uint64_t count[DIRECTION_COUNT][TXN_EVENT_COUNT];
	struct dialogue_server server[FAMILY_COUNT]; /* one for each family */
	/* The last step: */
	const char *what;
	struct buf message, frame;
	enum direction direction;
	enum txn_result result; /* of a response */
};

/* The addresses of upstream's servers, by family. */
extern const char *const dialogue_servers[FAMILY_COUNT];

/* Take one step: its frame, in d->frame, is a packet in d->direction at d->now_ns. */
void dialogue_step(struct dialogue *d);
/* How many of side @side wait for a response that can still come. */
size_t dialogue_waiting(const struct dialogue *d, enum txn_side side);
void dialogue_free(struct dialogue *d);

#endif
