// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * write_cases FILE [all]: the packets of the case table as a pcap file, one a second, and on
 * standard output a line for each: name, RCODE, EDE info codes joined by commas ("-": none), QTYPE,
 * answer kind, outcome or reason, name asked for and owner of the SOA ("-": not told). Without "all"
 * only those that every dissector must agree on.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "pcap_write.h"

#define START_S   1795000000ull
#define SECOND_NS 1000000000ull

static void print_case(const struct packet_case *one)
{
	const struct expect *expect = &one->expect;

	printf("%s\t%u\t", one->name, expect->rcode);
	for (unsigned int i = 0; i < expect->edes; i++)
		printf("%s%u", i ? "," : "", expect->ede[i]);
	printf("%s\t%d\t%s\t%s\t%s\t%s\n", expect->edes ? "" : "-", expect->qtype,
	       expect->answer ? expect->answer : "-", expect->fate,
	       expect->name ? expect->name : "-", expect->zone_of_soa ? expect->zone : "-");
}

int main(int argc, char **argv)
{
	int all = argc == 3 && !strcmp(argv[2], "all"), error = 0;
	const struct packet_case *cases;
	size_t count;
	FILE *file;

	if (argc != 2 && !all) {
		fputs("usage: write_cases FILE [all]\n", stderr);
		return 2;
	}
	cases = packet_cases(&count);
	file = pcap_create(argv[1]);
	if (!file) {
		fprintf(stderr, "write_cases: cannot write %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	for (size_t i = 0; i < count && !error; i++) {
		if (!cases[i].well_formed && !all)
			continue;
		error = pcap_write(file, (START_S + i) * SECOND_NS, cases[i].bytes,
				   cases[i].length);
		print_case(&cases[i]);
	}
	if (fclose(file) || error || fflush(stdout)) {
		fprintf(stderr, "write_cases: cannot write %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	return 0;
}
