// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "expected.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/names.h"
#include "same_counts.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void die(const char *what, const char *word)
{
	fprintf(stderr, "expected: no %s is called '%s'\n", what, word);
	abort();
}

static size_t position(const char *const *names, size_t count, const char *word)
{
	size_t i = 0;

	while (i < count && strcmp(names[i], word) != 0)
		i++;
	return i;
}

static size_t must_find(const char *const *names, size_t count, const char *word, const char *what)
{
	size_t i = position(names, count, word);

	if (i == count)
		die(what, word);
	return i;
}

static size_t pkt_outcome_of(const char *word)
{
	size_t i = position(outcome_names, OUTCOME_COUNT, word);

	if (i < OUTCOME_COUNT)
		return i;
	return PKT_UNPARSED(must_find(unparsed_names, UNPARSED_COUNT, word, "outcome"));
}

static void add_rare(struct snapshot *counts, enum rare_kind kind, uint32_t value)
{
	if (snapshot_rare_add(counts, (uint16_t)kind, value, 1, NULL) < 0)
		abort();
}

static void add_qtype(struct snapshot *counts, unsigned int qtype)
{
	if (qtype < QTYPE_LOW) {
		counts->counters.qtype[qtype]++;
	} else if (qtype >= QTYPE_META_FIRST && qtype <= QTYPE_META_LAST) {
		counts->counters.qtype[QTYPE_LOW + qtype - QTYPE_META_FIRST]++;
	} else {
		counts->counters.qtype[QTYPE_DIRECT]++;
		add_rare(counts, RARE_QTYPE, qtype);
	}
}

static void add_edes(struct snapshot *counts, const struct expect *e)
{
	for (unsigned int i = 0; i < e->edes; i++) {
		uint32_t code = e->ede[i], column = code < EDE_DIRECT ? code : EDE_DIRECT;
		uint32_t row = e->rcode < RCODE_DIRECT ? e->rcode : RCODE_DIRECT;

		if (i == 0) {
			counts->counters.ede[row][column]++;
			if (row == RCODE_DIRECT || column == EDE_DIRECT)
				add_rare(counts, RARE_EDE, e->rcode << 16 | code);
		} else {
			counts->counters.ede_further[column]++;
			if (column == EDE_DIRECT)
				add_rare(counts, RARE_EDE_FURTHER, code);
		}
	}
}

static void add_message(struct snapshot *counts, const struct expect *e)
{
	uint32_t row = e->rcode < RCODE_DIRECT ? e->rcode : RCODE_DIRECT;
	/* RFC 1035 section 4.1.1, RFC 4035 sections 3.1.6 and 3.2.2. */
	static const struct {
		unsigned int expected, bit;
	} bits[] = {
		{EXPECT_AA, 0x0400}, {EXPECT_TC, 0x0200}, {EXPECT_RA, 0x0080},
		{EXPECT_AD, 0x0020}, {EXPECT_CD, 0x0010},
	};
	unsigned int word = 0;
	size_t transport = must_find(transport_names, TRANSPORT_COUNT, e->transport, "transport");

	counts->counters.rcode[row][e->family == 6][transport]++;
	if (row == RCODE_DIRECT)
		counts->rcode_rest.count[e->rcode - RCODE_DIRECT]++;
	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (e->flags & bits[i].expected)
			word |= bits[i].bit;
	counts->counters.flags[FLAG_SET(word)]++;
	if (e->qtype >= 0)
		add_qtype(counts, (unsigned int)e->qtype);
	if (e->answer)
		counts->counters.answers[must_find(answer_names, ANSWER_COUNT, e->answer,
						   "kind of answer")]++;
	if (e->incomplete)
		counts->counters.incomplete[must_find(incomplete_names, INCOMPLETE_COUNT,
						      e->incomplete, "incomplete reason")]++;
	if (e->trailing && transport == TRANSPORT_UDP)
		counts->counters.udp[UDP_TRAILING]++;
	add_edes(counts, e);
}

