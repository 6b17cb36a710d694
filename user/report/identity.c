// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/identity.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/random.h"

int identity_make(struct identity *identity)
{
	unsigned char r[16];
	int err;

	if (gethostname(identity->host, sizeof(identity->host)) < 0)
		identity->host[0] = '\0';
	identity->host[sizeof(identity->host) - 1] = '\0';
	identity->host[strcspn(identity->host, ".")] = '\0';

	err = random_bytes(r, sizeof(r));
	if (err)
		return err;
	r[6] = (unsigned char)(0x40 | (r[6] & 0x0f)); /* version 4 */
	r[8] = (unsigned char)(0x80 | (r[8] & 0x3f)); /* variant 10 */
	snprintf(identity->instance, sizeof(identity->instance),
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", r[0], r[1],
		 r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14],
		 r[15]);
	return 0;
}
