/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From what is on the wire to the guide's numbering (CATALOG_GUIDE), which is no standard. A
 * translation for people who work with that table; nothing in rcodewatch depends on it.
 */
#ifndef RCODEWATCH_GUIDE_H
#define RCODEWATCH_GUIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GUIDE_NO_EDE    (-1)
#define GUIDE_ANY_RCODE (-1)

struct guide_mapping {
	int32_t rcode; /* GUIDE_ANY_RCODE: whatever the RCODE is */
	int32_t ede;   /* info code; GUIDE_NO_EDE: whatever there is */
	bool nodata;   /* only an answer without data (RFC 2308 section 2.2) */
	uint16_t code; /* the guide's */
	const char *why;
};

/* All mappings, RCODEs first; static storage. Writes their number to @count. */
const struct guide_mapping *guide_mappings(size_t *count);

/*
 * The mapping for a response with @rcode, its first Extended DNS Error @ede (or GUIDE_NO_EDE), and
 * @nodata set if it is a NODATA answer. The most specific wins: RCODE with EDE, EDE alone, NODATA,
 * RCODE alone. NULL where no meaning of the guide's matches.
 */
const struct guide_mapping *guide_map(uint16_t rcode, int32_t ede, bool nodata);

#endif
