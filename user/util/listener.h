/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A socket that listens, of the internet or with a path: opening and closing it. */
#ifndef RCODEWATCH_LISTENER_H
#define RCODEWATCH_LISTENER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "util/options.h"

/* Plain bytes: may be copied. */
struct listen_address {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
	};
	socklen_t length;
	mode_t mode; /* of a UNIX socket */
	gid_t group; /* likewise, where set_group says so */
	bool set_group;
};

/* The UNIX socket at @path (@NAME: an abstract one), of mode 0660. 0 or -EINVAL with @why. */
int listen_address_unix(struct listen_address *address, const char *path, char why[OPTION_WHY_MAX]);

struct listener {
	int fd;
	dev_t dev; /* of the file of a UNIX socket, to remove that and no other */
	ino_t ino;
};

#define LISTENER_WHY_MAX 192

/*
 * Listen, without blocking. The file of a UNIX socket lies in a folder as trusted_path.h wants it; one that
 * nobody listens on any more is replaced, unless another user has the lock file beside it (.NAME.lock, there
 * for a moment); it has its mode from the beginning. Not to be called while other
 * threads make files: it changes the umask for a moment. 0, or a negative errno with the reason;
 * -EADDRINUSE: another one listens there.
 */
int listener_open(struct listener *listener, const struct listen_address *address,
		  char why[LISTENER_WHY_MAX]);
/*
 * Harmless if it is not open. Removes the file of a UNIX socket, if it still is ours and no other process has
 * the lock: it does not wait.
 */
void listener_close(struct listener *listener, const struct listen_address *address);

#endif