void expected_add(struct snapshot *counts, const struct expect *expect)
{
	size_t outcome = pkt_outcome_of(expect->outcome);

	counts->counters.packets++;
	counts->counters.outcome[outcome]++;
	if (outcome != OUTCOME_RESPONSE)
		return;
	for (const struct expect *e = expect; e; e = e->also)
		add_message(counts, e);
}

struct hook_config expected_config(void)
{
	return (struct hook_config){
		.interfaces = 1,
		.points = 2,
		.point = {{0, 1}},
		.flow_buckets = 1,
		.dns_ports = 1,
		.dns_port = {53},
		.encrypted_ports = 1,
		.encrypted_port = {853},
	};
}

static char text[256];

static const char *differ(const char *what, size_t i, uint64_t want, uint64_t got)
{
	snprintf(text, sizeof(text), "%s[%zu] is %" PRIu64 ", should be %" PRIu64, what, i, got,
		 want);
	return text;
}

/* Names for the parts of the counters, by where they lie. */
static const char *part_of(size_t offset, size_t *index)
{
#define PART(field)                                               \
	{                                                         \
#field, offsetof(struct pkt_counters, field),     \
			sizeof(((struct pkt_counters *)0)->field) \
	}
	static const struct {
		const char *name;
		size_t offset, size;
	} parts[] = {
		PART(packets), PART(outcome), PART(incomplete),  PART(tcp),
		PART(udp),     PART(answers), PART(flags),       PART(rcode),
		PART(qtype),   PART(ede),     PART(ede_further),
	};

	for (size_t i = 0; i < COUNT(parts); i++)
		if (offset >= parts[i].offset && offset < parts[i].offset + parts[i].size) {
			*index = (offset - parts[i].offset) / sizeof(__u64);
			return parts[i].name;
		}
	*index = offset;
	return "padding";
}

static const char *rare_difference(const struct snapshot *want, const struct snapshot *got,
				   bool texts)
{
	size_t i = 0, j = 0;

	/* Entries that are there only for their text have a count of 0. */
	for (;;) {
		while (!texts && i < want->rare_count && want->rare[i].count == 0)
			i++;
		while (!texts && j < got->rare_count && got->rare[j].count == 0)
			j++;
		if (i == want->rare_count || j == got->rare_count)
			break;
		if (want->rare[i].kind != got->rare[j].kind ||
		    want->rare[i].value != got->rare[j].value)
			return differ("rare value", i, want->rare[i].value, got->rare[j].value);
		if (want->rare[i].count != got->rare[j].count)
			return differ("rare count", i, want->rare[i].count, got->rare[j].count);
		if (texts && (want->rare[i].text.length != got->rare[j].text.length ||
			      want->rare[i].text.cut != got->rare[j].text.cut ||
			      memcmp(want->rare[i].text.text, got->rare[j].text.text,
				     want->rare[i].text.length) != 0))
			return differ("text of rare value", i, want->rare[i].text.length,
				      got->rare[j].text.length);
		i++;
		j++;
	}
	if (i != want->rare_count || j != got->rare_count)
		return differ("number of rare values", 0, want->rare_count, got->rare_count);
	return NULL;
}

const char *expected_difference(const struct snapshot *want, const struct snapshot *got, bool texts)
{
	const __u64 *a = (const __u64 *)&want->counters, *b = (const __u64 *)&got->counters;

	for (size_t i = 0; i < COUNTED_SIZE / sizeof(__u64); i++)
		if (a[i] != b[i]) {
			size_t index;
			const char *part = part_of(i * sizeof(__u64), &index);

			return differ(part, index, a[i], b[i]);
		}
	for (size_t i = 0; i < RCODE_MAX - RCODE_DIRECT; i++)
		if (want->rcode_rest.count[i] != got->rcode_rest.count[i])
			return differ("RCODE", i + RCODE_DIRECT, want->rcode_rest.count[i],
				      got->rcode_rest.count[i]);
	if (want->rare_lost != got->rare_lost)
		return differ("rare_lost", 0, want->rare_lost, got->rare_lost);
	return rare_difference(want, got, texts);
}
