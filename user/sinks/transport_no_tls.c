// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Built without GnuTLS. */
#ifndef HAVE_GNUTLS

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "sinks/transport_tls.h"

/* stream_tls_open() fails: nobody gets to them. */
const struct transport_ops stream_tls_ops = {.open = NULL};

int stream_tls_open(struct stream_tls *tls, const struct tls_settings *settings,
		    char why[SINK_WHY_MAX])
{
	(void)tls;
	(void)settings;
	snprintf(why, SINK_WHY_MAX, "built without TLS");
	return -ENOSYS;
}

void stream_tls_close(struct stream_tls *tls)
{
	(void)tls;
}

const char *stream_tls_version(void)
{
	return NULL;
}

#endif
