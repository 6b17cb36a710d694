/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The attacks of a page: for text_report.c alone. */
#ifndef RCODEWATCH_TEXT_ATTACKS_H
#define RCODEWATCH_TEXT_ATTACKS_H

#include "format/text_page.h"

/* Write those of the report, and an empty line behind them; nothing if there are none. */
void page_put_attacks(const struct page *page);

#endif
