// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * frame_counts FILE: what `rcodewatch read` makes of each frame of a capture, one JSON object a
 * line, for compare.py. Frames are numbered as dissectors do, those of unreadable link types
 * included. Line 0, the last, is what the end of the file brought: messages still under way.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/host_store.h"
#include "report/names.h"
#include "cli/settings.h"
#include "capture/pcap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct reading {
	struct pcap_source source;
	struct hook_config config;
	struct host_store store;
};

static const char *separator(bool *first)
{
	const char *text = *first ? "" : ",";

	*first = false;
	return text;
}

/* [[rcode, transport, count], ...] */
static void print_rcodes(const struct snapshot *counts)
{
	const struct pkt_counters *counters = &counts->counters;
	bool first = true;

	printf(",\"rcodes\":[");
	for (size_t t = 0; t < TRANSPORT_COUNT; t++) {
		__u64 rare = 0;

		for (size_t code = 0; code <= RCODE_DIRECT; code++) {
			__u64 sum = 0;

			for (size_t family = 0; family < FAMILY_COUNT; family++)
				sum += counters->rcode[code][family][t];
			if (code == RCODE_DIRECT)
				rare = sum;
			else if (sum)
				printf("%s[%zu,\"%s\",%llu]", separator(&first), code,
				       transport_names[t], sum);
		}
		/* All of a frame came by one transport. */
		for (size_t i = 0; rare && i < COUNT(counts->rcode_rest.count); i++)
			if (counts->rcode_rest.count[i])
				printf("%s[%zu,\"%s\",%llu]", separator(&first), i + RCODE_DIRECT,
				       transport_names[t], counts->rcode_rest.count[i]);
	}
	printf("]");
}

/* "ede": [[rcode, info code, count], ...], "further": [[info code, count], ...] */
static void print_edes(const struct snapshot *counts)
{
	const struct pkt_counters *counters = &counts->counters;
	bool first = true;

	printf(",\"ede\":[");
	for (size_t code = 0; code < RCODE_DIRECT; code++)
		for (size_t info = 0; info < EDE_DIRECT; info++)
			if (counters->ede[code][info])
				printf("%s[%zu,%zu,%llu]", separator(&first), code, info,
				       counters->ede[code][info]);
	for (size_t i = 0; i < counts->rare_count; i++)
		if (counts->rare[i].kind == RARE_EDE && counts->rare[i].count)
			printf("%s[%u,%u,%" PRIu64 "]", separator(&first),
			       counts->rare[i].value >> 16, counts->rare[i].value & 0xffffu,
			       counts->rare[i].count);
	printf("],\"further\":[");
	first = true;
	for (size_t info = 0; info < EDE_DIRECT; info++)
		if (counters->ede_further[info])
			printf("%s[%zu,%llu]", separator(&first), info,
			       counters->ede_further[info]);
	for (size_t i = 0; i < counts->rare_count; i++)
		if (counts->rare[i].kind == RARE_EDE_FURTHER && counts->rare[i].count)
			printf("%s[%u,%" PRIu64 "]", separator(&first), counts->rare[i].value,
			       counts->rare[i].count);
	printf("]");
}

static void print_named(const char *key, const char *const *names, const __u64 *values,
			size_t count)
{
	bool first = true;

	printf(",\"%s\":{", key);
	for (size_t i = 0; i < count; i++)
		if (values[i])
			printf("%s\"%s\":%llu", separator(&first), names[i], values[i]);
	printf("}");
}

static const char *pkt_outcome_name(const struct pkt_counters *counters)
{
	for (size_t i = 0; i < PKT_OUTCOMES; i++)
		if (counters->outcome[i])
			return i < OUTCOME_COUNT ? outcome_names[i]
						 : unparsed_names[i - OUTCOME_COUNT];
	return "end";
}

/* Print what was counted since the last call, and count from 0 again. */
static void print_frame(struct reading *r, uint64_t number)
{
	struct snapshot *counts = &r->store.counts;

	printf("{\"frame\":%" PRIu64 ",\"outcome\":\"%s\"", number,
	       pkt_outcome_name(&counts->counters));
	print_rcodes(counts);
	print_edes(counts);
	print_named("incomplete", incomplete_names, counts->counters.incomplete, INCOMPLETE_COUNT);
	print_named("tcp_events", tcp_event_names, counts->counters.tcp, TCP_EVENT_COUNT);
	printf("}\n");
	snapshot_free(counts);
}

int main(int argc, char **argv)
{
	struct reading *r = aligned_alloc(64, (sizeof(*r) + 63) / 64 * 64);
	struct settings settings;
	struct capture_packet packet;
	uint64_t number = 0;
	int got;

	if (argc != 2 || !r) {
		fputs("usage: frame_counts FILE\n", stderr);
		return 2;
	}
	memset(r, 0, sizeof(*r));
	r->store.offloads = true;
	settings_init(&settings);
	settings_configure(&settings, &r->config);
	got = pcap_open(&r->source, argv[1], NULL);
	if (got < 0) {
		fprintf(stderr, "frame_counts: %s: %s\n", argv[1], r->source.why);
		return 1;
	}
	while ((got = pcap_next(&r->source, &packet)) > 0) {
		number++;
		host_count(&r->store, &r->config, packet.link, packet.data, packet.captured,
			   packet.length);
		print_frame(r, number + r->source.skipped);
	}
	if (got < 0)
		fprintf(stderr, "frame_counts: %s: %s\n", argv[1], r->source.why);
	host_store_finish(&r->store, &r->config);
	print_frame(r, 0);
	pcap_close(&r->source);
	host_store_free(&r->store);
	free(r);
	/* A file that is cut off is compared as far as it goes. */
	return fflush(stdout) ? 1 : 0;
}
