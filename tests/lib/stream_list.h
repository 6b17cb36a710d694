/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How the files of stream scenarios add to the list; only they include this. */
#ifndef RCODEWATCH_TESTS_STREAM_LIST_H
#define RCODEWATCH_TESTS_STREAM_LIST_H

#include "case_list.h"
#include "streams.h"

/* A DNS message with what it must be counted as. */
struct stream_message {
	const char *name; /* of the case it is from */
	struct buf bytes; /* without the length prefix */
	struct expect expect;
};

/* The messages of all cases of a whole response over UDP and IPv4, malformed ones too. */
const struct stream_message *stream_messages(size_t *count);
/* The one of the case of that name; aborts if there is none. */
const struct stream_message *stream_message_of(const char *name);

/* One way of a connection, from port 53 to the client. */
struct stream {
	unsigned int family; /* 4 or 6 */
	uint16_t client_port;
	const char *source, *destination; /* as in struct frame */
	uint32_t next;                    /* sequence number of the next byte to be sent */
};

/* Start a scenario. What it gives is valid until the next is started. */
struct scenario *scenario_new(const char *name);
/* A stream over IPv4 to a client port that no other stream has, beginning at @sequence. */
struct stream stream_new(uint32_t sequence);

/* Add any frame; @gso_size as in struct scenario_frame. */
void scenario_frame(struct scenario *s, const struct frame *frame, const void *payload,
		    size_t length, unsigned int gso_size);
/* Add a segment of @stream at @sequence; @flags are TCP's. The stream's next byte stays as it is. */
void stream_segment(struct scenario *s, const struct stream *stream, uint32_t sequence,
		    unsigned int flags, const void *payload, size_t length);
/* SYN-ACK, which takes one sequence number. */
void stream_open(struct scenario *s, struct stream *stream);
/* Send @length bytes in one segment. */
void stream_send(struct scenario *s, struct stream *stream, const void *payload, size_t length);
/* The same in segments of @size bytes. */
void stream_send_cut(struct scenario *s, struct stream *stream, const void *payload, size_t length,
		     size_t size);
/* Send a message, prefix and all, in one segment of its own, which must be counted. */
void stream_send_message(struct scenario *s, struct stream *stream,
			 const struct stream_message *message);

/* The response @expect must be counted, as part of @stream. */
void scenario_expect(struct scenario *s, const struct stream *stream, const struct expect *expect);
/* Append a message behind its prefix to @bytes; it must be counted as part of @stream. */
void scenario_message(struct scenario *s, const struct stream *stream, struct buf *bytes,
		      const struct stream_message *message);

/* One function a file. */
void add_segment_scenarios(void);
void add_sequence_scenarios(void);
void add_loss_scenarios(void);
void add_life_scenarios(void);
void add_super_scenarios(void);

#endif
