/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a page says of responses beside their codes, and of what was not counted: for text_report.c alone. */
#ifndef RCODEWATCH_TEXT_DETAILS_H
#define RCODEWATCH_TEXT_DETAILS_H

#include "format/text_page.h"

/* Write all that, and an empty line behind it. */
void page_put_details(struct page *page);

#endif
