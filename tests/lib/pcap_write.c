// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "pcap_write.h"
#include "util/clock.h"

/* draft-ietf-opsawg-pcap: the file's header and a packet's. */
struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy, snap_length, link_type;
};

struct packet_header {
	uint32_t seconds, microseconds, captured, length;
};

#define LINKTYPE_ETHERNET 1u

FILE *pcap_create(const char *path)
{
	const struct file_header header = {
		.magic = 0xa1b2c3d4,
		.major = 2,
		.minor = 4,
		.snap_length = 262144,
		.link_type = LINKTYPE_ETHERNET,
	};
	FILE *file = fopen(path, "wbe");

	if (file && fwrite(&header, sizeof(header), 1, file) != 1) {
		fclose(file);
		return NULL;
	}
	return file;
}

int pcap_write(FILE *file, uint64_t ns, const void *frame, size_t length)
{
	const struct packet_header header = {
		.seconds = (uint32_t)(ns / NS_PER_S),
		.microseconds = (uint32_t)(ns % NS_PER_S / 1000u),
		.captured = (uint32_t)length,
		.length = (uint32_t)length,
	};

	if (fwrite(&header, sizeof(header), 1, file) != 1 ||
	    (length && fwrite(frame, length, 1, file) != 1))
		return -1;
	return 0;
}
