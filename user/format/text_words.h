/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the outcomes and reasons of abi.h mean, in a few words for people. Static storage. */
#ifndef RCODEWATCH_TEXT_WORDS_H
#define RCODEWATCH_TEXT_WORDS_H

#include "abi.h"

/* Empty for OUTCOME_RESPONSE, which needs no explanation. */
const char *outcome_words(enum outcome outcome);
const char *unparsed_words(enum unparsed reason);
const char *tcp_event_words(enum tcp_event event);
const char *udp_event_words(enum udp_event event);
const char *incomplete_words(enum incomplete reason);

#endif
