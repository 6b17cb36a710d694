/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is wrong, of alerts and advice together, in front of the pages of a batch. For text_report.c. */
#ifndef RCODEWATCH_TEXT_PROBLEMS_H
#define RCODEWATCH_TEXT_PROBLEMS_H

#include "format/formatter.h"
#include "format/text_page.h"
#include "report/usual.h"

/*
 * In words, with who is to blame and the command to type, the worst first: page->shown_max at most, and how many more there are. Behind them alerts
 * that have just ended. 0 or -ENOMEM.
 */
int page_put_problems(const struct page *page, const struct text_formatter *formatter,
		      const struct report *const *reports, size_t count);

/* With which time codes of the batch are compared. */
struct usual_window text_window(const struct text_formatter *formatter,
				const struct report *const *reports, size_t count);

#endif
