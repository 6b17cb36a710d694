/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One report: an interface and a direction over an interval, ready to be written. A plain const
 * struct for format/ and the sinks.
 */
#ifndef RCODEWATCH_REPORT_H
#define RCODEWATCH_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "dns_wire.h"
#include "toplist/top_list.h"

struct advice;
struct labels;

/* Rows at most, as docs/json.md promises to those who build on the output. */
#define REPORT_RCODES_MAX 64
#define REPORT_EDES_MAX   64
#define REPORT_QTYPES_MAX 64

/* Whether a reader looks for @code, whatever else there is: it has a row in every report. */
static inline bool report_rcode_always(uint32_t code)
{
	return code == DNS_RCODE_NOERROR || code == DNS_RCODE_SERVFAIL ||
	       code == DNS_RCODE_NXDOMAIN || code == DNS_RCODE_REFUSED;
}

/* Names and descriptions are the catalogue's, looked up by report_name_codes(). A NULL name: it has none. */
struct report_rcode {
	uint16_t code;
	const char *name, *description;
	uint64_t count; /* in the interval */
	uint64_t total; /* since the source was made */
	double rate;    /* per second */
	double share;   /* of the interval's responses, 0 to 1 */
};

struct report_ede {
	uint16_t rcode;
	uint16_t info_code;
	const char *rcode_name, *info_name;
	uint64_t count;
	double rate;
	struct ede_text text; /* length 0: none seen */
};

struct report_further_ede {
	uint16_t info_code;
	uint64_t count;
	const char *info_name;
};

struct report_qtype {
	uint16_t type;
	uint64_t count;
	const char *name;
};

/* Of which zones the responses with one code are. */
struct report_failing {
	uint16_t code;
	const char *name; /* the catalogue's; NULL: it has none */
	uint64_t count;   /* responses of the interval */
	/* How many zones had one at least: low <= zones <= high. */
	uint64_t zones_low, zones_high;
	/* The zone that had most for certain, a row of the list of zones; NULL: none. */
	const struct top_row *largest;
	double share;      /* what part of them it had for certain, 0 to 1: its low */
	double share_high; /* no zone had a larger part */
};

struct report {
	int64_t start_ns, end_ns; /* since 1970-01-01 UTC */
	double interval_s; /* measured with CLOCK_MONOTONIC, from epoch store to epoch store */
	const char *host;
	const char *instance;        /* names one set of maps: a UUID (RFC 9562 section 5.4) */
	uint64_t seq;                /* of this interface and direction, from 1 */
	const struct labels *labels; /* the operator's; NULL: none */
	const char *interface;
	const char *direction; /* "rx", "tx", "both" of captures */
	const char *hook;      /* "xdp_native", "xdp_generic", "tcx", "clsact", "pcap" */

	uint64_t responses;
	double rate;

	/*
	 * By code, rising: every code seen in the interval or before, and those of
	 * report_rcode_always(). The rarest beyond the limit (of the interval, then since the
	 * source was made) are summed in other_*. The counts of the rows and other_rcode_count add
	 * up to responses, the totals and other_rcode_total to total_responses.
	 */
	struct report_rcode rcodes[REPORT_RCODES_MAX];
	size_t rcode_count;
	uint64_t other_rcode_codes; /* how many codes have no row though they were seen */
	uint64_t other_rcode_count, other_rcode_total;

	uint64_t answers[ANSWER_COUNT];
	uint64_t flags[FLAG_COUNT];
	uint64_t family[FAMILY_COUNT];
	uint64_t transport[TRANSPORT_COUNT];
	/* By RCODE as well, all from RCODE_DIRECT on in one. */
	uint64_t by_path[RCODE_DIRECT + 1][FAMILY_COUNT][TRANSPORT_COUNT];
	const char *by_path_name[RCODE_DIRECT]; /* as those of rows */

	/*
	 * Most frequent first, seen in the interval. What the limits leave out is summed in
	 * other_*, with what the kernel counted without its number (rare_lost).
	 */
	struct report_ede edes[REPORT_EDES_MAX];
	size_t ede_count;
	uint64_t other_ede_count;
	struct report_further_ede further_edes[REPORT_EDES_MAX];
	size_t further_ede_count;
	uint64_t other_further_ede_count;
	struct report_qtype qtypes[REPORT_QTYPES_MAX];
	size_t qtype_count;
	uint64_t other_qtype_count;

	/* packets == the sum of outcome[]; index: enum outcome, PKT_UNPARSED(reason). */
	uint64_t packets;
	uint64_t outcome[PKT_OUTCOMES];
	uint64_t incomplete[INCOMPLETE_COUNT];
	uint64_t tcp[TCP_EVENT_COUNT];
	uint64_t udp[UDP_EVENT_COUNT];
	/*
	 * Of packets; the others took the fast path. Of live packets only: where threads share a capture it
	 * depends on which of them has seen a rare text before.
	 */
	uint64_t slow_path;
	bool live;
	uint64_t rare_lost;      /* EDEs and QTYPEs counted without their number */
	uint64_t rare_retired;   /* numbers that gave way to others in the full table of them */
	uint64_t ede_texts_lost; /* texts not kept, their table being full */
	/*
	 * Packets of any kind that the interface lost before the hook, in the interval, and the name of where that figure
	 * is from. NULL: it is not known, and nic_lost is 0; so it is of what goes out, and of captures.
	 */
	uint64_t nic_lost;
	const char *nic_source;

	/*
	 * The lists of the interval, with more rows than are to be shown; NULL: none. What the first
	 * top_rows of one leave out: top_list_rest().
	 */
	const struct top_lists *top;
	size_t top_rows;
	bool top_nodata; /* rows with NOERROR are of NODATA and nothing else */
	bool top_hll_at; /* registers of zones are wanted */
	uint8_t top_bits[TOP_DIMENSIONS][FAMILY_COUNT]; /* how much of addresses is kept */
	uint32_t top_rcodes; /* whose responses are all listed: bit RCODE, below RCODE_DIRECT */

	/* Of each code whose zones are counted: failing.h. 0: there is no list of zones. */
	struct report_failing failing[TOP_CODES];
	size_t failing_count;

	/* What the figures suggest, most responses first: advice.h. NULL: not looked at. */
	const struct advice *advice;
	size_t advice_count;

	uint64_t total_responses, total_packets;

	/*
	 * What counting costs, for text: wanted, measured by the kernel, and of the program of this hook, on
	 * all interfaces, how often it ran in the interval and how long.
	 */
	bool cost_wanted, cost_measured;
	uint64_t bpf_runs, bpf_run_ns;

	bool guide; /* the guide's numbers are wanted beside the standard ones: guide.h */
};

#endif
