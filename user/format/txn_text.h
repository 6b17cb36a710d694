/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Transactions as text: what rows stand for, and the lines of a page. */
#ifndef RCODEWATCH_TXN_TEXT_H
#define RCODEWATCH_TXN_TEXT_H

#include "format/top_text.h"
#include "report/transactions.h"

/* The address, or the name as top_row_text() has it, of a row. Gives @text. */
const char *txn_server_text(const struct txn_row *row, char text[static TOP_TEXT_SIZE]);
const char *txn_zone_text(const struct txn_row *row, char text[static TOP_TEXT_SIZE]);
/* Of which kind it is. */
const char *txn_row_text(const struct txn_row *row, char text[static TOP_TEXT_SIZE]);
/* "address" or "name": what that text is called in JSON. */
const char *txn_row_key(const struct txn_row *row);
/* As they are called in JSON. */
extern const char *const txn_list_names[TXN_LIST_COUNT];

#endif
