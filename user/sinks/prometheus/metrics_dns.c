// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/prometheus/metrics_dns.h"

#include <string.h>

#include "analysis/advice.h"
#include "catalog/catalog.h"
#include "sinks/prometheus/metrics_codes.h"
#include "report/names.h"
#include "report/nic.h"
#include "format/top_text.h"
#include "report/report_names.h"

/* RCODEs that have a series before the first of them comes: the first six of RFC 1035 and 2136. */
#define RCODES_ALWAYS 6u

/* Of a point that nothing has been read from yet. */
static const struct snapshot nothing;

static const struct snapshot *counts_of(const struct metrics_part *part)
{
	return part->now ? part->now : &nothing;
}

const char *metrics_hook(const char *hook, enum direction direction)
{
	if (strncmp(hook, "xdp_", 4) == 0)
		return "xdp";
	return direction == DIRECTION_RX ? "ingress" : "egress";
}

static const char *mode_of(const char *hook)
{
	return strncmp(hook, "xdp_", 4) == 0 ? hook + 4 : hook;
}

/* ---- responses ------------------------------------------------------------------- */

static void put_rest(struct metrics_page *page, const struct metrics_part *part, const char *rcode,
		     uint64_t count)
{
	if (count)
		metrics_count(page,
			      METRIC_LABELS(part->device, direction_names[part->direction],
					    "unknown", "unknown", rcode),
			      count);
}

static void put_rcode(struct metrics_page *page, const struct metrics_part *part, size_t class,
		      const uint64_t count[FAMILY_COUNT][TRANSPORT_COUNT])
{
	char text[CODE_LABEL_MAX];
	const char *rcode = rcode_label(class, text);

	for (size_t f = 0; f < FAMILY_COUNT; f++)
		for (size_t t = 0; t < TRANSPORT_COUNT; t++)
			if (count[f][t] || class < RCODES_ALWAYS)
				metrics_count(page,
					      METRIC_LABELS(part->device,
							    direction_names[part->direction],
							    family_names[f], transport_names[t],
							    rcode),
					      count[f][t]);
}

static void put_responses(struct metrics_page *page, const struct metrics_part *part)
{
	struct code_counts counts;

	code_counts_fill(&counts, counts_of(part));
	for (size_t class = 0; class < RCODE_CLASSES; class ++)
		put_rcode(page, part, class, counts.rcode[class]);
	put_rest(page, part, "unassigned", counts.rest_unassigned);
	put_rest(page, part, "private", counts.rest_private);
}

static void put_extended_errors(struct metrics_page *page, const struct metrics_part *part)
{
	struct code_counts counts;
	char rcode[CODE_LABEL_MAX], ede[CODE_LABEL_MAX];

	code_counts_fill(&counts, counts_of(part));
	for (size_t r = 0; r < RCODE_CLASSES; r++)
		for (size_t e = 0; e < EDE_CLASSES; e++)
			if (counts.ede[r][e])
				metrics_count(page,
					      METRIC_LABELS(part->device,
							    direction_names[part->direction],
							    rcode_label(r, rcode),
							    ede_label(e, ede)),
					      counts.ede[r][e]);
}

/* ---- by a name of abi.h ------------------------------------------------------------ */

/* Samples of one part for each of @count names. */
static void put_named(struct metrics_page *page, const struct metrics_part *part,
		      const char *second, const char *const *names, const __u64 *counts,
		      size_t count)
{
	for (size_t i = 0; i < count; i++)
		metrics_count(page, METRIC_LABELS(part->device, second, names[i]), counts[i]);
}

static const char *direction_of(const struct metrics_part *part)
{
	return direction_names[part->direction];
}

static const char *hook_of(const struct metrics_part *part)
{
	return metrics_hook(part->hook, part->direction);
}

static void put_answers(struct metrics_page *page, const struct metrics_part *part)
{
	put_named(page, part, direction_of(part), answer_names, counts_of(part)->counters.answers,
		  ANSWER_COUNT);
}

