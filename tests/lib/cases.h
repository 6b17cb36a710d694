/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The table of named packets that the tests walk, with what each must be counted as.
 *
 * The expectations come from the RFCs and from the documented meaning of the counters. They are
 * words and numbers, not constants of the parser, which must not explain itself. DNS is on port 53,
 * encrypted DNS on 853.
 */
#ifndef RCODEWATCH_TESTS_CASES_H
#define RCODEWATCH_TESTS_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPECT_EDES_MAX 16

enum {
	EXPECT_AA = 1,
	EXPECT_TC = 2,
	EXPECT_RA = 4,
	EXPECT_AD = 8,
	EXPECT_CD = 16,
};

struct expect {
	/* Name of the outcome ("response_packets", "queries", ...) or of the unparsed reason. */
	const char *outcome;

	/* Only where the outcome is "response_packets"; of the first message in the packet. */
	unsigned int rcode;    /* all 12 bits that can be known */
	unsigned int family;   /* 4 or 6 */
	const char *transport; /* "udp" or "tcp" */
	unsigned int edes;
	uint16_t ede[EXPECT_EDES_MAX]; /* info codes in the order on the wire */
	int qtype;                     /* of the first question; -1: none to be read */
	const char *answer; /* "data", "nodata", ...; NULL: not an answer of NOERROR to a QUERY */
	unsigned int flags; /* EXPECT_AA ... */
	const char *incomplete; /* reason; NULL: nothing is missing */
	bool trailing;          /* over UDP, there is payload behind the message */

	/*
	 * In the lists, where every response is offending: the name and the zone as message_name()
	 * takes them, NULL: in no list of these. The zone by rules that have the suffixes co.uk, *.ck,
	 * !www.ck and s3.amazonaws.com beside top-level domains, and that by none, which is the same
	 * where NULL.
	 */
	bool listed; /* the case tells of it */
	const char *name, *zone, *zone_no_rules;
	bool zone_of_soa; /* known by the SOA, and not by suffixes */
	bool unlisted;    /* there is a question, but one of the two cannot be known */

	/* What `read` counts the packet as, of a capture; NULL: as what the kernel programs count it. */
	const struct expect *captured;

	/* The next message in the same TCP segment; NULL: there is none. */
	const struct expect *also;
};

struct packet_case {
	const char *name; /* unique; [a-z0-9-] */
	const uint8_t *bytes;
	size_t length;
	struct expect expect;
	/*
	 * Keeps to every RFC, so that any other dissector of this one frame must find the same
	 * values; false where it lies, is cut, or leaves room for opinions.
	 */
	bool well_formed;
};

/*
 * All cases; *@count is their number. Built at the first call, freed at exit. Not for threads.
 */
const struct packet_case *packet_cases(size_t *count);

/* The case of that name; aborts if there is none. */
const struct packet_case *packet_case(const char *name);

#endif
