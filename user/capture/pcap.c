// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture/pcap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture/pcap_parts.h"

static const char *stream_words(const struct pcap_source *source)
{
	return source->input.decoder ? " of the decompressed data" : "";
}

int source_broken(struct pcap_source *source, const char *format, ...)
{
	int used = snprintf(source->why, sizeof(source->why),
			    "byte %" PRIu64 "%s: ", source->block_at, stream_words(source));
	va_list args;

	va_start(args, format);
	vsnprintf(source->why + used, sizeof(source->why) - (size_t)used, format, args);
	va_end(args);
	return -EBADMSG;
}

int source_refuse(struct pcap_source *source, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(source->why, sizeof(source->why), format, args);
	va_end(args);
	return err;
}

int source_cut(struct pcap_source *source, int got, const char *what)
{
	uint64_t end;

	if (got < 0)
		return source_refuse(source, got, "%s", source->input.why);
	end = input_offset(&source->input) + input_left(&source->input);
	return source_refuse(source, -EBADMSG,
			     "it ends at byte %" PRIu64
			     "%s, within the %s that begins at byte %" PRIu64 ": it was cut off",
			     end, stream_words(source), what, source->block_at);
}

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