/* With the sum of all that could not be parsed, so that outcomes add up to packets. */
static void put_packets(struct metrics_page *page, const struct metrics_part *part)
{
	const __u64 *outcome = counts_of(part)->counters.outcome;
	uint64_t unparsed = 0;

	for (size_t i = 0; i < UNPARSED_COUNT; i++)
		unparsed += outcome[PKT_UNPARSED(i)];
	put_named(page, part, hook_of(part), outcome_names, outcome, OUTCOME_COUNT);
	metrics_count(page, METRIC_LABELS(part->device, hook_of(part), "unparsed"), unparsed);
}

static void put_unparsed(struct metrics_page *page, const struct metrics_part *part)
{
	put_named(page, part, hook_of(part), unparsed_names,
		  counts_of(part)->counters.outcome + OUTCOME_COUNT, UNPARSED_COUNT);
}

static void put_incomplete(struct metrics_page *page, const struct metrics_part *part)
{
	put_named(page, part, direction_of(part), incomplete_names,
		  counts_of(part)->counters.incomplete, INCOMPLETE_COUNT);
}

static void put_tcp(struct metrics_page *page, const struct metrics_part *part)
{
	put_named(page, part, direction_of(part), tcp_event_names, counts_of(part)->counters.tcp,
		  TCP_EVENT_COUNT);
}

static void put_udp(struct metrics_page *page, const struct metrics_part *part)
{
	put_named(page, part, direction_of(part), udp_event_names, counts_of(part)->counters.udp,
		  UDP_EVENT_COUNT);
}

static void put_paths(struct metrics_page *page, const struct metrics_part *part)
{
	static const char *const names[] = {"fast", "slow"};
	const struct pkt_counters *counters = &counts_of(part)->counters;
	const __u64 counts[] = {counters->packets - counters->slow_path, counters->slow_path};

	put_named(page, part, hook_of(part), names, counts, 2);
}

static void put_rare_lost(struct metrics_page *page, const struct metrics_part *part)
{
	metrics_count(page, METRIC_LABELS(part->device, direction_of(part)),
		      counts_of(part)->rare_lost);
}

static void put_rare_retired(struct metrics_page *page, const struct metrics_part *part)
{
	metrics_count(page, METRIC_LABELS(part->device, direction_of(part)),
		      counts_of(part)->rare_retired);
}

static void put_ede_texts_lost(struct metrics_page *page, const struct metrics_part *part)
{
	metrics_count(page, METRIC_LABELS(part->device, direction_of(part)),
		      counts_of(part)->ede_texts_lost);
}

/* None where that is not known, so that no 0 says that all is well. */
static void put_nic_lost(struct metrics_page *page, const struct metrics_part *part)
{
	const struct snapshot *counts = counts_of(part);

	if (counts->nic.source != NIC_UNKNOWN)
		metrics_count(page,
			      METRIC_LABELS(part->device, nic_source_names[counts->nic.source]),
			      counts->nic.lost);
}

static void put_attached(struct metrics_page *page, const struct metrics_part *part)
{
	metrics_count(page, METRIC_LABELS(part->device, hook_of(part), mode_of(part->hook)),
		      part->attached);
}

static void put_attacks(struct metrics_page *page, const struct metrics_part *part)
{
	metrics_count(page, METRIC_LABELS(part->device, direction_of(part)), part->attacks);
}

/* At most ADVICE_MAX, by ids that the program has: nothing on the wire can make series. */
static void put_advice(struct metrics_page *page, const struct metrics_part *part)
{
	for (size_t i = 0; part->report && i < part->report->advice_count; i++)
		metrics_count(page,
			      METRIC_LABELS(part->device, direction_of(part),
					    part->report->advice[i].words->id),
			      1);
}

/* ---- one zone or many ---------------------------------------------------------------- */

/* Nothing of a code that no response has: there is nothing to have a part of. */
static void put_top_share(struct metrics_page *page, const struct metrics_part *part)
{
	const struct report *report = part->report;
	char number[CATALOG_UNNAMED_MAX];

	for (size_t i = 0; report && i < report->failing_count; i++)
		if (report->failing[i].count)
			metrics_value(page,
				      METRIC_LABELS(part->device, direction_of(part),
						    top_dimension_names[TOP_ZONE],
						    rcode_text(report->failing[i].name,
							       report->failing[i].code, number)),
				      report->failing[i].share);
}

