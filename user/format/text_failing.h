/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One zone or this host: a line of a page for each code. For text_report.c alone. */
#ifndef RCODEWATCH_TEXT_FAILING_H
#define RCODEWATCH_TEXT_FAILING_H

#include "format/text_page.h"

/* Write them, of codes that are frequent enough, below the table of codes. */
void page_put_failing(const struct page *page);

#endif
