// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * write_advice DIR: a capture file for each advice that reports can give, called as that is, and some,
 * called silent-*, in which the same codes come in a way that says nothing. All have ten seconds of
 * healthy traffic beneath, 400 responses a second.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "mix.h"
#include "packet.h"
#include "pcap_write.h"
#include "util/clock.h"

#define START_NS UINT64_C(1795000000000000000)
#define PACKETS  4000u
#define STEP_NS  UINT64_C(2500000)
#define NO_EDE   (-1)

enum authority { NOTHING, SOA, NS };

/* What is wrong in a file: some responses of every thousand. */
struct trouble {
	const char *name;
	unsigned int rcode;
	int ede;
	enum authority authority;
	const char *zone;                    /* with a %u that counts to @zones, or without */
	unsigned int zones, servers, names;  /* how many of each take turns */
	unsigned int per_mille;              /* of all responses */
	unsigned int from_second, to_second; /* 0, 0: always */
	unsigned int flags;                  /* of the header, beside the usual */
};

#define SIGNED "shop.example"
#define MANY   "trouble%u.example"
/* Quotes, an option's hyphen, a command, a blank and a semicolon: all may be in a label. */
#define HOSTILE "-a'\\032$(touch\\032pwned)`touch\\032pwned`;touch\\032pwned'.example"

static const struct trouble troubles[] = {
	{"expired-signatures", 2, 7, NOTHING, SIGNED, 1, 4, 50, 300, 0, 0, 0},
	{"signatures-not-yet-valid", 2, 8, NOTHING, SIGNED, 1, 4, 50, 50, 0, 0, 0},
	{"key-mismatch", 2, 9, NOTHING, SIGNED, 1, 4, 50, 50, 0, 0, 0},
	{"dnssec-bogus", 2, 6, NOTHING, SIGNED, 1, 4, 50, 50, 0, 0, 0},
	{"unreachable-authority", 2, 22, NOTHING, SIGNED, 1, 4, 50, 100, 0, 0, 0},
	{"refusing-server", 5, NO_EDE, NOTHING, MANY, 60, 1, 3, 50, 0, 0, 0},
	{"not-authoritative", 5, 20, NOTHING, MANY, 60, 1, 3, 50, 0, 0, 0},
	{"lame-referrals", 0, NO_EDE, NS, MANY, 60, 4, 3, 980, 0, 0, 0},
	{"random-names", 3, NO_EDE, SOA, "victim.example", 1, 4, PACKETS, 300, 0, 0, 0},
	{"truncation", 0, NO_EDE, NOTHING, MANY, 60, 4, 3, 100, 0, 0, MSG_TC},
	{"edns-format-errors", 1, NO_EDE, NOTHING, MANY, 60, 1, 3, 50, 0, 0, 0},
	{"edns-version", 16, NO_EDE, NOTHING, MANY, 60, 4, 3, 20, 0, 0, 0},
	{"cookie-storm", 23, NO_EDE, NOTHING, MANY, 60, 4, 3, 100, 0, 0, 0},

	{"silent-healthy", 0, NO_EDE, NOTHING, MANY, 60, 4, 3, 0, 0, 0, 0},
	{"silent-expired-in-many-zones", 2, 7, NOTHING, MANY, 60, 4, 3, 300, 0, 0, 0},
	{"silent-few-expired", 2, 7, NOTHING, SIGNED, 1, 4, 3, 4, 0, 0, 0},
	{"silent-unreachable-here-and-there", 2, 23, NOTHING, MANY, 60, 4, 3, 100, 0, 0, 0},
	{"silent-refused-by-many", 5, NO_EDE, NOTHING, MANY, 60, 60, 3, 100, 0, 0, 0},
	{"silent-some-referrals", 0, NO_EDE, NS, MANY, 60, 4, 3, 700, 0, 0, 0},
	{"silent-few-names", 3, NO_EDE, SOA, "victim.example", 1, 4, 30, 300, 0, 0, 0},
	{"silent-typos-at-the-root", 3, NO_EDE, SOA, "", 1, 4, PACKETS, 300, 0, 0, 0},
	{"silent-typos-of-domains", 3, NO_EDE, SOA, "example", 1, 4, PACKETS, 300, 0, 0, 0},
	{"silent-some-truncated", 0, NO_EDE, NOTHING, MANY, 60, 4, 3, 20, 0, 0, MSG_TC},
	{"silent-format-errors-of-many", 1, NO_EDE, NOTHING, MANY, 60, 60, 3, 50, 0, 0, 0},
	{"silent-few-versions", 16, NO_EDE, NOTHING, MANY, 60, 4, 3, 3, 0, 0, 0},
	{"silent-random-nodata", 0, NO_EDE, SOA, "signed.example", 1, 4, PACKETS, 300, 0, 0, 0},
	{"silent-some-cookies", 23, NO_EDE, NOTHING, MANY, 60, 4, 3, 20, 0, 0, 0},

	{"hostile", 2, 7, NOTHING, HOSTILE, 1, 4, 50, 300, 0, 0, 0},
	{"later", 2, 7, NOTHING, SIGNED, 1, 4, 50, 300, 3, 7, 0},
};

