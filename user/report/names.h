/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The names that reports give to the lists of abi.h; indexed by the enums there. */
#ifndef RCODEWATCH_NAMES_H
#define RCODEWATCH_NAMES_H

#include "abi.h"

extern const char *const outcome_names[OUTCOME_COUNT];
extern const char *const unparsed_names[UNPARSED_COUNT];
extern const char *const incomplete_names[INCOMPLETE_COUNT];
extern const char *const answer_names[ANSWER_COUNT];
extern const char *const flag_names[FLAG_COUNT];
extern const char *const tcp_event_names[TCP_EVENT_COUNT];
extern const char *const udp_event_names[UDP_EVENT_COUNT];
extern const char *const txn_event_names[TXN_EVENT_COUNT];
extern const char *const txn_result_names[TXN_RESULT_COUNT];
extern const char *const txn_side_names[TXN_SIDES];
extern const char *const family_names[FAMILY_COUNT];
extern const char *const transport_names[TRANSPORT_COUNT];
extern const char *const direction_names[DIRECTION_COUNT];
extern const char *const top_dimension_names[TOP_DIMENSIONS];

#endif
