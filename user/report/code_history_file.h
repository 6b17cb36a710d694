/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A history of codes as the bytes of a file, whose format code_history_file.c describes. Nothing here opens a
 * file; what is read may be damaged or made by an enemy.
 */
#ifndef RCODEWATCH_CODE_HISTORY_FILE_H
#define RCODEWATCH_CODE_HISTORY_FILE_H

#include <stdio.h>

#include "report/code_history.h"

#define CODE_HISTORY_VERSION  1u
#define CODE_HISTORY_FILE_MAX (160u << 20) /* no history has more bytes */

/* All of @history, in *@data of *@size bytes, which free() takes. 0 or -ENOMEM. */
int code_history_encode(const struct code_history *history, char **data, size_t *size);

/*
 * Put what the file of @size bytes has into @history, which is empty. 0; -EBADMSG: it is no such file, damaged, or
 * of another version; -ENOMEM. @history is empty after an error.
 */
int code_history_decode(struct code_history *history, const uint8_t *data, size_t size);
/* The same for what follows the header, whose checksum nobody looks at. */
int code_history_decode_rows(struct code_history *history, const uint8_t *data, size_t size);

#endif
