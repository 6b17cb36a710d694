/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The guide's numbers of a page: for text_report.c alone. */
#ifndef RCODEWATCH_TEXT_GUIDE_H
#define RCODEWATCH_TEXT_GUIDE_H

#include "format/text_page.h"

/*
 * Write a table of the codes in the report that the guide has a number for, and an empty line behind
 * it; nothing if there are none or the report is not to have them.
 */
void page_put_guide(const struct page *page);

#endif
