/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Queries and their responses of a side as a syslog record: docs/syslog.md has its fields. */
#ifndef RCODEWATCH_SYSLOG_TRANSACTIONS_H
#define RCODEWATCH_SYSLOG_TRANSACTIONS_H

#include "report/transactions.h"
#include "sinks/syslog/syslog_record.h"

/* MSGID TRANSACTIONS. */
void syslog_transactions(struct syslog_record *record, const struct txn_report *report);

#endif
