/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The advice of a page: for text_report.c alone. */
#ifndef RCODEWATCH_TEXT_ADVICE_H
#define RCODEWATCH_TEXT_ADVICE_H

#include "format/text_page.h"

/* Write that of the report, and an empty line behind it; nothing if there is none. */
void page_put_advice(const struct page *page);

#endif
