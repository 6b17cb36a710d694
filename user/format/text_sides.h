/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Both sides at a glance, in front of the pages of a batch. For text_report.c. */
#ifndef RCODEWATCH_TEXT_SIDES_H
#define RCODEWATCH_TEXT_SIDES_H

#include "format/formatter.h"
#include "format/text_page.h"

/* Host, interfaces and time, and a line for each side; nothing where directions are not told apart. */
void page_put_sides(const struct page *page, const struct text_formatter *formatter,
		    const struct report *const *reports, size_t count);

#endif
