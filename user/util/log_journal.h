/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Messages of the log as entries of the journal, with a priority and fields, where standard error goes there
 * anyway ($JOURNAL_STREAM of systemd.exec(5)). What the journal does not take at once goes to standard error: nothing is
 * lost, and nobody waits.
 */
#ifndef RCODEWATCH_LOG_JOURNAL_H
#define RCODEWATCH_LOG_JOURNAL_H

/* Before system calls are filtered and before there are other threads. Without a journal nothing changes. */
void log_journal_open(void);

#endif
