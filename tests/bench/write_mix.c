// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * write_mix FILE COUNT [EXPECTED]: COUNT responses over UDP as a pcap file, of which 90 % are NOERROR,
 * 8 % NXDOMAIN and 2 % SERVFAIL, and what a monitor must count of them. Without TCP: the peers do not
 * all read it, and a file that is sent over and over says nothing new in a stream.
 */
#include <stdio.h>
#include <stdlib.h>

#include "hook.h"
#include "expected_counts.h"
#include "mix.h"
#include "pcap_write.h"

#define START_NS    1795000000000000000u /* the file does not depend on when it is made */
#define INTERVAL_NS 1000u

static void write_packets(FILE *file, const struct mix *mix, unsigned long count,
			  struct expected_counts *expected_counts)
{
	unsigned long written = 0;

	for (size_t i = 0; written < count; i = (i + 1) % mix->count) {
		const struct mix_packet *packet = &mix->packet[i];

		if (packet->tcp_at)
			continue;
		if (pcap_write(file, START_NS + written * INTERVAL_NS, packet->bytes,
			       packet->length) < 0)
			bench_failed("cannot write the packets");
		expected_counts_packets(expected_counts, &packet->expect, 1);
		written++;
	}
}

int main(int argc, char **argv)
{
	unsigned long count = argc >= 3 ? strtoul(argv[2], NULL, 10) : 0;
	struct expected_counts expected_counts = {0};
	struct mix mix;
	FILE *file;

	if (!count || argc > 4) {
		fputs("usage: write_mix FILE COUNT [EXPECTED]\n", stderr);
		return 2;
	}
	file = pcap_create(argv[1]);
	if (!file)
		bench_failed("cannot make %s", argv[1]);
	mix_build(&mix, MIX_HEALTHY, 1, NULL);
	write_packets(file, &mix, count, &expected_counts);
	if (fclose(file) == EOF)
		bench_failed("cannot write %s", argv[1]);
	if (argc == 4) {
		file = fopen(argv[3], "we");
		if (!file || expected_counts_print(&expected_counts, file) < 0 ||
		    fclose(file) == EOF)
			bench_failed("cannot write %s", argv[3]);
	}
	expected_counts_free(&expected_counts);
	mix_free(&mix);
	return 0;
}
