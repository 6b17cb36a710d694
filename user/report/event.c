// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/event.h"

#define EVENT_NAME(suffix, name, id) [EVENT_##suffix] = (name),
#define EVENT_ID(suffix, name, id)   [EVENT_##suffix] = (id),
const char *const event_names[EVENT_KIND_COUNT] = {EVENT_KINDS(EVENT_NAME)};
const char *const event_ids[EVENT_KIND_COUNT] = {EVENT_KINDS(EVENT_ID)};

struct log_about event_about(const struct event *event)
{
	return (struct log_about){
		.event = event_names[event->kind],
		.event_id = event_ids[event->kind],
		.interface = event->interface,
		.direction = event->direction,
		.sink = event->sink,
	};
}
