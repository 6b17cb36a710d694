/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What kinds of sinks with a sender have in common: for their struct sink_kind. sink->state is a
 * pointer to a struct whose first member is a struct sender.
 */
#ifndef RCODEWATCH_SENDER_SINK_H
#define RCODEWATCH_SENDER_SINK_H

#include <stdio.h>

#include "sinks/sender.h"

int sender_sink_start(struct sink *sink);
void sender_sink_reopen(struct sink *sink);
void sender_sink_status(const struct sink *sink, struct sink_status *status);
void sender_sink_stop(struct sink *sink, long long until_ns);
void sender_sink_join(struct sink *sink);
/*
 * Free the sender and forget sink->state, which is given back to be freed; NULL if the thread hangs
 * and still has it.
 */
void *sender_sink_release(struct sink *sink);

/* Writes lines about something; errors are the stream's. */
typedef void sender_put(FILE *out, const void *what);

/* A struct report as one line, as rows; a struct txn_report likewise; a struct event; a struct alert. */
sender_put sender_put_report, sender_put_rows, sender_put_transactions, sender_put_transaction_rows,
	sender_put_event, sender_put_alert;

/*
 * Have @put write lines about @what into memory: text of *@size bytes, with a NUL behind it, to be
 * freed. NULL where memory is short: that is counted, as one message lost.
 */
char *sender_sink_text(struct sink *sink, sender_put *put, const void *what, size_t *size);
/* The same, and each of the lines into the queue. */
void sender_sink_lines(struct sink *sink, sender_put *put, const void *what);

#endif
