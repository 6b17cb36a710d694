/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The log by a queue and a thread, as sinks have them: a standard error that takes nothing holds up nobody
 * who logs. What the queue has no room for is counted, and said when standard error takes something again.
 */
#ifndef RCODEWATCH_LOG_SENDER_H
#define RCODEWATCH_LOG_SENDER_H

/* After privileges are dropped. 0 or a negative errno, logged. */
int log_sender_start(void);
/* Give what is queued a second; messages are written directly then. Harmless if it was not started. */
void log_sender_stop(void);

#endif
