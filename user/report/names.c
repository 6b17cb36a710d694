// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/names.h"

#include <stddef.h>

#include "report/nic.h"

#define NAME_(id, name) name,

const char *const outcome_names[OUTCOME_COUNT] = {OUTCOMES(NAME_)};
const char *const unparsed_names[UNPARSED_COUNT] = {UNPARSED_REASONS(NAME_)};
const char *const incomplete_names[INCOMPLETE_COUNT] = {INCOMPLETE_REASONS(NAME_)};
const char *const answer_names[ANSWER_COUNT] = {ANSWER_KINDS(NAME_)};
const char *const flag_names[FLAG_COUNT] = {FLAGS(NAME_)};
const char *const tcp_event_names[TCP_EVENT_COUNT] = {TCP_EVENTS(NAME_)};
const char *const udp_event_names[UDP_EVENT_COUNT] = {UDP_EVENTS(NAME_)};
const char *const txn_event_names[TXN_EVENT_COUNT] = {TXN_EVENTS(NAME_)};
const char *const txn_result_names[TXN_RESULT_COUNT] = {TXN_RESULTS(NAME_)};
const char *const txn_side_names[TXN_SIDES] = {"clients", "upstream"};
const char *const family_names[FAMILY_COUNT] = {"ipv4", "ipv6"};
const char *const transport_names[TRANSPORT_COUNT] = {"udp", "tcp"};
const char *const direction_names[DIRECTION_COUNT] = {"rx", "tx"};
const char *const top_dimension_names[TOP_DIMENSIONS] = {TOP_DIMENSION_NAMES(NAME_)};
const char *const nic_source_names[NIC_SOURCES] = {NULL, "queues", "ethtool", "link"};
