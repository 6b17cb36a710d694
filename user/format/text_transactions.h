/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The transactions of a batch, by side, in front of its pages. For text_report.c. */
#ifndef RCODEWATCH_TEXT_TRANSACTIONS_H
#define RCODEWATCH_TEXT_TRANSACTIONS_H

#include "format/text_page.h"
#include "report/transactions.h"

/* Of sides that nothing was seen of, nothing. */
void page_put_transactions(struct page *page, const struct txn_report *reports, size_t sides);

#endif
