/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The attacher's side: it believes nothing that a request says, and does one after the other. Beside requests it reads nothing
 * but what the kernel says, and it writes nothing but answers.
 */
#ifndef RCODEWATCH_ATTACHER_SERVE_H
#define RCODEWATCH_ATTACHER_SERVE_H

#include "attacher/programs.h"

struct server {
	int socket;
	int folder; /* of pins; negative: none */
	struct loaded loaded;
	struct objects *rest; /* to be loaded later; NULL: nothing is */
	bool became, has_loaded;
	bool finished; /* it attaches no more */
	bool ended;
};

/*
 * Whether @request, with @fds descriptors, is one that this server does now: each field is in its range. It looks at nothing
 * else, and changes nothing. 0, -EINVAL for a field, -EPERM for one out of its turn.
 */
int server_check(const struct server *server, const struct attacher_request *request, size_t fds);

/* Answer until the other end is closed, or all is attached and nothing is left to do. */
void server_run(int socket);

#endif