static void put_failing_zones(struct metrics_page *page, const struct metrics_part *part)
{
	const struct report *report = part->report;
	char number[CATALOG_UNNAMED_MAX];

	for (size_t i = 0; report && i < report->failing_count; i++)
		metrics_count(page,
			      METRIC_LABELS(part->device, direction_of(part),
					    rcode_text(report->failing[i].name,
						       report->failing[i].code, number)),
			      report->failing[i].zones_low);
}

/* ---- lists --------------------------------------------------------------------------- */

static double per_second(const struct metrics_part *part, uint64_t count)
{
	double seconds = part->report->interval_s;

	return seconds > 0 ? (double)count / seconds : 0;
}

static const struct top_list *list_of(const struct metrics_part *part, size_t dimension)
{
	const struct top_lists *lists = part->report ? part->report->top : NULL;

	return lists && lists->listed >> dimension & 1 ? &lists->list[dimension] : NULL;
}

static void put_list(struct metrics_page *page, const struct metrics_part *part, size_t dimension,
		     size_t top)
{
	const struct top_list *list = list_of(part, dimension);
	char text[TOP_TEXT_SIZE];

	for (size_t i = 0; list && i < list->count && i < top; i++) {
		const struct top_row *row = &list->rows[i];
		char number[CATALOG_UNNAMED_MAX];

		metrics_value(page,
			      METRIC_LABELS(part->device, direction_of(part),
					    top_dimension_names[dimension],
					    top_row_text(row, (enum top_dimension)dimension,
							 part->report->top_bits[dimension], text),
					    rcode_text(row->rcode_name, row->rcode, number)),
			      per_second(part, row->count));
	}
}

static void put_top(struct metrics_page *page, const struct metrics_part *parts, size_t count,
		    size_t top)
{
	metrics_family(page, METRIC_TOP_RATE);
	for (size_t i = 0; i < count; i++)
		for (size_t d = 0; d < TOP_DIMENSIONS; d++)
			put_list(page, &parts[i], d, top);
	metrics_family(page, METRIC_TOP_ABSENT_RATE);
	for (size_t i = 0; i < count; i++)
		for (size_t d = 0; d < TOP_DIMENSIONS; d++) {
			const struct top_list *list = list_of(&parts[i], d);

			if (list)
				metrics_value(page,
					      METRIC_LABELS(parts[i].device,
							    direction_of(&parts[i]),
							    top_dimension_names[d]),
					      per_second(&parts[i],
							 top_list_rest(list, top).absent_high));
		}
}

void metrics_put_dns(struct metrics_page *page, const struct metrics_part *parts, size_t count,
		     size_t top)
{
	static const struct {
		enum metric metric;
		void (*put)(struct metrics_page *page, const struct metrics_part *part);
	} families[] = {
		{METRIC_RESPONSES, put_responses},
		{METRIC_EXTENDED_ERRORS, put_extended_errors},
		{METRIC_NOERROR_ANSWERS, put_answers},
		{METRIC_PACKETS, put_packets},
		{METRIC_UNPARSED, put_unparsed},
		{METRIC_INCOMPLETE, put_incomplete},
		{METRIC_TCP_EVENTS, put_tcp},
		{METRIC_UDP_EVENTS, put_udp},
		{METRIC_PATHS, put_paths},
		{METRIC_RARE_LOST, put_rare_lost},
		{METRIC_RARE_RETIRED, put_rare_retired},
		{METRIC_EDE_TEXTS_LOST, put_ede_texts_lost},
		{METRIC_NIC_LOST, put_nic_lost},
		{METRIC_ATTACHED, put_attached},
		{METRIC_ATTACKS, put_attacks},
		{METRIC_ADVICE, put_advice},
		{METRIC_TOP_SHARE, put_top_share},
		{METRIC_FAILING_ZONES, put_failing_zones},
	};

	for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++) {
		metrics_family(page, families[f].metric);
		for (size_t i = 0; i < count; i++)
			families[f].put(page, &parts[i]);
	}
	if (top)
		put_top(page, parts, count, top);
}
