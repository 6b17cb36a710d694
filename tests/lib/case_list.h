/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How the files of cases add to the table; only they include this. */
#ifndef RCODEWATCH_TESTS_CASE_LIST_H
#define RCODEWATCH_TESTS_CASE_LIST_H

#include "cases.h"
#include "message.h"
#include "packet.h"

/* The usual header of a resolver's answer, with what the counters must say of its flags. */
#define RESPONSE     (MSG_QR | MSG_RD | MSG_RA)
#define RESPONSE_SET EXPECT_RA

/* Whether a strict dissector can be held to the expectation: packet_case.well_formed. */
enum { LOOSE = 0, STRICT = 1 };

/* Expectations: of a response to be completed, and of a packet with nothing in it to count. */
#define EXPECT_FLAGGED(code, type, set, ...)            \
	((struct expect){.outcome = "response_packets", \
			 .rcode = (code),               \
			 .qtype = (type),               \
			 .flags = (set),                \
			 __VA_ARGS__})
#define EXPECT_RESPONSE(code, type, ...) EXPECT_FLAGGED(code, type, RESPONSE_SET, __VA_ARGS__)
#define EXPECT_OUTCOME(name)             ((struct expect){.outcome = (name), .qtype = -1})

/*
 * Add the case @name: @length bytes of @payload in @frame. All is copied. Unless the frame names a
 * client port, each case gets its own, so that none looks like part of another's flow. Family and
 * transport of the expectation are taken from the frame.
 */
void case_add(const char *name, const struct frame *frame, const void *payload, size_t length,
	      struct expect expect, int strict);
/* The same with a DNS message, behind its length prefix if the frame is TCP. */
void case_message(const char *name, const struct frame *frame, const struct buf *msg,
		  struct expect expect, int strict);

/* Start @msg as a response with @flags to a question for www.example.com. */
void case_answer(struct buf *msg, unsigned int flags, unsigned int qtype);

/* One function a file. */
void add_answer_cases(void);
void add_edns_cases(void);
void add_malformed_cases(void);
void add_link_cases(void);
void add_ipv6_cases(void);
void add_transport_cases(void);
void add_zone_cases(void);
void add_name_cases(void);

#endif
