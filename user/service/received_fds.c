// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "service/received_fds.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/log.h"
#include "util/options.h"

/* More than any service manager hands over: the kernel's limit of descriptors of a process (NR_OPEN). */
#define COUNT_MAX (1024u * 1024u)

static void clear_variables(void)
{
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}

/* How many descriptors are for this process. */
static unsigned long read_count(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	unsigned long number, count;
	char why[OPTION_WHY_MAX];

	if (!pid || !fds || option_number(pid, 1, INT32_MAX, &number, why) < 0 ||
	    number != (unsigned long)getpid() || option_number(fds, 0, COUNT_MAX, &count, why) < 0)
		return 0;
	return count;
}

size_t received_fds_read(size_t max, void (*add)(void *context, char *name, int fd), void *context)
{
	unsigned long count = read_count(), beyond = 0;
	char *names = count ? getenv("LISTEN_FDNAMES") : NULL, *rest;
	size_t added = 0;

	names = names ? strdup(names) : NULL;
	rest = names;
	for (unsigned long i = 0; i < count; i++) {
		const char *name = rest ? strsep(&rest, ":") : "unknown";
		int fd = RECEIVED_FDS_FIRST + (int)i;
		char *copy;

		/* Descriptors come without gaps: behind the first that is not open there is none. */
		if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
			break;
		copy = added < max ? strdup(name) : NULL;
		if (copy) {
			add(context, copy, fd);
			added++;
		} else {
			close(fd);
			beyond++;
		}
	}
	if (beyond)
		log_warning("the service manager handed over more than %zu descriptors: %lu are "
			    "closed",
			    max, beyond);
	free(names);
	clear_variables();
	return added;
}
