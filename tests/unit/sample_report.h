/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reports for the tests of sinks, made by hand: no other part of the program has touched them. */
#ifndef RCODEWATCH_SAMPLE_REPORT_H
#define RCODEWATCH_SAMPLE_REPORT_H

#include <string.h>

#define SAMPLE_ROWS 1000u

#include "analysis/advice.h"
#include "report/report.h"
#include "util/clock.h"
#include "report/report_names.h"

static inline void sample_text(struct ede_text *text, const char *bytes, size_t length)
{
	memset(text, 0, sizeof(*text));
	text->length = (uint32_t)(length < EDE_TEXT_MAX ? length : EDE_TEXT_MAX);
	text->cut = length > EDE_TEXT_MAX;
	memcpy(text->text, bytes, text->length);
}

/* A quiet interface: nothing in ten seconds from 2026-11-23 02:31:00.000004 UTC. */
static inline struct report sample_quiet(void)
{
	struct report r = {
		/* date -u -d 2026-11-23T02:31:00 +%s */
		.start_ns = 1795401060 * NS_PER_S + 4999,
		.end_ns = 1795401070 * NS_PER_S + 123000,
		.interval_s = 10,
		.host = "res1",
		.instance = "0f6c8d0e-6b0c-4a57-9a39-0c1f6d8c1b11",
		.seq = 812,
		.interface = "eth0",
		.direction = "rx",
		.hook = "xdp_native",
		.rcodes = {{.code = 0}, {.code = 2}, {.code = 3}, {.code = 5}},
		.rcode_count = 4,
	};

	report_name_codes(&r);
	return r;
}

/* 12,400 responses: a bit of everything. */
static inline struct report sample_busy(void)
{
	struct report r = sample_quiet();
	static const struct report_rcode rcodes[] = {
		{.code = 0,
		 .count = 12000,
		 .total = 99000000,
		 .rate = 1200,
		 .share = 12000. / 12400},
		{.code = 1, .count = 0, .total = 3, .rate = 0, .share = 0},
		{.code = 2, .count = 7, .total = 10000, .rate = 0.7, .share = 7. / 12400},
		{.code = 3, .count = 345, .total = 2345, .rate = 34.5, .share = 345. / 12400},
		{.code = 5, .count = 0, .total = 0, .rate = 0, .share = 0},
		{.code = 24, .count = 47, .total = 47, .rate = 4.7, .share = 47. / 12400},
	};

	memcpy(r.rcodes, rcodes, sizeof(rcodes));
	r.rcode_count = 6;
	r.responses = 12400;
	r.rate = 1240;
	r.other_rcode_codes = 2;
	r.other_rcode_count = 1;
	r.other_rcode_total = 5;
	r.answers[ANSWER_DATA] = 11000;
	r.answers[ANSWER_NODATA] = 900;
	r.answers[ANSWER_REFERRAL] = 99;
	r.answers[ANSWER_TRUNCATED] = 1;
	r.flags[FLAG_TC] = 3;
	r.flags[FLAG_RA] = 12345;
	r.flags[FLAG_AD] = 400;
	r.family[FAMILY_IPV4] = 12000;
	r.family[FAMILY_IPV6] = 400;
	r.transport[TRANSPORT_UDP] = 12355;
	r.transport[TRANSPORT_TCP] = 45;
	r.edes[0] = (struct report_ede){.rcode = 2, .info_code = 7, .count = 6, .rate = 0.6};
	sample_text(&r.edes[0].text, "expired \"yesterday\"", 19);
	r.edes[1] = (struct report_ede){.rcode = 3, .info_code = 9999, .count = 2, .rate = 0.2};
	r.ede_count = 2;
	r.other_ede_count = 1;
	r.further_edes[0] = (struct report_further_ede){.info_code = 22, .count = 3};
	r.further_ede_count = 1;
	r.qtypes[0] = (struct report_qtype){.type = 1, .count = 9000};
	r.qtypes[1] = (struct report_qtype){.type = 65280, .count = 2};
	r.qtype_count = 2;
	r.other_qtype_count = 4;
	report_name_codes(&r);
	r.packets = 20000;
	r.outcome[OUTCOME_RESPONSE] = 12399;
	r.outcome[OUTCOME_QUERY] = 100;
	r.outcome[OUTCOME_TCP_NO_MESSAGE] = 55;
	r.outcome[OUTCOME_ENCRYPTED] = 900;
	r.outcome[OUTCOME_NOT_DNS] = 6491;
	r.outcome[PKT_UNPARSED(UNPARSED_LATER_FRAGMENT)] = 3;
	r.outcome[PKT_UNPARSED(UNPARSED_TRUNCATED_HEADER)] = 52;
	r.incomplete[INCOMPLETE_OPT_BEYOND_FRAGMENT] = 2;
	r.rare_lost = 5;
	r.nic_lost = 73;
	r.nic_source = "ethtool";
	r.tcp[TCP_GAP] = 4;
	r.slow_path = 300;
	r.live = true;
	r.total_responses = 99012400;
	r.total_packets = 120033111;
	return r;
}

