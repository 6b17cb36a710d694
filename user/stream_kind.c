// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "stream_kind.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"

static struct sink_stream *stream_of(const struct sink *sink)
{
	return sink->state;
}

int stream_kind_start(struct sink *sink)
{
	int err = stream_start(stream_of(sink));

	if (err)
		log_error("cannot start sink %s: %s", sink->spec->name, strerror(-err));
	return err;
}

void stream_kind_reopen(struct sink *sink)
{
	stream_reopen(stream_of(sink));
}

void stream_kind_status(const struct sink *sink, struct sink_status *status)
{
	stream_status(stream_of(sink), status);
}

void stream_kind_stop(struct sink *sink, long long until_ns)
{
	stream_stop(stream_of(sink), until_ns);
}

void stream_kind_join(struct sink *sink)
{
	stream_join(stream_of(sink));
}

void *stream_kind_release(struct sink *sink)
{
	struct sink_stream *stream = stream_of(sink);

	sink->state = NULL;
	if (stream->hung)
		return NULL;
	stream_free(stream);
	return stream;
}

void stream_kind_lines(struct sink *sink, void (*put)(FILE *out, const void *what),
		       const void *what)
{
	struct sink_stream *stream = stream_of(sink);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	bool failed = !out;

	if (out) {
		put(out, what);
		failed = ferror(out);
		failed |= fclose(out) != 0;
	}
	if (failed)
		sink_queue_lose(&stream->queue, 1);
	else
		sink_queue_push_lines(&stream->queue, text, size);
	free(text);
	stream_wake(stream);
}
