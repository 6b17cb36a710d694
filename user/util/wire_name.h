/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Names that people write, as they are in packets. */
#ifndef RCODEWATCH_WIRE_NAME_H
#define RCODEWATCH_WIRE_NAME_H

#include <stddef.h>
#include <stdint.h>

#include "dns_wire.h"

/*
 * Write the name of @length bytes at @text, UTF-8 with or without a final dot, to @wire: labels with
 * their lengths, A to Z as a to z, other scripts by punycode_label(), the root label last. "." is the
 * root. Gives the length; 0 if it is no name.
 */
size_t wire_name(const char *text, size_t length, uint8_t wire[DNS_NAME_MAX]);

#endif