static inline struct top_row sample_row(const char *wire, uint16_t rcode, uint64_t low,
					uint64_t count, uint64_t high)
{
	struct top_row row = {
		.rcode = rcode,
		.low = low,
		.count = count,
		.high = high,
		.ede = TOP_NO_EDE,
	};

	memcpy(row.key, wire, strlen(wire));
	return row;
}

/* Zones and servers of the busy report, and its names, of which none is shown to be exact. */
static inline void sample_lists(struct report *r)
{
	static struct top_row zones[2], names[2], servers[1];
	static struct top_lists lists;

	zones[0] = sample_row("\6victim\7example", 3, 300, 300, 300);
	zones[0].kind = ZONE_SOA;
	zones[0].qtype = 1;
	zones[0].hll[9] = 1; /* one of 256: one name */
	zones[1] = sample_row("", 2, 7, 7, 7);
	zones[1].ede = 7;
	names[0] = sample_row("\3a.b\6victim\7example", 3, 19, 20, 21);
	names[1] = sample_row("\71long-one-that-does-not-fit-in-any-column-of-80-and-is-cut\4test",
			      3, 2, 9, 9);
	servers[0] = sample_row("\300\0\2\65", 2, 7, 7, 7);
	memcpy(servers[0].key, "\300\0\2\65", 4);
	lists.listed = 1u << TOP_ZONE | 1u << TOP_NAME | 1u << TOP_SERVER;
	lists.list[TOP_ZONE] = (struct top_list){zones, 2, 2, 3, 352};
	lists.list[TOP_NAME] = (struct top_list){names, 2, 2, 8, 352};
	lists.list[TOP_SERVER] = (struct top_list){servers, 1, 1, 0, 7};
	top_lists_name(&lists, SAMPLE_ROWS);
	r->top = &lists;
	r->top_rows = 10;
	r->failing[0] = (struct report_failing){
		.code = 2,
		.name = "SERVFAIL",
		.count = 7,
		.zones_low = 1,
		.zones_high = 1,
		.largest = &zones[1],
		.share = 1,
		.share_high = 1,
	};
	r->failing[1] = (struct report_failing){
		.code = 3,
		.name = "NXDOMAIN",
		.count = 345,
		.zones_low = 1,
		.zones_high = 46,
		.largest = &zones[0],
		.share = 300. / 345,
		.share_high = 300. / 345,
	};
	r->failing[2] = (struct report_failing){.code = 5, .name = "REFUSED"};
	r->failing_count = 3;
	memset(r->top_bits, 32, sizeof(r->top_bits));
}

/*
 * Lists of as many rows as may be asked for, with the longest names there are: each byte takes four
 * characters, and five in JSON. Addresses are IPv6 ones.
 */
static inline void sample_worst_lists(struct report *r)
{
	static struct top_row rows[SAMPLE_ROWS];
	static struct top_lists lists;

	for (size_t i = 0; i < SAMPLE_ROWS; i++) {
		struct top_row *row = &rows[i];

		memset(row->key, 0xff, sizeof(row->key));
		row->key[0] = row->key[64] = row->key[128] = 63;
		row->key[192] = 61;
		row->key[254] = row->key[255] = 0;
		row->key[1] = (uint8_t)i;
		row->key[2] = (uint8_t)(0x80 | i >> 8);
		row->rcode = 4095;
		row->count = row->low = row->high = UINT64_MAX / 2 / SAMPLE_ROWS;
		row->kind = FAMILY_IPV6;
		row->qtype = 65535;
		row->ede = 65534;
		memset(row->hll, 57, sizeof(row->hll));
	}
	for (size_t d = 0; d < TOP_DIMENSIONS; d++)
		lists.list[d] = (struct top_list){
			.rows = rows,
			.count = SAMPLE_ROWS,
			.total = UINT64_MAX / 2,
			.absent_high = UINT64_MAX / 2,
		};
	lists.listed = 15;
	top_lists_name(&lists, SAMPLE_ROWS);
	r->top = &lists;
	r->top_rows = SAMPLE_ROWS;
	r->top_hll_at = true;
	r->failing_count = TOP_CODES;
	for (size_t i = 0; i < TOP_CODES; i++)
		r->failing[i] = (struct report_failing){
			.code = top_code_rcode[i],
			.count = 1ULL << 57,
			.zones_low = 1ULL << 57,
			.zones_high = 1ULL << 57,
			.largest = &rows[i],
			.share = (double)rows[i].low / (double)(1ULL << 57),
			.share_high = 1. / 3,
		};
	memset(r->top_bits, 127, sizeof(r->top_bits));
}

