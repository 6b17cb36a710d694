// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * write_cases FILE [all|LINK]: the packets of the case table as a pcap file, one a second, and on
 * standard output a line for each: name, RCODE, EDE info codes joined by commas ("-": none), QTYPE,
 * answer kind, outcome or reason, name asked for and owner of the SOA ("-": not told). Without "all"
 * only those that every dissector must agree on; with LINK, as tests/lib/tunnels.c names them, each of these
 * that can be in one.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "pcap_write.h"
#include "tunnels.h"
#include "util/clock.h"

#define START_S 1795000000ull

static void print_case(const struct packet_case *one)
{
	const struct expect *expect = &one->expect;

	printf("%s\t%u\t", one->name, expect->rcode);
	for (unsigned int i = 0; i < expect->edes; i++)
		printf("%s%u", i ? "," : "", expect->ede[i]);
	printf("%s\t%d\t%s\t%s\t%s\t%s\n", expect->edes ? "" : "-", expect->qtype,
	       expect->answer ? expect->answer : "-", expect->outcome,
	       expect->name ? expect->name : "-", expect->zone_of_soa ? expect->zone : "-");
}

/* TUNNELS: there is none of that name that lies within Ethernet. */
static enum tunnel link_named(const char *name)
{
	enum tunnel tunnel = 0;

	while (tunnel < TUNNELS && (!tunnel_is_link(tunnel) || strcmp(name, tunnel_names[tunnel])))
		tunnel++;
	return tunnel;
}

/* The frame of a case, in @link unless that is TUNNELS. False: it cannot be in that. */
static bool frame_of(struct buf *frame, const struct packet_case *one, enum tunnel link)
{
	if (link != TUNNELS)
		return tunnel_wrap(frame, link, 4, one->bytes, one->length);
	buf_reset(frame);
	buf_put(frame, one->bytes, one->length);
	return true;
}

int main(int argc, char **argv)
{
	bool all = argc == 3 && !strcmp(argv[2], "all");
	enum tunnel link = argc == 3 ? link_named(argv[2]) : TUNNELS;
	const struct packet_case *cases;
	struct buf frame = {0};
	size_t count, written = 0;
	int error = 0;
	FILE *file;

	if (argc != 2 && !all && link == TUNNELS) {
		fputs("usage: write_cases FILE [all|LINK]\n", stderr);
		return 2;
	}
	cases = packet_cases(&count);
	file = pcap_create(argv[1]);
	if (!file) {
		fprintf(stderr, "write_cases: cannot write %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	for (size_t i = 0; i < count && !error; i++) {
		if ((!cases[i].well_formed && !all) || !frame_of(&frame, &cases[i], link))
			continue;
		error = pcap_write(file, (START_S + written++) * NS_PER_S, frame.data,
				   frame.length);
		print_case(&cases[i]);
	}
	buf_free(&frame);
	if (fclose(file) || error || fflush(stdout)) {
		fprintf(stderr, "write_cases: cannot write %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	return 0;
}
