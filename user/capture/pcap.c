// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture/pcap.h"

#include <errno.h>
#include <stdlib.h>

#include "capture/pcap_parts.h"

static int read_header(struct pcap_source *source)
{
	struct input *input = &source->input;
	int got = input_need(input, 4);
	uint32_t magic;

	if (got == 0 && input_left(input) == 0)
		return source_refuse(source, -ENODATA, "it is empty%s",
				     input->decoder ? " when decompressed" : "");
	if (got <= 0)
		return source_cut(source, got, "file header");
	memcpy(&magic, input->at, sizeof(magic));
	if (magic == PCAPNG_SECTION)
		return pcapng_open(source);
	if (classic_magic(magic))
		return classic_open(source);
	return source_refuse(source, -EPROTONOSUPPORT,
			     "it is neither pcap nor pcapng: it begins with the bytes "
			     "%02x %02x %02x %02x",
			     input->at[0], input->at[1], input->at[2], input->at[3]);
}

int pcap_open(struct pcap_source *source, const char *path, const volatile int *stop)
{
	int err;

	*source = (struct pcap_source){.why = ""};
	err = input_open(&source->input, path, stop);
	if (err)
		return source_refuse(source, err, "%s", source->input.why);
	err = read_header(source);
	if (err)
		pcap_close(source);
	return err;
}

void pcap_close(struct pcap_source *source)
{
	input_close(&source->input);
	free(source->interface);
	source->interface = NULL;
	source->interfaces = source->interface_room = 0;
}
