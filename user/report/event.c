// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/event.h"

#define EVENT_NAME(suffix, name) [EVENT_##suffix] = (name),
const char *const event_names[EVENT_KIND_COUNT] = {EVENT_KINDS(EVENT_NAME)};
