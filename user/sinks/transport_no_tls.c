// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Built without GnuTLS. */
#ifndef HAVE_GNUTLS

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "sinks/transport_tls.h"

/* transport_tls_open() fails: nobody gets to them. */
const struct transport_ops transport_tls_ops = {.open = NULL};

int transport_tls_open(struct transport_tls *tls, const struct tls_settings *settings,
		       char why[SINK_WHY_MAX])
{
	(void)tls;
	(void)settings;
	snprintf(why, SINK_WHY_MAX, "built without TLS");
	return -ENOSYS;
}

void transport_tls_close(struct transport_tls *tls)
{
	(void)tls;
}

const char *transport_tls_version(void)
{
	return NULL;
}

#endif
