/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A transport into a file: whole lines at its end, also when others write to it, move it or truncate it.
 */
#ifndef RCODEWATCH_TRANSPORT_FILE_H
#define RCODEWATCH_TRANSPORT_FILE_H

#include "sinks/sender.h"

struct transport_file {
	const char *path;
	int fd;    /* -1: not open */
	bool torn; /* the last line is there in part, and cannot be taken back */
	bool complained;
};

/*
 * Open @path, which stays the caller's, by trusted_open(), as the user that opens it again later. 0, or a
 * negative errno with the reason.
 */
int transport_file_open(struct transport_file *file, const char *path, char why[SINK_WHY_MAX]);
void transport_file_close(struct transport_file *file);

/* For a struct transport_file in sender->to. */
extern const struct transport_ops transport_file_ops;

#endif
