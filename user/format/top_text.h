/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What rows of lists stand for, as text. */
#ifndef RCODEWATCH_TOP_TEXT_H
#define RCODEWATCH_TOP_TEXT_H

#include "toplist/top_list.h"

/* The longest name, each of its bytes as \DDD, with a NUL. */
#define TOP_TEXT_SIZE (TOP_NAME_MAX * 4 + 1)

/*
 * The name or address of @row: a name without the final dot, the root as ".", with `.` and `\` inside
 * a label after a backslash and all that is not printable ASCII as \DDD (RFC 1035 section 5.1, RFC
 * 4343 section 2.1); an address with its length behind a slash if @bits, of its family, are not all.
 * Gives @text.
 */
const char *top_row_text(const struct top_row *row, enum top_dimension dimension,
			 const uint8_t bits[FAMILY_COUNT], char text[static TOP_TEXT_SIZE]);

/* The same of a name as on the wire, in lower case and without compression. */
const char *top_name_text(const uint8_t *name, char text[static TOP_TEXT_SIZE]);

/* "soa" or "psl": what a zone was known by. */
const char *top_zone_source(const struct top_row *row);

#endif