static void put_message(struct buf *msg, const struct trouble *trouble, unsigned int n)
{
	char zone[128], name[160];

	if (strstr(trouble->zone, "%u"))
		snprintf(zone, sizeof(zone), MANY, n % trouble->zones);
	else
		snprintf(zone, sizeof(zone), "%s", trouble->zone);
	snprintf(name, sizeof(name), "h%u.%s", n * 7919u % trouble->names, zone);
	message_begin(msg, n, MSG_QR | MSG_RA | trouble->flags | (trouble->rcode & 15));
	message_question(msg, name, TYPE_A, CLASS_IN);
	if (trouble->authority == SOA)
		message_soa(msg, SECTION_AUTHORITY, zone);
	else if (trouble->authority == NS)
		message_ns(msg, SECTION_AUTHORITY, zone, "ns.elsewhere.example");
	if (trouble->ede != NO_EDE)
		message_ede(msg, message_opt(msg, 0, 0, 0), (unsigned int)trouble->ede, "");
	else if (trouble->rcode != 1) /* who fails on EDNS does not send it */
		message_opt(msg, trouble->rcode >> 4, 0, 0);
}

static bool is_trouble(const struct trouble *trouble, unsigned int packet)
{
	unsigned int second = (unsigned int)(packet * STEP_NS / NS_PER_S);

	if (trouble->to_second && (second < trouble->from_second || second >= trouble->to_second))
		return false;
	/* Evenly: the k-th of the file is where k of a thousand are reached. */
	return packet * trouble->per_mille / 1000 != (packet + 1) * trouble->per_mille / 1000;
}

static int write_file(const char *dir, const struct trouble *trouble, const struct mix *healthy)
{
	struct buf msg = {0}, frame = {0};
	unsigned int n = 0;
	char path[4096];
	FILE *file;
	int failed;

	snprintf(path, sizeof(path), "%s/%s.pcap", dir, trouble->name);
	file = pcap_create(path);
	failed = !file;
	for (unsigned int i = 0; i < PACKETS && !failed; i++) {
		const struct mix_packet *packet = &healthy->packet[i % healthy->count];
		uint64_t ns = START_NS + i * STEP_NS;
		char server[64];
		struct frame around = {.source = server, .destination_port = 1024};

		if (!is_trouble(trouble, i)) {
			failed = pcap_write(file, ns, packet->bytes, packet->length);
			continue;
		}
		snprintf(server, sizeof(server), "198.18.0.%u", 1 + n % trouble->servers);
		put_message(&msg, trouble, n++);
		packet_build(&frame, &around, msg.data, msg.length);
		failed = pcap_write(file, ns, frame.data, frame.length);
	}
	if ((file && fclose(file)) || failed)
		fprintf(stderr, "write_advice: cannot write %s: %s\n", path, strerror(errno));
	buf_free(&msg);
	buf_free(&frame);
	return failed;
}

int main(int argc, char **argv)
{
	struct mix healthy;
	int failed = 0;

	if (argc != 2) {
		fputs("Usage: write_advice DIR\n", stderr);
		return 2;
	}
	mix_build(&healthy, MIX_HEALTHY, 1, NULL);
	for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]) && !failed; i++)
		failed = write_file(argv[1], &troubles[i], &healthy);
	mix_free(&healthy);
	return failed;
}
