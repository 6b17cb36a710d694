/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Labels of other scripts as they are in packets: "xn--" and Punycode (RFC 3492, RFC 5890). */
#ifndef RCODEWATCH_PUNYCODE_H
#define RCODEWATCH_PUNYCODE_H

#include <stddef.h>
#include <stdint.h>

#include "dns_wire.h"

/*
 * Write the label of @length bytes of UTF-8 at @text to @label: as it is if it is ASCII, else with
 * "xn--". Nothing is normalised: lists of names are. Gives the length of the label, 1 to 63; 0 if
 * @text is no UTF-8, empty or too long.
 */
size_t punycode_label(const char *text, size_t length, uint8_t label[DNS_LABEL_MAX]);

#endif
