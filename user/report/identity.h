/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who is reporting. */
#ifndef RCODEWATCH_IDENTITY_H
#define RCODEWATCH_IDENTITY_H

struct identity {
	char host[256];    /* the node name up to the first dot */
	char instance[37]; /* a random UUID (RFC 9562 section 5.4) that names one set of maps */
};

/* 0 or a negative errno, logged. */
int identity_make(struct identity *identity);

#endif
