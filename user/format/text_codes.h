/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The tables of codes of a page: for the text_*.c files alone. */
#ifndef RCODEWATCH_TEXT_CODES_H
#define RCODEWATCH_TEXT_CODES_H

#include "format/text_page.h"

/*
 * Whether the table of RCODEs has a line for that of the report: it came in the interval, or it is NOERROR,
 * SERVFAIL, NXDOMAIN or REFUSED, which always have one.
 */
bool page_has_rcode(const struct report_rcode *row);

/* Write the table of RCODEs, and an empty line behind it. */
void page_put_rcodes(const struct page *page);
/* The table of Extended DNS Errors; nothing if there are none. */
void page_put_edes(const struct page *page);

#endif