/* As many as there may be, about the longest names. */
static inline void sample_worst_advice(struct report *r)
{
	static struct advice advice[ADVICE_MAX];

	for (size_t i = 0; i < ADVICE_MAX; i++)
		advice[i] = (struct advice){
			.words = catalog_advice_find(i % 2 ? "refusing-server"
							   : "expired-signatures"),
			.count = 1ULL << 57,
			.share = 1. / 65,
			.since_ns = r->start_ns,
			.zone = &r->top->list[TOP_ZONE].rows[i],
			.server = &r->top->list[TOP_SERVER].rows[i],
		};
	r->advice = advice;
	r->advice_count = ADVICE_MAX;
}

/*
 * As much as can be at once: all lists full, the largest counts that still add up, every reason, and
 * texts as long as they come none of which is UTF-8.
 */
static inline struct report sample_worst(void)
{
	const uint64_t huge = 1ULL << 57; /* 64 of them and some fit 64 bits */
	struct report r = sample_quiet();
	char text[EDE_TEXT_MAX + 1];

	memset(text, 0xff, sizeof(text));
	r.rcode_count = REPORT_RCODES_MAX;
	for (uint16_t i = 0; i < REPORT_RCODES_MAX; i++) {
		/* The long descriptions among them: 0 to 23, then the end of the private range. */
		r.rcodes[i].code = (uint16_t)(i < 24 ? i : 4095 - 63 + i);
		r.rcodes[i].count = r.rcodes[i].total = huge;
		r.rcodes[i].rate = (double)huge / 10;
		r.rcodes[i].share = 1. / 65;
		r.edes[i].rcode = r.rcodes[i].code;
		r.edes[i].info_code = (uint16_t)(i < 31 ? i : 65535 - 63 + i);
		r.edes[i].count = huge;
		r.edes[i].rate = (double)huge / 10;
		sample_text(&r.edes[i].text, text, sizeof(text));
		r.further_edes[i].info_code = r.edes[i].info_code;
		r.further_edes[i].count = huge;
		r.qtypes[i].type = (uint16_t)(65535 - 63 + i);
		r.qtypes[i].count = huge;
	}
	r.ede_count = r.further_ede_count = r.qtype_count = REPORT_EDES_MAX;
	r.responses = r.total_responses = huge * 65;
	r.rate = (double)r.responses / 10;
	r.other_rcode_codes = 4032;
	r.other_rcode_count = r.other_rcode_total = huge;
	r.other_ede_count = r.other_further_ede_count = r.other_qtype_count = huge;
	for (int i = 0; i < ANSWER_COUNT; i++)
		r.answers[i] = huge / ANSWER_COUNT;
	for (int i = 0; i < FLAG_COUNT; i++)
		r.flags[i] = huge * 65;
	r.family[FAMILY_IPV4] = r.transport[TRANSPORT_TCP] = huge;
	r.family[FAMILY_IPV6] = r.transport[TRANSPORT_UDP] = huge * 64;
	for (size_t i = 0; i < PKT_OUTCOMES; i++)
		r.packets += r.outcome[i] = huge + i;
	for (int i = 0; i < INCOMPLETE_COUNT; i++)
		r.incomplete[i] = huge;
	r.rare_lost = huge;
	r.nic_lost = huge;
	r.nic_source = "ethtool";
	r.total_packets = UINT64_MAX;
	sample_worst_lists(&r);
	sample_worst_advice(&r);
	report_name_codes(&r);
	r.guide = true;
	return r;
}

#endif
