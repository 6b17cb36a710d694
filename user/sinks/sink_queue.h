/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What waits for one receiver: whole messages, within a bound in bytes. One thread puts messages in
 * and never waits; another takes them out and keeps each until the receiver is known to have it, so
 * that it can be sent once more over a new connection. When there is no room the oldest that has not
 * been sent yet is lost, and counted: offered == delivered + lost + messages in the queue, always.
 */
#ifndef RCODEWATCH_SINK_QUEUE_H
#define RCODEWATCH_SINK_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sink_message {
	struct sink_message *next;
	uint64_t end; /* where it ended in the bytes written to the receiver */
	size_t size;
	bool refused; /* the receiver has it but will not keep it */
	char data[];
};

/* Numbers of messages since the start, but bytes. */
struct sink_counts {
	uint64_t offered, delivered, lost, queued;
	size_t bytes;  /* taken by what is queued */
	bool losing;   /* from the first loss until the queue is less than half full again */
	bool refusing; /* the last one lost was refused by the receiver: the queue had room */
};

struct sink_queue {
	pthread_mutex_t lock;
	struct sink_message *head, **end;
	struct sink_message *last_sent; /* those up to this one are with the receiver, maybe */
	size_t max;
	struct sink_counts counts;
};

/* @max in bytes, what it costs to keep a message included. 0 or a negative errno. */
int sink_queue_init(struct sink_queue *queue, size_t max);
/* Drops what is left, uncounted: sink_queue_abandon() comes before. */
void sink_queue_free(struct sink_queue *queue);

/* Put in a copy of @data; where memory is short it is lost. */
void sink_queue_push(struct sink_queue *queue, const void *data, size_t size);
/*
 * Put in the lines of @text, a message each with its newline. What follows the last newline is no
 * line and is left out.
 */
void sink_queue_push_lines(struct sink_queue *queue, const char *text, size_t size);

/* Forget those that have not been taken yet, as if they had never come: there is something newer. */
void sink_queue_supersede(struct sink_queue *queue);

/* Count @messages that could not even be put together. */
void sink_queue_lose(struct sink_queue *queue, uint64_t messages);

/* The oldest message that has not been taken yet, or NULL. It stays valid until it is settled. */
struct sink_message *sink_queue_next(struct sink_queue *queue);
/* @message was written; its last byte was number @end of all those written to this receiver. */
void sink_queue_sent(struct sink_queue *queue, struct sink_message *message, uint64_t end);
/* The sent message that ended at @end will not be delivered by sending it again: settled, it is lost. */
void sink_queue_refuse(struct sink_queue *queue, uint64_t end);
/*
 * The receiver has the first @acked bytes: those messages are delivered, but those refused. How many
 * were delivered.
 */
uint64_t sink_queue_ack(struct sink_queue *queue, uint64_t acked);
/* All that is not settled is to be taken again. */
void sink_queue_rewind(struct sink_queue *queue);
/* All that is not settled is lost. */
void sink_queue_abandon(struct sink_queue *queue);

struct sink_counts sink_queue_counts(struct sink_queue *queue);

#endif
