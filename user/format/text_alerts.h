/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Alerts in words, in front of the pages of a batch. For text_report.c. */
#ifndef RCODEWATCH_TEXT_ALERTS_H
#define RCODEWATCH_TEXT_ALERTS_H

#include "analysis/alert.h"
#include "format/text_page.h"

/*
 * What is wrong, with the command to type, those first that matter most: page->shown_max at most, and how many more there are.
 * Advice is left out, as the pages say it.
 */
void page_put_alerts(const struct page *page, const struct alert *alerts, size_t count);

#endif
