/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A stream into a file: whole lines at its end, also when others write to it, move it or truncate it.
 */
#ifndef RCODEWATCH_TRANSPORT_FILE_H
#define RCODEWATCH_TRANSPORT_FILE_H

#include "sinks/sender.h"

struct stream_file {
	const char *path;
	int fd;    /* -1: not open */
	bool torn; /* a line could only be written in part, and not be taken back */
	bool complained;
};

/*
 * Open @path, which stays the caller's, by trusted_open(), as the user that opens it again later. 0, or a
 * negative errno with the reason.
 */
int stream_file_open(struct stream_file *file, const char *path, char why[SINK_WHY_MAX]);
void stream_file_close(struct stream_file *file);

/* For a struct stream_file in stream->to. */
extern const struct transport_ops stream_file_ops;

#endif
