/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is under way, and the servers and zones that do not answer, as the bytes of a file, whose format alerts_file.c describes: for
 * the next process. Nothing here opens a file; what is read may be damaged or made by an enemy.
 */
#ifndef RCODEWATCH_ALERTS_FILE_H
#define RCODEWATCH_ALERTS_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/alerts_state.h"

#define ALERTS_FILE_VERSION 1u
#define ALERTS_FILE_MAX     (1u << 20) /* no file has more bytes */

/* Of @alerts, which have looked at an evaluation: in *@data of *@size bytes, which free() takes. 0 or -ENOMEM. */
int alerts_encode(const struct alerts *alerts, char **data, size_t *size);

/*
 * Put what the file of @size bytes has into @alerts, which have not looked at anything yet. 0; -EBADMSG: it is no such file, damaged, or
 * of another version, and @alerts are as they were. Alerts of rules that this program does not have are left out.
 */
int alerts_decode(struct alerts *alerts, const uint8_t *data, size_t size);
/* The same for what follows the header, whose checksum nobody looks at. */
int alerts_decode_rows(struct alerts *alerts, const uint8_t *data, size_t size);

#endif
