/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How the files of the state directory begin: eight letters, the last a newline, then in little-endian order the version
 * (4 bytes), the CRC-32 of what follows the header (4) and its length (8).
 */
#ifndef RCODEWATCH_STATE_HEADER_H
#define RCODEWATCH_STATE_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATE_HEADER_SIZE 24u

/* Fill in the header of the @size bytes at @data, which it is part of. */
void state_header_put(char *data, size_t size, const char *magic, uint32_t version);
/* Whether the @size bytes at @data are a whole file of that kind and version, undamaged. */
bool state_header_is_right(const uint8_t *data, size_t size, const char *magic, uint32_t version);

#endif
