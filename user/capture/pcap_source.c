// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture/pcap_source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

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
