/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Names of DNS record and query types. */
#ifndef RCODEWATCH_QTYPES_H
#define RCODEWATCH_QTYPES_H

#include <stdint.h>

/* The static name of @type, "AAAA"; NULL if it has none. */
const char *catalog_qtype(uint16_t type);

/*
 * @name, which catalog_qtype() gave for @type, or "TYPE65280" (RFC 3597 section 5) in @buf, which must live as
 * long as the result is used.
 */
const char *catalog_qtype_text(const char *name, uint16_t type, char buf[static 16]);

/*
 * "A", "AAAA", "ANY"..., or "TYPE65280" for a type without a name (RFC 3597 section 5). Returns
 * static storage or @buf, which must live as long as the result is used.
 */
const char *catalog_qtype_name(uint16_t type, char buf[static 16]);

#endif
