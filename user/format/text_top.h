/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The top lists of a page: for text_report.c alone. */
#ifndef RCODEWATCH_TEXT_TOP_H
#define RCODEWATCH_TEXT_TOP_H

#include "format/text_page.h"

/*
 * Write the lists of the report in at most @lines lines, 0: as many as they need. A list has a row at
 * least; where there is no room for all, the first ones (zones, names) are written.
 */
void page_put_top(const struct page *page, size_t lines);

#endif
