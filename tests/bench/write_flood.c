// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * write_flood FILE COUNT: COUNT responses NXDOMAIN as a pcap file, each for a name of its own, of many
 * zones, servers and clients: sent within an interval they fill every list. The first has a QTYPE so rare that
 * the table of such is read.
 */
#include <stdio.h>
#include <stdlib.h>

#include "hook.h"
#include "message.h"
#include "packet.h"
#include "pcap_write.h"

#define INTERVAL_NS 1000u
#define ADDRESSES   65025u /* 255 * 255 */
#define ZONES       8192u
#define QTYPE_RARE  4711u /* unassigned */

static void write_one(FILE *file, unsigned long number, struct buf *msg, struct buf *out)
{
	unsigned int low = (unsigned int)(number % ADDRESSES);
	char name[64], server[32], client[32];
	struct frame frame = {.source = server, .destination = client};

	snprintf(name, sizeof(name), "host%lu.zone%lu.example", number, number % ZONES);
	snprintf(server, sizeof(server), "10.1.%u.%u", low / 255, low % 255);
	snprintf(client, sizeof(client), "10.2.%u.%u", low % 255, low / 255);
	message_begin(msg, 1, MSG_QR | MSG_RD | MSG_RA | 3);
	message_question(msg, name, number ? TYPE_A : QTYPE_RARE, CLASS_IN);
	message_opt(msg, 0, 0, 0);
	packet_build(out, &frame, msg->data, msg->length);
	if (pcap_write(file, number * INTERVAL_NS, out->data, out->length) < 0)
		bench_failed("cannot write the packets");
}

int main(int argc, char **argv)
{
	unsigned long count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	struct buf msg = {0}, out = {0};
	FILE *file;

	if (!count) {
		fputs("usage: write_flood FILE COUNT\n", stderr);
		return 2;
	}
	file = pcap_create(argv[1]);
	if (!file)
		bench_failed("cannot make %s", argv[1]);
	for (unsigned long i = 0; i < count; i++)
		write_one(file, i, &msg, &out);
	if (fclose(file) == EOF)
		bench_failed("cannot write %s", argv[1]);
	buf_free(&msg);
	buf_free(&out);
	return 0;
}
