// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "case_list.h"

#include <stdlib.h>
#include <string.h>

static struct packet_case *cases;
static size_t case_count, case_capacity;

static void free_cases(void)
{
	for (size_t i = 0; i < case_count; i++) {
		free((void *)(uintptr_t)cases[i].name);
		free((void *)(uintptr_t)cases[i].bytes);
	}
	free(cases);
	cases = NULL;
	case_count = case_capacity = 0;
}

static struct packet_case *new_case(const char *name)
{
	for (size_t i = 0; i < case_count; i++)
		if (!strcmp(cases[i].name, name))
			build_failed("two cases are called %s", name);
	if (case_count == case_capacity) {
		case_capacity = case_capacity ? case_capacity * 2 : 128;
		cases = reallocarray(cases, case_capacity, sizeof(*cases));
		if (!cases)
			build_failed("no memory for %zu cases", case_capacity);
	}
	return &cases[case_count++];
}

void case_add(const char *name, const struct frame *frame, const void *payload, size_t length,
	      struct expect expect, int strict)
{
	struct packet_case *to = new_case(name);
	struct frame own = *frame;
	struct buf out = {0};

	if (!own.source_port && !own.destination_port)
		own.destination_port = (uint16_t)(20000 + case_count);
	packet_build(&out, &own, payload, length);
	if (!strcmp(expect.outcome, "response_packets")) {
		expect.family = frame->family == 6 ? 6 : 4;
		expect.transport = frame->l4 == L4_TCP ? "tcp" : "udp";
	}
	to->name = strdup(name);
	if (!to->name)
		build_failed("no memory for a name");
	to->bytes = out.data;
	to->length = out.length;
	to->expect = expect;
	to->well_formed = strict == STRICT;
}

void case_message(const char *name, const struct frame *frame, const struct buf *msg,
		  struct expect expect, int strict)
{
	struct buf stream = {0};

	if (frame->l4 == L4_TCP)
		stream_message(&stream, msg);
	else
		buf_put(&stream, msg->data, msg->length);
	case_add(name, frame, stream.data, stream.length, expect, strict);
	buf_free(&stream);
}

void case_answer(struct buf *msg, unsigned int flags, unsigned int qtype)
{
	message_begin(msg, 0x2a17, flags);
	message_question(msg, "www.example.com", qtype, CLASS_IN);
}

const struct packet_case *packet_cases(size_t *count)
{
	if (!cases) {
		add_answer_cases();
		add_edns_cases();
		add_malformed_cases();
		add_link_cases();
		add_ipv6_cases();
		add_transport_cases();
		add_zone_cases();
		add_name_cases();
		atexit(free_cases);
	}
	*count = case_count;
	return cases;
}

const struct packet_case *packet_case(const char *name)
{
	const struct packet_case *all;
	size_t count;

	all = packet_cases(&count);
	for (size_t i = 0; i < count; i++)
		if (!strcmp(all[i].name, name))
			return &all[i];
	build_failed("no case is called %s", name);
}
